import type { Skin } from "../frame/skin.ts";
import { MainPane } from "./main-pane.tsx";
import { Sidebar } from "./sidebar.tsx";

export const DISCORD_SKIN: Skin = { product: "Discord", community: "server", Sidebar, MainPane };
