import type { Look } from "../look.ts";
import { Sidebar } from "./sidebar.tsx";
import { Stage } from "./stage.tsx";
import { TABS } from "./tabs.ts";
import { threadOn } from "./thread-place.ts";

export const SLACK: Look = {
  product: "Slack",
  community: "workspace",
  Sidebar,
  Stage,
  tabs: Object.values(TABS),
  threadOf: threadOn,
};
