import { buttonsBelow, painterFor, type TurnParts } from "./attempt.ts";
import { hasCode } from "./errors.ts";
import { onceKey } from "./fingerprint.ts";
import type { LaneTurn } from "./lanes.ts";
import { tell } from "./notice.ts";
import { namedHere } from "./persona-names.ts";
import { askedIn } from "./repetition.ts";
import { keepNothingOfOutsiders } from "./take-back.ts";
import type { TurnRecord } from "./turns.ts";
import { Waiting } from "./waiting.ts";

export const GIVEN_UP = "⚠️ I tried this several times and failed each time, so it stays without an answer.";

/**
 * Tells people of a turn that went to the dead letters: its process died again and again, or what went wrong could not
 * even be said. What was shown of an answer ends with that sentence, and one that it takes longer is replaced by it.
 * Throws when it should be tried again.
 */
export function createGivingUp(parts: TurnParts): (lane: Pick<LaneTurn, "id" | "events">) => Promise<void> {
  return async (lane) => {
    try {
      await tellOf(parts, lane);
    } catch (error) {
      if (!hasCode(error, "platform_rejected")) throw error;
      parts.log.warn({ turn: lane.id, err: error }, "could not say that a turn was given up");
    }
    // People of another company are noted nowhere, however their turn ended. Not before it is said: Letta may be away for long.
    const turn = await parts.turns.get(lane.id);
    if (turn) await keepNothingOfOutsiders(parts, turn);
  };
}

async function tellOf(parts: TurnParts, { id, events }: Pick<LaneTurn, "id" | "events">): Promise<void> {
  const turn = await parts.turns.get(id);
  if (turn) return endTurn(parts, turn);
  const [first] = events.flatMap(({ payload }) => Waiting.safeParse(payload).data ?? []);
  const platform = first && parts.platforms.get(first.event.place.platform);
  if (!platform) return;
  const visibility = first.event.type === "command" ? "private" : "public";
  const text = `${GIVEN_UP} \`#${id}\``;
  await platform
    .open(first.target)
    .post({ text, visibility }, { key: onceKey(`${id}/given up`), again: true });
}

async function endTurn(parts: TurnParts, turn: TurnRecord): Promise<void> {
  if (turn.state === "delivered") return;
  const said =
    turn.text ||
    turn.deliveries
      .map(({ text }) => text)
      .filter(Boolean)
      .join("\n\n");
  const isEnded = turn.state === "failed";
  const text = isEnded ? turn.text : [said, `${GIVEN_UP} \`#${turn.id}\``].filter(Boolean).join("\n\n");
  const failed = { state: "failed", text } as const;
  if (!isEnded) {
    await parts.turns.change(turn.id, failed);
    tell(parts, turn, "failed");
  }
  const platform = parts.platforms.get(turn.place.platform);
  if (!platform) return;
  const author = turn.events[0]?.author;
  // Whoever answered there may be gone: then it is said by the bot itself.
  const asked = author && (await askedIn(parts, turn, author).catch(() => undefined));
  const speaker = asked && (await namedHere(parts, turn.place, asked));
  const buttons = buttonsBelow({ ...turn, ...failed });
  await painterFor({ parts, platform, speaker, again: true }, turn).show({ text, buttons });
}
