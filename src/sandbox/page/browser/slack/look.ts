import type { Skin } from "../look.ts";
import { Sidebar } from "./sidebar.tsx";
import { MainPane } from "./stage.tsx";
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
