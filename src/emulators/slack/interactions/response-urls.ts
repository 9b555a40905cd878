import { z } from "zod";
import { SlackApiError } from "../http/api-error.ts";
import { type Content, readContent } from "../messages/message-content.ts";
import { createMessage, deleteMessage, editMessage } from "../messages/posting.ts";
import { flag } from "../methods/arguments.ts";
import type { JsonObject } from "../wire.ts";
import type { MessageRecord, ResponseUrlRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { announceInteraction } from "./new-interaction.ts";
import type { Interaction } from "./short-lived.ts";

/** [Slack's documentation] */
const USES = 5;
const LIVES_MS = 30 * 60_000;

const responseSchema = z.object({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  attachments: z.unknown().optional(),
  markdown_text: z.string().optional(),
  response_type: z.enum(["ephemeral", "in_channel"]).default("ephemeral"),
  replace_original: flag.default(false),
  delete_original: flag.default(false),
  thread_ts: z.string().optional(),
});

export function issueResponseUrl(
  world: World,
  interaction: Interaction,
  source?: MessageRecord,
): { readonly record: ResponseUrlRecord; readonly url: string } {
  const channelId = source?.channelId ?? interaction.channelId ?? "";
  const record: ResponseUrlRecord = {
    id: world.ids.next("R"),
    channelId,
    userId: interaction.userId,
    createdAt: world.clock.now(),
    used: 0,
    interactionId: interaction.id,
    ...(source && { sourceTs: source.ts }),
  };
  for (const { id, createdAt } of world.responseUrls.values()) {
    if (world.clock.now() - createdAt > LIVES_MS) world.responseUrls.delete(id);
  }
  world.responseUrls.set(record.id, record);
  const kind = source ? "actions" : "commands";
  return { record, url: `${world.baseUrl}/${kind}/${interaction.teamId}/${record.id}` };
}

/** A post to a response_url. Throws what is answered with HTTP 200 and `{ ok: false }`. */
export function useResponseUrl(world: World, id: string, body: unknown): JsonObject {
  const record = world.responseUrls.get(id);
  if (!record || world.clock.now() - record.createdAt > LIVES_MS) throw new SlackApiError("expired_url");
  if (record.used >= USES) throw new SlackApiError("used_url");
  record.used += 1;
  respond(world, record, body);
  return { ok: true };
}

/** What an app answers to a command or an action: in the acknowledgement, or through the response_url. */
export function respond(world: World, record: ResponseUrlRecord, body: unknown): void {
  const parsed = responseSchema.safeParse(body);
  if (!parsed.success) throw new SlackApiError("invalid_payload");
  const response = parsed.data;
  const channel = world.channels.get(record.channelId);
  const bot = channel && world.installation(channel.teamId);
  if (!channel || !bot) throw new SlackApiError("channel_not_found");
  const source = record.sourceTs ? world.anyMessage(channel.id, record.sourceTs) : undefined;
  if (response.delete_original) {
    if (source) deleteMessage(world, channel, source);
    return;
  }
  const content = readContent(world, { ...response, channel: channel.id }, "post");
  if (response.replace_original && source) {
    editMessage(world, channel, source, {
      editorId: bot.botUserId,
      apply: (message) => Object.assign(message, fieldsOf(content)),
    });
    noteResponse(world, record, source);
    return;
  }
  // In the thread of the button; Slack does not document it [guess].
  const threadTs = response.thread_ts ?? source?.threadTs;
  const message = createMessage(world, channel, {
    userId: bot.botUserId,
    isFromApp: true,
    ...fieldsOf(content),
    ...(response.response_type === "ephemeral" && { ephemeralFor: record.userId }),
    ...(threadTs !== undefined && { threadTs }),
  });
  noteResponse(world, record, message);
}

function fieldsOf({ text, markdown, blocks, attachments }: Content) {
  return {
    text,
    blocks: blocks ?? [],
    attachments: attachments ?? [],
    ...(markdown !== undefined && { markdown }),
  };
}

function noteResponse(world: World, record: ResponseUrlRecord, { channelId, ts }: MessageRecord): void {
  const interaction = world.interactions.get(record.interactionId ?? "");
  if (!interaction) return;
  if (!interaction.responses.some((one) => one.ts === ts)) interaction.responses.push({ channelId, ts });
  announceInteraction(world, interaction);
}
