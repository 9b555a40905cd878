import { randomBytes } from "node:crypto";
import { ChannelType } from "discord-api-types/v10";
import type { UploadedFile } from "../messages/attachments.ts";
import { WEBHOOK_DEFAULT } from "../messages/mentions.ts";
import { createMessage, type MessageContent } from "../messages/posting.ts";
import { avatarHash } from "../payloads/payloads.ts";
import { invalidField, refuse } from "../rest/api-error.ts";
import type { ChannelRecord, MessageRecord, WebhookRecord } from "./records.ts";
import type { World } from "./world.ts";

/** [docs] */
const WEBHOOKS_A_CHANNEL = 15;

export function webhooksOf(world: World, channelId: string): WebhookRecord[] {
  return [...world.webhooks.values()].filter((webhook) => webhook.channelId === channelId);
}

export function createWebhook(
  world: World,
  channel: ChannelRecord,
  draft: { readonly name: string; readonly avatar?: string | null | undefined; readonly creatorId: string },
): WebhookRecord {
  if (!channel.guildId || channel.thread) throw refuse.wrongChannelType();
  if (webhooksOf(world, channel.id).length >= WEBHOOKS_A_CHANNEL) throw refuse.tooManyWebhooks();
  const id = world.ids.next();
  const webhook: WebhookRecord = {
    id,
    token: randomBytes(51).toString("base64url"),
    name: draft.name,
    avatar: draft.avatar ? avatarHash(draft.avatar) : null,
    channelId: channel.id,
    guildId: channel.guildId,
    creatorId: draft.creatorId,
    applicationId: draft.creatorId === world.botUserId ? world.applicationId : null,
  };
  world.webhooks.set(id, webhook);
  announceWebhooks(world, webhook);
  return webhook;
}

export function deleteWebhook(world: World, webhook: WebhookRecord): void {
  world.webhooks.delete(webhook.id);
  announceWebhooks(world, webhook);
}

export function announceWebhooks(world: World, { channelId, guildId }: WebhookRecord): void {
  world.dispatch({ name: "WEBHOOKS_UPDATE", data: { guild_id: guildId, channel_id: channelId }, channelId });
  world.tell({ type: "settings-changed" });
}

/** The webhook of an id and token: unknown is one thing (10015), known with another token is another (50027). */
export function webhookByToken(world: World, id: string, token: string): WebhookRecord {
  const webhook = world.webhooks.get(id);
  if (!webhook) throw refuse.unknownWebhook();
  if (webhook.token !== token) throw refuse.invalidWebhookToken();
  return webhook;
}

/** Where a webhook writes: its channel, or a thread of its channel. */
export function targetOf(world: World, webhook: WebhookRecord, threadId: string | null): ChannelRecord {
  const parent = world.channel(webhook.channelId);
  if (threadId === null) {
    if (parent.type === ChannelType.GuildForum || parent.type === ChannelType.GuildMedia) {
      throw invalidField(
        ["thread_id"],
        "WEBHOOK_FORUM_THREAD_REQUIRED",
        "Webhooks posted to forum channels need a thread",
      );
    }
    return parent;
  }
  const thread = world.channels.get(threadId);
  if (thread?.parentId !== parent.id) throw refuse.unknownChannel();
  return thread;
}

/** A message under a name and face of its own. */
export function executeWebhook(
  world: World,
  webhook: WebhookRecord,
  message: MessageContent & {
    readonly channel: ChannelRecord;
    readonly username?: string | null | undefined;
    readonly avatarUrl?: string | null | undefined;
    readonly files: readonly UploadedFile[];
  },
): MessageRecord {
  const { username, avatarUrl, ...content } = message;
  return createMessage(world, {
    ...content,
    authorId: webhook.id,
    mentionsByDefault: WEBHOOK_DEFAULT,
    fields: {
      webhook: { name: username ?? webhook.name, avatarUrl: avatarUrl ?? null },
      webhookId: webhook.id,
      ...(webhook.applicationId && { applicationId: webhook.applicationId }),
    },
  });
}

/** A message of this webhook, where it was asked for: in the channel, or in the thread named. */
export function messageOfWebhook(
  world: World,
  webhook: WebhookRecord,
  channel: ChannelRecord,
  id: string,
): MessageRecord {
  const message = world.message(channel.id, id);
  if (message.webhookId !== webhook.id) throw refuse.unknownMessage();
  return message;
}
