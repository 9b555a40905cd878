import { BoundedSet } from "../../../core/async/bounded-map.ts";
import { type ToolProgress, toolsDone } from "../../../core/domain/tool-progress.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { OutgoingMessage } from "../../../core/ports/platform.ts";
import { withoutPrefix } from "../../../core/text/affixes.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";
import type { MessageRef } from "../ids.ts";
import type { SlackApi } from "../web-api/api.ts";
import { PlatformRejection, RateLimited } from "../web-api/errors.ts";
import { WirePosted } from "../wire.ts";
import { authorFields } from "./author.ts";
import { buttonBlocks, markdownOf, metadataOf } from "./encode-message.ts";

export interface StreamLocation {
  readonly team: string;
  readonly channel: string;
  readonly thread: string;
  readonly person: string;
  readonly personTeam: string;
  /** What the session of the thread is called. */
  readonly title?: string | undefined;
}

export interface StreamOptions {
  readonly key: string;
  /** Slack shows who speaks by itself; else a header line says it. */
  readonly ownName: boolean;
}

interface LiveStream {
  readonly ref: MessageRef;
  readonly key: string;
  readonly startedAt: number;
  /** What Slack shows. */
  sent: string;
  steps: readonly ToolProgress[];
}

/** Slack ends a stream about five minutes after it began, even one that grows steadily. */
const ROLL_AFTER_MS = 4 * 60_000;
/** Starting and ending are limited to about twenty a minute in a workspace each. */
const BEGUN_A_MINUTE = 16;
const MINUTE_MS = 60_000;
/** Those of other processes end there, with their turn, and are never asked for here. */
const HALTED_REMEMBERED = 500;

const keyOf = ({ team, channel, ts }: Pick<MessageRef, "team" | "channel" | "ts">) =>
  `${team}.${channel}.${ts}`;

/*
 * An answer that grows is streamed: Slack shows it word by word, and a Stop of its own beside it. A stream is a
 * convenience only, so whatever happens to it, the message goes on by edits:
 *
 *   begun     Only in a thread, and not more often than Slack allows (else the answer is an ordinary message).
 *   growing   What is new is appended, while the text only grows. A fence that was closed for show is held back. What is
 *             done on the way stands there as cards.
 *   ended     The last of the text is appended, with the buttons and the key of the message.
 *   given up  The text changed otherwise, the stream grew old, or Slack ended it: the message is edited from now on.
 *   halted    Somebody pressed Slack's own Stop: nothing is shown any more but how the answer ended, by an edit.
 *
 * Slack shows its Stop where the thread has a session; where it has none, an answer is not streamed, so that our own
 * button can stand on it.
 */
export class AnswerStreams {
  readonly #api: SlackApi;
  readonly #hasStop: (spot: StreamLocation) => Promise<boolean>;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #live = new Map<string, LiveStream>();
  readonly #halted = new BoundedSet<string>(HALTED_REMEMBERED);
  readonly #begun = new Map<string, readonly number[]>();

  constructor(services: {
    api: SlackApi;
    /** Whether Slack shows its own Stop under a thread. */
    hasStop: (spot: StreamLocation) => Promise<boolean>;
    clock: Clock;
    log: Logger;
  }) {
    this.#api = services.api;
    this.#hasStop = services.hasStop;
    this.#clock = services.clock;
    this.#log = services.log;
  }

  /** Undefined where it cannot be streamed: then it is to be posted. */
  async begin(
    spot: StreamLocation,
    message: OutgoingMessage,
    { key, ownName }: StreamOptions,
  ): Promise<MessageRef | undefined> {
    if (!this.#mayBegin(spot.team) || !(await this.#hasStop(spot))) return undefined;
    const { team, channel, thread, person, personTeam } = spot;
    const shown = growingText(message, { ownName });
    try {
      const answer = await this.#api({
        team,
        channel,
        method: "chat.startStream",
        args: {
          channel,
          thread_ts: thread,
          recipient_user_id: person,
          recipient_team_id: personTeam,
          ...added(shown, [], message.steps),
          ...(message.author && ownName && authorFields(message.author)),
        },
        repeatable: false,
        patient: false,
      });
      const { ts } = WirePosted.parse(answer);
      const ref: MessageRef = { team, channel, ts, kind: ownName ? "own" : "plain" };
      const { steps = [] } = message;
      this.#live.set(keyOf(ref), { ref, key, startedAt: this.#clock.now(), sent: shown, steps });
      return ref;
    } catch (error) {
      // Without the persona's own name, in a shared channel, or too often: an ordinary message does.
      if (!(error instanceof PlatformRejection || error instanceof RateLimited)) throw error;
      this.#log.info({ channel, reason: error.message }, "answering without a stream");
      return undefined;
    }
  }

  /** False when the message is to be edited instead, with all its text. */
  async update(ref: MessageRef, message: OutgoingMessage): Promise<boolean> {
    if (this.#halted.has(keyOf(ref))) {
      if (message.isStreaming) return true;
      this.#halted.delete(keyOf(ref));
      return false;
    }
    const stream = this.#live.get(keyOf(ref));
    return stream ? this.#paintLive(stream, message) : false;
  }

  /** The key of what this process is streaming into the message; undefined where it is not. */
  liveKey(ref: MessageRef): string | undefined {
    return this.#live.get(keyOf(ref))?.key;
  }

  /** Slack ended it, since somebody pressed its Stop. */
  halt(ref: Pick<MessageRef, "team" | "channel" | "ts">): void {
    this.#live.delete(keyOf(ref));
    this.#halted.add(keyOf(ref));
  }

  /** Ends a stream that another process began. */
  async close({ team, channel, ts }: MessageRef): Promise<void> {
    await this.#api({ team, channel, method: "chat.stopStream", args: { channel, ts }, repeatable: false });
  }

  #mayBegin(team: string): boolean {
    const since = this.#clock.now() - MINUTE_MS;
    const recent = (this.#begun.get(team) ?? []).filter((at) => at > since);
    const may = recent.length < BEGUN_A_MINUTE;
    this.#begun.set(team, may ? [...recent, this.#clock.now()] : recent);
    return may;
  }

  async #paintLive(stream: LiveStream, message: OutgoingMessage): Promise<boolean> {
    const { ref } = stream;
    const grows = message.isStreaming === true && this.#clock.now() - stream.startedAt < ROLL_AFTER_MS;
    const how = { ownName: ref.kind === "own" };
    const text = grows ? growingText(message, how) : markdownOf(message, how);
    try {
      if (!text.startsWith(stream.sent))
        await this.#end(stream, { ...added("", stream.steps, toolsDone(stream.steps)) });
      else if (!grows) return await this.#finish(stream, text, message);
      else {
        await this.#append(stream, text, message.steps ?? stream.steps);
        return true;
      }
    } catch (error) {
      this.#live.delete(keyOf(ref));
      if (!(error instanceof PlatformRejection || error instanceof PlatformUnavailable)) throw error;
      this.#log.info({ channel: ref.channel, reason: error.message }, "a stream ended early");
      // Perhaps by a Stop, which is told after it: until the next picture that is known.
      return message.isStreaming === true;
    }
    return false;
  }

  async #append(stream: LiveStream, text: string, steps: readonly ToolProgress[]): Promise<void> {
    const { team, channel, ts } = stream.ref;
    const more = added(withoutPrefix(text, stream.sent), stream.steps, steps);
    if (!more) return;
    await this.#api({
      team,
      channel,
      method: "chat.appendStream",
      args: { channel, ts, ...more },
      repeatable: false,
    });
    stream.sent = text;
    stream.steps = steps;
  }

  /** True when nothing is left to be edited. */
  async #finish(stream: LiveStream, text: string, message: OutgoingMessage): Promise<boolean> {
    const buttons = buttonBlocks(message.buttons);
    await this.#end(stream, {
      ...added(withoutPrefix(text, stream.sent), stream.steps, toolsDone(stream.steps)),
      ...(buttons.length > 0 && { blocks: buttons }),
    });
    // One that only grew old goes on growing by edits.
    return true;
  }

  async #end(stream: LiveStream, more: object): Promise<void> {
    this.#live.delete(keyOf(stream.ref));
    const { team, channel, ts } = stream.ref;
    const args = { channel, ts, metadata: metadataOf(stream.key), ...more };
    await this.#api({ team, channel, method: "chat.stopStream", args, repeatable: false });
  }
}

/** The core closes a fence for every picture of a text; one that may go on is not shown as closed. */
const growingText = (message: OutgoingMessage, how: { readonly ownName: boolean }): string =>
  message.text === "" ? "" : markdownOf(message, how).replace(/\n(?:`{3,}|~{3,})$/, "");

/** Text alone goes as text; Slack takes either that or chunks. Undefined when there is nothing new. */
function added(
  text: string,
  before: readonly ToolProgress[],
  steps: readonly ToolProgress[] = [],
): object | undefined {
  const chunks = chunksOf(before, steps, text);
  if (chunks.length === 0) return undefined;
  return chunks.length === 1 && text !== "" ? { markdown_text: text } : { chunks };
}

/** A step as a card in a stream; the same id changes the card. */
interface Task {
  readonly type: "task_update";
  readonly id: string;
  readonly title: string;
  readonly status: "in_progress" | "complete";
}

/** What a call adds to a stream: cards of what was done, the text that it led to, and the card of what goes on. */
function chunksOf(
  before: readonly ToolProgress[],
  now: readonly ToolProgress[],
  text: string,
): readonly object[] {
  const changed = now.map(taskOf).filter(({ status }, index) => status !== statusOf(before[index]));
  const done = changed.filter(({ status }) => status === "complete");
  const running = changed.filter(({ status }) => status === "in_progress");
  return [...done, ...(text === "" ? [] : [{ type: "markdown_text", text }]), ...running];
}

const taskOf = (step: ToolProgress, index: number): Task => ({
  type: "task_update",
  id: `step-${index + 1}`,
  title: step.title,
  status: statusOf(step) ?? "in_progress",
});

function statusOf(step: ToolProgress | undefined): Task["status"] | undefined {
  if (step === undefined) return undefined;
  return step.state === "running" ? "in_progress" : "complete";
}
