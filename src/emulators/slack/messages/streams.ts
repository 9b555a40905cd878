import { z } from "zod";
import { SlackApiError } from "../http/api-error.ts";
import {
  type ChannelRecord,
  type InstallationRecord,
  type MessageRecord,
  type StreamRecord,
  taskRecord,
} from "../world/records.ts";
import type { World } from "../world/world.ts";
import { MARKDOWN_CHARACTERS, readBlocks } from "./message-content.ts";
import { editMessage, placeOf } from "./posting.ts";

/** A stream dies so long after its start, even with steady appends [threads of Slack's SDKs]. */
const STREAM_LIVES_MS = 5 * 60_000;

const chunkSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("markdown_text"), text: z.string() }),
  taskRecord.extend({ type: z.literal("task_update") }),
  z.object({ type: z.literal("plan_update"), title: z.string() }),
  z.object({ type: z.literal("blocks"), blocks: z.array(z.unknown()).max(50) }),
]);
type Chunk = z.infer<typeof chunkSchema>;

/** What a call of chat.*Stream adds: its text, or its chunks, not both. */
export function readChunks(given: {
  readonly markdown_text?: string | undefined;
  readonly chunks?: unknown;
}): Chunk[] {
  const { markdown_text: text, chunks } = given;
  if (text !== undefined && chunks !== undefined) throw new SlackApiError("markdown_text_conflict");
  const parsed = z.array(chunkSchema).safeParse(chunks ?? []);
  if (!parsed.success) throw new SlackApiError("invalid_chunks");
  const all = text === undefined ? parsed.data : [{ type: "markdown_text" as const, text }];
  const characters = all.reduce(
    (sum, chunk) => sum + (chunk.type === "markdown_text" ? chunk.text.length : 0),
    0,
  );
  if (characters > MARKDOWN_CHARACTERS) throw new SlackApiError("msg_too_long");
  return all;
}

export function newStream(
  world: World,
  fields: Pick<StreamRecord, "taskDisplayMode" | "recipientUserId">,
): StreamRecord {
  return { ...fields, state: "in_progress", startedAt: world.clock.now(), parts: [], tasks: [] };
}

export function addChunks(world: World, stream: StreamRecord, chunks: readonly Chunk[]): void {
  for (const chunk of chunks) addChunk(world, stream, chunk);
}

function addChunk(world: World, stream: StreamRecord, chunk: Chunk): void {
  const last = stream.parts.at(-1);
  if (chunk.type === "markdown_text") {
    if (last?.type === "text") last.text += chunk.text;
    else if (chunk.text !== "") stream.parts.push({ type: "text", text: chunk.text });
  } else if (chunk.type === "plan_update") {
    stream.planTitle = chunk.title;
  } else if (chunk.type === "blocks") {
    stream.parts.push({ type: "blocks", blocks: readBlocks(world, chunk.blocks) });
  } else {
    const { type: _type, ...task } = chunk;
    const index = stream.tasks.findIndex(({ id }) => id === task.id);
    if (index >= 0) stream.tasks[index] = { ...stream.tasks[index], ...task };
    else {
      stream.tasks.push(task);
      stream.parts.push({ type: "task", taskId: task.id });
    }
  }
}

/** Ends a stream when its time is over, whether or not anybody looks. */
export function watchStream(world: World, channel: ChannelRecord, message: MessageRecord): void {
  world.later(STREAM_LIVES_MS, () => {
    if (message.stream?.state === "in_progress") endStream(world, channel, message, "errored");
  });
}

export function endStream(
  world: World,
  channel: ChannelRecord,
  message: MessageRecord,
  state: "completed" | "errored",
): void {
  editMessage(world, channel, message, {
    apply: ({ stream }) => {
      if (stream) stream.state = state;
    },
  });
}

/** A stream that can still be added to, by the app whose it is. */
export function openStream(
  world: World,
  caller: InstallationRecord,
  place: { readonly channel: ChannelRecord; readonly ts: string },
): { readonly message: MessageRecord; readonly stream: StreamRecord } {
  const message = world.message(place.channel.id, place.ts);
  if (!message) throw new SlackApiError("message_not_found");
  if (message.userId !== caller.botUserId) throw new SlackApiError("message_not_owned_by_app");
  const { stream } = message;
  if (stream?.state === "in_progress" && world.clock.now() - stream.startedAt >= STREAM_LIVES_MS) {
    endStream(world, place.channel, message, "errored");
  }
  if (stream?.state !== "in_progress") throw new SlackApiError("message_not_in_streaming_state");
  return { message, stream };
}

/** The streams of a thread that are going on. */
export function streamsIn(world: World, channelId: string, threadTs: string): MessageRecord[] {
  return world.repliesTo(channelId, threadTs).filter(({ stream }) => stream?.state === "in_progress");
}

export function announceProgress(world: World, channel: ChannelRecord, message: MessageRecord): void {
  world.tell({ type: "message-edited", ...placeOf(channel, message) });
}
