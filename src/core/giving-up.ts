import { buttonsBelow, type TurnParts } from "./attempt.ts";
import { onceKey } from "./fingerprint.ts";
import type { LaneTurn } from "./lanes.ts";
import { tell } from "./notice.ts";
import { Waiting } from "./waiting.ts";

const GIVEN_UP = "⚠️ I tried this several times and failed each time, so it stays without an answer.";

/**
 * Tells people of a turn that went to the dead letters: its process died in every attempt, or what went wrong could not
 * even be said. What was shown of an answer stays above.
 */
export function createGivingUp(
  parts: Omit<TurnParts, "running">,
): (lane: Pick<LaneTurn, "id" | "events">) => Promise<void> {
  return async ({ id, events }) => {
    const turn = await parts.turns.get(id);
    if (turn?.state === "delivered") return;
    if (turn) await parts.turns.change(id, { state: "failed" });
    if (turn) tell(parts, turn, "failed");
    const [first] = events.flatMap(({ payload }) => Waiting.safeParse(payload).data ?? []);
    const target = turn?.target ?? first?.target;
    const platform = parts.platforms.get(turn?.place.platform ?? first?.event.place.platform ?? "");
    if (!platform || !target) return;
    const text = `${GIVEN_UP} \`#${id}\``;
    const buttons = turn ? buttonsBelow({ ...turn, state: "failed" }) : [];
    const visibility = first?.event.type === "command" ? "private" : "public";
    const once = { key: onceKey(`${id}/given up`), again: false };
    await platform.open(target).post({ text, visibility, buttons }, once);
  };
}
