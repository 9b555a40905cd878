import type { WorldSummary } from "../protocol.ts";
import { DISCORD_SKIN } from "./discord/look.ts";
import type { Skin } from "./look.ts";
import { SLACK_SKIN } from "./slack/look.ts";

/** How each kind of world is drawn. */
export const SKINS = {
  discord: DISCORD_SKIN,
  slack: SLACK_SKIN,
} satisfies Record<WorldSummary["kind"], Skin>;
