import { z } from "zod";
import type { MessageId } from "../../core/model.ts";
import type { Outgoing, PostOnce } from "../../core/platform.ts";
import type { Api } from "./api.ts";
import { encode, METADATA_TYPE, metadataOf } from "./encode.ts";
import { isRefused, Outage, Refusal } from "./failure.ts";
import { isAfter, type MessageRef, messageIdOf, messageRefOf } from "./ids.ts";
import type { Streams, Way } from "./streams.ts";
import { WireListed, WirePosted } from "./wire.ts";

/** Where a message goes. */
export interface PostSpot {
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
  post(spot: PostSpot, message: Outgoing, once: PostOnce): Promise<MessageId>;
  edit(id: MessageId, message: Outgoing): Promise<void>;
}

const LOOK_BACK = 100;
/** In a workspace that declined the scope for own names it is asked for again after the next start. */
const NAMELESS_REMEMBERED = 1_000;
/** Slack's word for a message whose stream goes on, which another process began. */
const STREAMING = "streaming_state_conflict";

const Listed = z.object({ messages: z.array(WireListed) });

export function createPosting({ api, streams }: { api: Api; streams: Streams }): Posting {
  const nameless = new Set<string>();

  async function post(spot: PostSpot, message: Outgoing, once: PostOnce): Promise<MessageId> {
    const earlier = once.again ? await find(spot, once.key) : undefined;
    if (earlier) return earlier;
    try {
      return await send(spot, message, once.key);
    } catch (error) {
      if (!(error instanceof Outage && error.mayHaveLanded)) throw error;
      return (await find(spot, once.key)) ?? send(spot, message, once.key);
    }
  }

  async function send(spot: PostSpot, message: Outgoing, key: string): Promise<MessageId> {
    const { team } = spot;
    const ownName = message.speaker !== undefined && !nameless.has(team);
    const streamed = await sendStreaming(spot, message, { key, ownName });
    if (streamed) return streamed;
    try {
      return await sendAs(spot, message, { key, ownName });
    } catch (error) {
      if (!ownName || !isRefused(error, "missing_scope")) throw error;
      if (nameless.size < NAMELESS_REMEMBERED) nameless.add(team);
      return sendAs(spot, message, { key, ownName: false });
    }
  }

  async function sendStreaming(
    { thread, ...spot }: PostSpot,
    message: Outgoing,
    how: Way,
  ): Promise<MessageId | undefined> {
    if (!message.growing || thread === undefined) return undefined;
    const begun = await streams.begin({ ...spot, thread }, message, how);
    return begun && messageIdOf(begun);
  }

  async function sendAs(
    { team, channel, thread }: PostSpot,
    message: Outgoing,
    { key, ownName }: Way,
  ): Promise<MessageId> {
    const answer = await api({
      team,
      channel,
      method: "chat.postMessage",
      args: {
        channel,
        ...(thread !== undefined && { thread_ts: thread }),
        ...encode(message, { ownName }),
        metadata: metadataOf(key),
      },
      repeatable: false,
    });
    const { ts, channel: where } = WirePosted.parse(answer);
    return messageIdOf({ team, channel: where, ts, kind: ownName ? "own" : "plain" });
  }

  async function edit(id: MessageId, message: Outgoing): Promise<void> {
    const ref = messageRefOf(id);
    if (ref.kind === "fleeting") throw new Refusal("chat.update", { code: "cant_update_message" });
    if (await streams.paint(ref, message)) return;
    try {
      await change(ref, message);
    } catch (error) {
      if (!isRefused(error, STREAMING)) throw error;
      await streams.close(ref);
      await change(ref, message);
    }
  }

  async function change({ team, channel, ts, kind }: MessageRef, message: Outgoing): Promise<void> {
    const {
      username: _name,
      icon_url: _face,
      unfurl_links: _,
      ...body
    } = encode(message, {
      ownName: kind === "own",
    });
    await api({ team, channel, method: "chat.update", args: { channel, ts, ...body } });
  }

  /** A message of ours that bears the key, or a stream that was begun and has none yet. */
  async function find(spot: PostSpot, key: string): Promise<MessageId | undefined> {
    const { team, channel, thread, after } = spot;
    const args = { channel, limit: LOOK_BACK, include_all_metadata: true, ...(after && { oldest: after }) };
    const listed = await api(
      thread === undefined
        ? { team, channel, method: "conversations.history", args }
        : { team, channel, method: "conversations.replies", args: { ...args, ts: thread } },
    ).catch((error: unknown) => {
      // Who may not look cannot find.
      if (error instanceof Refusal) return { messages: [] };
      throw error;
    });
    const ours = Listed.parse(listed).messages.filter(
      ({ ts, bot_id }) => bot_id && (after === undefined || isAfter(ts, after)),
    );
    const found = ours.find((each) => keyOf(each) === key) ?? ours.find((each) => isLostStream(spot, each));
    return found && messageIdOf(refOf(spot, found));
  }

  /** One conversation is answered one answer at a time: a stream that goes on and is not ours here is this one's. */
  function isLostStream(spot: PostSpot, message: WireListed): boolean {
    const goesOn = message.streaming_state === "in_progress" || message.streaming_state === "errored";
    return goesOn && keyOf(message) === undefined && !streams.isLive(refOf(spot, message));
  }

  return { post, edit };
}

const refOf = ({ team, channel }: PostSpot, { ts, username }: WireListed): MessageRef => ({
  team,
  channel,
  ts,
  kind: username ? "own" : "plain",
});

function keyOf({ metadata }: WireListed): unknown {
  return metadata?.event_type === METADATA_TYPE ? metadata.event_payload?.key : undefined;
}
