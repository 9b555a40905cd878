import { z } from "zod";
import { WEBHOOK_DEFAULT } from "../messages/mentions.ts";
import { webhookEditBody, webhookMessageBody, webhookName } from "../messages/message-body.ts";
import { deleteMessage, editMessage } from "../messages/posting.ts";
import { messageJson } from "../payloads/message-json.ts";
import { avatarHash, webhookJson } from "../payloads/payloads.ts";
import { refuse } from "../rest/api-error.ts";
import type { Answer, Call, Route } from "../rest/call.ts";
import { parseForm } from "../rest/form-errors.ts";
import { demandOpen } from "../threads/thread-state.ts";
import { demand, demandInGuild } from "../world/permissions.ts";
import type { WebhookRecord } from "../world/records.ts";
import {
  announceWebhooks,
  createWebhook,
  deleteWebhook,
  executeWebhook,
  messageOfWebhook,
  targetOf,
  webhookByToken,
  webhooksOf,
} from "../world/webhooks.ts";
import type { World } from "../world/world.ts";
import { interactionMessages } from "./interactions.ts";
import { demandEditLayout } from "./messages.ts";
import { channelOf, demandGuild, every, isAsked, NO_CONTENT, route } from "./route.ts";

const createBody = z.object({
  name: webhookName,
  avatar: z.string().startsWith("data:image/").nullish(),
});
const editBody = z.object({
  name: webhookName.optional(),
  avatar: z.string().startsWith("data:image/").nullish(),
  channel_id: z.string().nullish(),
});

export function webhookRoutes(world: World): Route[] {
  const byId = (call: Call): WebhookRecord => {
    const webhook = world.webhooks.get(call.param("webhook_id"));
    if (!webhook) throw refuse.unknownWebhook();
    demand(world, world.botUserId, world.channel(webhook.channelId), "ManageWebhooks");
    return webhook;
  };
  const byToken = (call: Call) =>
    webhookByToken(world, call.param("webhook_id"), call.param("webhook_token"));
  const withoutToken = { auth: "path" } as const;
  return [
    route(
      "POST /channels/{channel_id}/webhooks",
      (call) => {
        const channel = channelOf(world, call);
        demand(world, world.botUserId, channel, "ManageWebhooks");
        const draft = parseForm(createBody, call.body);
        return {
          body: webhookJson(world, createWebhook(world, channel, { ...draft, creatorId: world.botUserId })),
        };
      },
      every(10_000, 5),
    ),
    route("GET /channels/{channel_id}/webhooks", (call) => {
      const channel = channelOf(world, call);
      demand(world, world.botUserId, channel, "ManageWebhooks");
      return { body: webhooksOf(world, channel.id).map((one) => webhookJson(world, one)) };
    }),
    route("GET /guilds/{guild_id}/webhooks", (call) => {
      demandGuild(world, call);
      demandInGuild(world, world.botUserId, "ManageWebhooks");
      return { body: [...world.webhooks.values()].map((one) => webhookJson(world, one)) };
    }),
    route("GET /webhooks/{webhook_id}", (call) => ({ body: webhookJson(world, byId(call)) })),
    route("PATCH /webhooks/{webhook_id}", (call) => ({
      body: webhookJson(world, rename(world, byId(call), call)),
    })),
    route("DELETE /webhooks/{webhook_id}", (call) => {
      deleteWebhook(world, byId(call));
      return NO_CONTENT;
    }),
    route(
      "GET /webhooks/{webhook_id}/{webhook_token}",
      (call) => {
        const { user: _, ...shown } = webhookJson(world, byToken(call));
        return { body: shown };
      },
      withoutToken,
    ),
    route(
      "DELETE /webhooks/{webhook_id}/{webhook_token}",
      (call) => {
        deleteWebhook(world, byToken(call));
        return NO_CONTENT;
      },
      withoutToken,
    ),
    ...messageRoutesOf(world, byToken),
  ];
}

/** The messages of a webhook; under the application's id, those of an interaction. */
function messageRoutesOf(world: World, byToken: (call: Call) => WebhookRecord): Route[] {
  const path = "/webhooks/{webhook_id}/{webhook_token}";
  const isInteraction = (call: Call) => call.param("webhook_id") === world.applicationId;
  const found = (call: Call) => {
    const webhook = byToken(call);
    const channel = targetOf(world, webhook, call.query.get("thread_id"));
    return { channel, message: messageOfWebhook(world, webhook, channel, call.param("message_id")) };
  };
  const options = { auth: "path", ...every(2000, 5) } as const;
  const original = `${path}/messages/@original`;
  return [
    route(
      `POST ${path}`,
      (call) =>
        isInteraction(call) ? interactionMessages.create(world, call) : execute(world, byToken(call), call),
      options,
    ),
    route(`GET ${original}`, (call) => interactionMessages.get(world, call, "@original"), options),
    route(`PATCH ${original}`, (call) => interactionMessages.edit(world, call, "@original"), options),
    route(`DELETE ${original}`, (call) => interactionMessages.remove(world, call, "@original"), options),
    route(
      `GET ${path}/messages/{message_id}`,
      (call) => {
        if (isInteraction(call)) return interactionMessages.get(world, call, call.param("message_id"));
        return { body: messageJson(world, found(call).message) };
      },
      options,
    ),
    route(
      `PATCH ${path}/messages/{message_id}`,
      (call) => {
        if (isInteraction(call)) return interactionMessages.edit(world, call, call.param("message_id"));
        const { channel, message } = found(call);
        const change = parseForm(webhookEditBody, call.body);
        demandOpen(channel);
        demandEditLayout(message, change);
        editMessage(world, message, { ...change, files: call.files, mentionsByDefault: WEBHOOK_DEFAULT });
        return { body: messageJson(world, message) };
      },
      options,
    ),
    route(
      `DELETE ${path}/messages/{message_id}`,
      (call) => {
        if (isInteraction(call)) return interactionMessages.remove(world, call, call.param("message_id"));
        deleteMessage(world, found(call).message);
        return NO_CONTENT;
      },
      options,
    ),
  ];
}

function execute(world: World, webhook: WebhookRecord, call: Call): Answer {
  const { username, avatar_url, content, embeds, components, attachments, allowed_mentions, flags } =
    parseForm(webhookMessageBody, call.body);
  const channel = targetOf(world, webhook, call.query.get("thread_id"));
  const message = executeWebhook(world, webhook, {
    content,
    embeds,
    components,
    attachments,
    allowed_mentions,
    flags,
    channel,
    username,
    avatarUrl: avatar_url,
    files: call.files,
  });
  return isAsked(call, "wait") ? { body: messageJson(world, message) } : NO_CONTENT;
}

function rename(world: World, webhook: WebhookRecord, call: Call): WebhookRecord {
  const { name, avatar, channel_id } = parseForm(editBody, call.body);
  if (name !== undefined) webhook.name = name;
  if (avatar !== undefined) webhook.avatar = avatar === null ? null : avatarHash(avatar);
  if (channel_id) {
    const channel = world.channel(channel_id);
    demand(world, world.botUserId, channel, "ManageWebhooks");
    webhook.channelId = channel.id;
  }
  announceWebhooks(world, webhook);
  return webhook;
}
