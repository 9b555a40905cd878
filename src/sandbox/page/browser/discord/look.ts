import type { Skin } from "../look.ts";
import { Sidebar } from "./sidebar.tsx";
import { MainPane } from "./stage.tsx";

export const DISCORD_SKIN: Skin = { product: "Discord", community: "server", Sidebar, MainPane };
