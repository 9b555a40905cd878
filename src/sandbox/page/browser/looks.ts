import type { WorldSummary } from "../protocol.ts";
import { DISCORD } from "./discord/look.ts";
import type { Look } from "./look.ts";
import { SLACK } from "./slack/look.ts";

/** How each kind of world is drawn. */
export const LOOKS = {
  discord: DISCORD,
  slack: SLACK,
} satisfies Record<WorldSummary["kind"], Look>;
