import { buttonsBelow, type TurnParts } from "./attempt.ts";
import { onceKey } from "./fingerprint.ts";
import type { LaneTurn } from "./lanes.ts";
import { tell } from "./notice.ts";
import type { Platform, PostOnce } from "./platform.ts";
import type { TurnRecord } from "./turns.ts";
import { Waiting } from "./waiting.ts";

export const GIVEN_UP = "⚠️ I tried this several times and failed each time, so it stays without an answer.";

type Parts = Omit<TurnParts, "running">;

/**
 * Tells people of a turn that went to the dead letters: its process died in every attempt, or what went wrong could not
 * even be said. What was shown of an answer stays above.
 */
export function createGivingUp(parts: Parts): (lane: Pick<LaneTurn, "id" | "events">) => Promise<void> {
  return async ({ id, events }) => {
    const turn = await parts.turns.get(id);
    if (turn?.state === "delivered") return;
    const [first] = events.flatMap(({ payload }) => Waiting.safeParse(payload).data ?? []);
    const target = turn?.target ?? first?.target;
    const platform = parts.platforms.get(turn?.place.platform ?? first?.event.place.platform ?? "");
    const text = `${GIVEN_UP} \`#${id}\``;
    const once = { key: onceKey(`${id}/given up`), again: false };
    if (turn) await endTurn(parts, turn, { platform, text, once });
    else if (platform && target) {
      const visibility = first?.event.type === "command" ? "private" : "public";
      await platform.open(target).post({ text, visibility }, once);
    }
  };
}

async function endTurn(
  parts: Parts,
  turn: TurnRecord,
  { platform, text, once }: { platform: Platform | undefined; text: string; once: PostOnce },
): Promise<void> {
  const failed = { state: "failed", text: [turn.text, text].filter(Boolean).join("\n\n") } as const;
  await parts.turns.change(turn.id, failed);
  tell(parts, turn, "failed");
  const buttons = buttonsBelow({ ...turn, ...failed });
  const message = await platform?.open(turn.target).post({ text, visibility: "public", buttons }, once);
  if (message === undefined) return;
  const part = Math.max(-1, ...turn.deliveries.map((delivery) => delivery.part)) + 1;
  await parts.turns.delivered(turn.id, { part, message, text });
}
