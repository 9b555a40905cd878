import type { Skin } from "../frame/skin.ts";
import { MainPane } from "./main-pane.tsx";
import { Sidebar } from "./sidebar.tsx";
import { TABS } from "./tabs.ts";
import { threadOn } from "./thread-place.ts";

export const SLACK_SKIN: Skin = {
  product: "Slack",
  community: "workspace",
  Sidebar,
  MainPane,
  tabs: Object.values(TABS),
  threadOf: threadOn,
};
