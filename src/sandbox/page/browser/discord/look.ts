import type { Look } from "../look.ts";
import { Sidebar } from "./sidebar.tsx";
import { Stage } from "./stage.tsx";

export const DISCORD: Look = { product: "Discord", community: "server", Sidebar, Stage };
