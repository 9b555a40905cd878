import type { WorldSummary } from "../../protocol/protocol.ts";
import { DISCORD_SKIN } from "../discord/skin.ts";
import { SLACK_SKIN } from "../slack/skin.ts";
import type { Skin } from "./skin.ts";

/** How each kind of world is drawn. */
export const SKINS = {
  discord: DISCORD_SKIN,
  slack: SLACK_SKIN,
} satisfies Record<WorldSummary["kind"], Skin>;
