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

export interface Posting {
  /** Posts exactly one message, whatever is lost on the way. */
  post(spot: PostLocation, message: OutgoingMessage, idempotencyKey: IdempotencyKey): Promise<MessageId>;
  edit(id: MessageId, message: OutgoingMessage): Promise<void>;
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

export function createPosting(services: { api: SlackApi; streams: AnswerStreams; log: Logger }): Posting {
  const { api, streams, log } = services;
  const nameless = new BoundedSet<string>(NAMELESS_REMEMBERED);
  /** Streams that Slack did not end, and that another message has taken the place of. */
  const unending = new BoundedSet<MessageId>(UNENDING_REMEMBERED);

  function post(
    spot: PostLocation,
    message: OutgoingMessage,
    idempotencyKey: IdempotencyKey,
  ): Promise<MessageId> {
    return postOnce(idempotencyKey.isRetry, {
      look: () => find(spot, idempotencyKey.key),
      make: () => send(spot, message, idempotencyKey.key),
    });
  }

  async function send(spot: PostLocation, message: OutgoingMessage, key: string): Promise<MessageId> {
    const { team } = spot;
    const ownName = message.author !== undefined && !nameless.has(team);
    const streamed = await sendStreaming(spot, message, { key, ownName });
    if (streamed) return streamed;
    const simple = () => sendAs(spot, encode(message, WITHOUT_NAME), key);
    const plain = () => sendAs(spot, encodePlainly(message, WITHOUT_NAME), key);
    const named = () => sendAs(spot, encode(message, { ownName: true }), key);
    // As it should look; where Slack refuses that without the own name, and at last as text alone.
    return withPlainerWays(ownName ? [named, simple, plain] : [simple, plain], isFormRejected, (refusal) => {
      if (ownName && isRejected(refusal, "missing_scope")) nameless.add(team);
      saidMoreSimply(refusal);
    });
  }

  const saidMoreSimply = ({ message: reason }: PlatformRejection) =>
    log.warn({ reason }, "Slack refused a message, which is sent again more simply");

  async function sendStreaming(
    { thread, ...spot }: PostLocation,
    message: OutgoingMessage,
    how: StreamOptions,
  ): Promise<MessageId | undefined> {
    if (!message.isStreaming || thread === undefined) return undefined;
    const begun = await streams.begin({ ...spot, thread }, message, how);
    return begun && messageIdOf(begun);
  }

  async function sendAs(
    { team, channel, thread }: PostLocation,
    body: Body,
    key: string,
  ): Promise<MessageId> {
    const answer = await api({
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

  async function edit(id: MessageId, message: OutgoingMessage): Promise<void> {
    const ref = messageRefOf(id);
    if (ref.kind === "fleeting") throw new PlatformRejection("chat.update", { code: "cant_update_message" });
    if (await streams.update(ref, message)) return;
    const how = { ownName: ref.kind === "own" };
    const changeTo = async (body: Body) => {
      try {
        await change(ref, body);
      } catch (error) {
        if (!isRejected(error, STREAMING)) throw error;
        await changeStreaming(ref, body);
      }
    };
    await withPlainerWays(
      [() => changeTo(encode(message, how)), () => changeTo(encodePlainly(message, how))],
      isFormRejected,
      saidMoreSimply,
    ).catch((error: unknown) => {
      throw isRejected(error, ...UNCHANGEABLE) ? unchangeable(error) : error;
    });
  }

  /** Slack may refuse to end a stream: it then ends by itself, and until then the message cannot be changed. */
  async function changeStreaming(ref: MessageRef, body: Body): Promise<void> {
    try {
      await streams.close(ref);
    } catch (error) {
      if (!(error instanceof PlatformRejection)) throw error;
      log.warn({ channel: ref.channel, reason: error.message }, "Slack refused to end a stream");
    }
    try {
      await change(ref, body);
    } catch (error) {
      if (!isRejected(error, STREAMING)) throw error;
      unending.add(messageIdOf(ref));
      throw unchangeable(error);
    }
  }

  async function change({ team, channel, ts }: MessageRef, whole: Body): Promise<void> {
    const { username: _name, icon_url: _face, unfurl_links: _, unfurl_media: __, ...body } = whole;
    await api({ team, channel, method: "chat.update", args: { channel, ts, ...body } });
  }

  /** A message of ours that bears the key, or a stream that was begun and has none yet. */
  async function find(spot: PostLocation, key: string): Promise<MessageId | undefined> {
    const { team, channel, thread, after } = spot;
    const args = {
      channel,
      limit: SEARCHED_MESSAGES,
      include_all_metadata: true,
      ...(after && { oldest: after }),
    };
    const listed = await api(
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
      ours.find((each) => keyOf(each) === key || streams.liveKey(refOf(spot, each)) === key) ??
      ours.find((each) => isLostStream(spot, each) && !unending.has(messageIdOf(refOf(spot, each))));
    return found && messageIdOf(refOf(spot, found));
  }

  /** One conversation is answered one answer at a time: a stream that goes on and is not ours here is this one's. */
  function isLostStream(spot: PostLocation, message: WireListed): boolean {
    const goesOn = message.streaming_state === "in_progress" || message.streaming_state === "errored";
    return goesOn && keyOf(message) === undefined && streams.liveKey(refOf(spot, message)) === undefined;
  }

  return { post, edit };
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
