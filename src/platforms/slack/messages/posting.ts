import { z } from "zod";
import { BoundedSet } from "../../../core/async/bounded-map.ts";
import { AppError } from "../../../core/domain/errors.ts";
import type { MessageId } from "../../../core/domain/model.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { IdempotencyKey, OutgoingMessage } from "../../../core/ports/platform.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { withPlainerWays } from "../../shared/messages/plainer-ways.ts";
import { postOnce } from "../../shared/messages/post-once.ts";
import { isAfter, type MessageRef, messageIdOf, messageRefOf } from "../ids.ts";
import type { SlackApi } from "../web-api/api.ts";
import { isFormRejected, isRejected, PlatformRejection } from "../web-api/errors.ts";
import { WireListed, WirePosted } from "../wire.ts";
import type { AnswerStreams, StreamOptions } from "./answer-streams.ts";
import { type Body, encode, encodePlainly, METADATA_TYPE, metadataOf } from "./encode-message.ts";

/** Where a message goes. */
export interface PostLocation {
  readonly team: string;
  readonly channel: string;
  /** Absent: into the channel itself. */
  readonly thread?: string | undefined;
  readonly person: string;
  readonly personTeam: string;
  readonly title?: string | undefined;
  /** What we post comes after this message; absent: after nothing that we know. */
  readonly after?: string | undefined;
}

const WITHOUT_NAME = { ownName: false } as const;
const SEARCHED_MESSAGES = 100;
/** In a workspace that declined the scope for own names it is asked for again after the next start. */
const NAMELESS_REMEMBERED = 1_000;
/** Slack ends each of them by itself within minutes. */
const UNENDING_REMEMBERED = 100;
/** Slack's word for a message whose stream goes on, which another process began. */
const STREAMING = "streaming_state_conflict";

/** A workspace may allow edits for minutes alone; and what another app posted, with an earlier token, is not ours. */
const UNCHANGEABLE = ["edit_window_closed", "cant_update_message"] as const;
const unchangeable = (cause: unknown) => new AppError("not_found", sentences.slack.unchangeable, { cause });

const Listed = z.object({ messages: z.array(WireListed) });

/** Posts as the bot, or as a persona, and streams what grows. */
export class Posting {
  readonly #api: SlackApi;
  readonly #streams: AnswerStreams;
  readonly #log: Logger;
  readonly #nameless = new BoundedSet<string>(NAMELESS_REMEMBERED);
  /** Streams that Slack did not end, and that another message has taken the place of. */
  readonly #unending = new BoundedSet<MessageId>(UNENDING_REMEMBERED);

  constructor(services: { api: SlackApi; streams: AnswerStreams; log: Logger }) {
    this.#api = services.api;
    this.#streams = services.streams;
    this.#log = services.log;
  }

  /** Posts exactly one message, whatever is lost on the way. */
  post(spot: PostLocation, message: OutgoingMessage, idempotencyKey: IdempotencyKey): Promise<MessageId> {
    return postOnce(idempotencyKey.isRetry, {
      look: () => this.#find(spot, idempotencyKey.key),
      make: () => this.#send(spot, message, idempotencyKey.key),
    });
  }

  async edit(id: MessageId, message: OutgoingMessage): Promise<void> {
    const ref = messageRefOf(id);
    if (ref.kind === "fleeting") throw new PlatformRejection("chat.update", { code: "cant_update_message" });
    if (await this.#streams.update(ref, message)) return;
    const how = { ownName: ref.kind === "own" };
    const changeTo = async (body: Body) => {
      try {
        await this.#change(ref, body);
      } catch (error) {
        if (!isRejected(error, STREAMING)) throw error;
        await this.#changeStreaming(ref, body);
      }
    };
    await withPlainerWays(
      [() => changeTo(encode(message, how)), () => changeTo(encodePlainly(message, how))],
      isFormRejected,
      (refusal) => this.#saidMoreSimply(refusal),
    ).catch((error: unknown) => {
      throw isRejected(error, ...UNCHANGEABLE) ? unchangeable(error) : error;
    });
  }

  async #send(spot: PostLocation, message: OutgoingMessage, key: string): Promise<MessageId> {
    const { team } = spot;
    const ownName = message.author !== undefined && !this.#nameless.has(team);
    const streamed = await this.#sendStreaming(spot, message, { key, ownName });
    if (streamed) return streamed;
    const simple = () => this.#sendAs(spot, encode(message, WITHOUT_NAME), key);
    const plain = () => this.#sendAs(spot, encodePlainly(message, WITHOUT_NAME), key);
    const named = () => this.#sendAs(spot, encode(message, { ownName: true }), key);
    // As it should look; where Slack refuses that without the own name, and at last as text alone.
    return withPlainerWays(ownName ? [named, simple, plain] : [simple, plain], isFormRejected, (refusal) => {
      if (ownName && isRejected(refusal, "missing_scope")) this.#nameless.add(team);
      this.#saidMoreSimply(refusal);
    });
  }

  #saidMoreSimply({ message: reason }: PlatformRejection): void {
    this.#log.warn({ reason }, "Slack refused a message, which is sent again more simply");
  }

  async #sendStreaming(
    { thread, ...spot }: PostLocation,
    message: OutgoingMessage,
    how: StreamOptions,
  ): Promise<MessageId | undefined> {
    if (!message.isStreaming || thread === undefined) return undefined;
    const begun = await this.#streams.begin({ ...spot, thread }, message, how);
    return begun && messageIdOf(begun);
  }

  async #sendAs({ team, channel, thread }: PostLocation, body: Body, key: string): Promise<MessageId> {
    const answer = await this.#api({
      team,
      channel,
      method: "chat.postMessage",
      args: {
        channel,
        ...(thread !== undefined && { thread_ts: thread }),
        ...body,
        metadata: metadataOf(key),
      },
      repeatable: false,
    });
    const { ts, channel: where } = WirePosted.parse(answer);
    return messageIdOf({ team, channel: where, ts, kind: body.username === undefined ? "plain" : "own" });
  }

  /** Slack may refuse to end a stream: it then ends by itself, and until then the message cannot be changed. */
  async #changeStreaming(ref: MessageRef, body: Body): Promise<void> {
    try {
      await this.#streams.close(ref);
    } catch (error) {
      if (!(error instanceof PlatformRejection)) throw error;
      this.#log.warn({ channel: ref.channel, reason: error.message }, "Slack refused to end a stream");
    }
    try {
      await this.#change(ref, body);
    } catch (error) {
      if (!isRejected(error, STREAMING)) throw error;
      this.#unending.add(messageIdOf(ref));
      throw unchangeable(error);
    }
  }

  async #change({ team, channel, ts }: MessageRef, whole: Body): Promise<void> {
    const { username: _name, icon_url: _face, unfurl_links: _, unfurl_media: __, ...body } = whole;
    await this.#api({ team, channel, method: "chat.update", args: { channel, ts, ...body } });
  }

  /** A message of ours that bears the key, or a stream that was begun and has none yet. */
  async #find(spot: PostLocation, key: string): Promise<MessageId | undefined> {
    const { team, channel, thread, after } = spot;
    const args = {
      channel,
      limit: SEARCHED_MESSAGES,
      include_all_metadata: true,
      ...(after && { oldest: after }),
    };
    const listed = await this.#api(
      thread === undefined
        ? { team, channel, method: "conversations.history", args }
        : { team, channel, method: "conversations.replies", args: { ...args, ts: thread } },
    ).catch((error: unknown) => {
      // Who may not look cannot find.
      if (error instanceof PlatformRejection) return { messages: [] };
      throw error;
    });
    const ours = Listed.parse(listed).messages.filter(
      ({ ts, bot_id }) => bot_id && (after === undefined || isAfter(ts, after)),
    );
    const found =
      ours.find((each) => keyOf(each) === key || this.#streams.liveKey(refOf(spot, each)) === key) ??
      ours.find(
        (each) => this.#isLostStream(spot, each) && !this.#unending.has(messageIdOf(refOf(spot, each))),
      );
    return found && messageIdOf(refOf(spot, found));
  }

  /** One conversation is answered one answer at a time: a stream that goes on and is not ours here is this one's. */
  #isLostStream(spot: PostLocation, message: WireListed): boolean {
    const goesOn = message.streaming_state === "in_progress" || message.streaming_state === "errored";
    return (
      goesOn && keyOf(message) === undefined && this.#streams.liveKey(refOf(spot, message)) === undefined
    );
  }
}

const refOf = ({ team, channel }: PostLocation, { ts, username }: WireListed): MessageRef => ({
  team,
  channel,
  ts,
  kind: username ? "own" : "plain",
});

function keyOf({ metadata }: WireListed): unknown {
  return metadata?.event_type === METADATA_TYPE ? metadata.event_payload?.key : undefined;
}
