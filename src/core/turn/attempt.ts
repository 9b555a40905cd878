import { sentences } from "../../sentences/sentences.ts";
import type { KnownPersona } from "../access/owners.ts";
import type { ResolvedScope } from "../access/scope.ts";
import type { TurnCancellation } from "../agent/cancellation.ts";
import { AnswerRenderer } from "../delivery/answer-renderer.ts";
import { commandLine } from "../domain/command-lines.ts";
import type { MessageEvent, Place } from "../domain/model.ts";
import type { Button, Platform } from "../ports/platform.ts";
import type { CoreServices } from "../ports/services.ts";
import { type QueuedTurn, RetryLater } from "../ports/turn-queue.ts";
import type { TurnRecord } from "../ports/turn-store.ts";
import { shortKey } from "../text/fingerprint.ts";

export interface TurnServices extends CoreServices {
  readonly platforms: ReadonlyMap<string, Platform>;
  readonly cancellation: TurnCancellation;
}

const NOT_SERVED_RETRY_MS = 60_000;

/**
 * The platform of this place. Lanes are handed to who serves theirs; whoever does not leaves them alone.
 *
 * @throws {RetryLater} when it is not served here
 */
export function platformOf(
  { platforms }: Pick<TurnServices, "platforms">,
  place: Pick<Place, "platform">,
): Platform {
  const platform = platforms.get(place.platform);
  if (platform) return platform;
  throw new RetryLater(`${place.platform} is not served here`, {
    delayMs: NOT_SERVED_RETRY_MS,
    counts: false,
  });
}

/** One try at a turn. */
export interface Attempt {
  readonly services: TurnServices;
  readonly queuedTurn: QueuedTurn;
  readonly platform: Platform;
  /** Who speaks; whoever answers here now if the persona that was asked is gone. */
  readonly speaker: KnownPersona;
  /** The persona that was asked, as it is written now; undefined when it was deleted meanwhile. */
  readonly known: KnownPersona | undefined;
  /** Whose memory is opened before those who read the place now; undefined where the persona says nothing there. */
  readonly scope: ResolvedScope | undefined;
  /** What was said first: it opens the thread and the conversation. */
  readonly firstMessage: MessageEvent;
  /** There was an attempt before this one, and what it posted may not have been noted. */
  readonly isRetry: boolean;
}

/** Shows an answer where it goes, under the name of who speaks. */
export function rendererFor(
  {
    services,
    platform,
    speaker,
    isRetry,
  }: Pick<Attempt, "platform" | "isRetry"> & {
    readonly services: Pick<CoreServices, "clock" | "log" | "turns">;
    readonly speaker: KnownPersona | undefined;
  },
  turn: TurnRecord,
  mayGrow?: () => Promise<boolean>,
): AnswerRenderer {
  const { id, target, deliveries } = turn;
  return new AnswerRenderer({
    replyChannel: platform.replyChannel(target),
    limits: platform.limits,
    clock: services.clock,
    log: services.log,
    author: speaker && { name: speaker.persona.name, avatar: speaker.persona.avatar || undefined },
    key: turnKey(turn),
    deliveries,
    isRetry,
    mayGrow,
    onPosted: (delivery) => services.turns.delivered(id, delivery),
  });
}

/** The same on every attempt; the time keeps it apart from a turn of another database. */
export const turnKey = ({ id, at }: Pick<TurnRecord, "id" | "at">): string => shortKey(`${id}/${at}`);

export const stopButton = ({ id }: Pick<TurnRecord, "id">): Button => ({
  label: sentences.turn.stopButton,
  style: "plain",
  command: commandLine.conversationStop({ turn: id }),
});

/** What stands below a turn that has ended: a way to try again where it came to nothing. */
export function buttonsBelow({
  id,
  state,
  outcome,
}: Pick<TurnRecord, "id" | "state" | "outcome">): readonly Button[] {
  if (state !== "failed" && outcome !== "empty") return [];
  return [
    {
      label: sentences.turn.retryButton,
      style: "primary",
      command: commandLine.conversationRetry({ turn: id }),
    },
  ];
}
