import { z } from "zod";
import { SlackApiError } from "../http/api-error.ts";
import {
  authorshipArguments,
  type Content,
  contentArguments,
  readAuthorship,
  readContent,
  withWarnings,
} from "../messages/message-content.ts";
import { createMessage, deleteMessage, editMessage } from "../messages/posting.ts";
import { messageJson, textOf } from "../payloads/message-json.ts";
import { stringIn } from "../wire.ts";
import { checkThread, idOfNamed, knownChannel, memberChannel, postingChannel } from "../world/places.ts";
import { refuseUnlessMayPost } from "../world/posting-rights.ts";
import type { InstallationRecord, MessageRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { count, flag, text } from "./arguments.ts";
import { botMethod, type Method, TIER_3, TIER_4 } from "./method.ts";

/** "One a second in each channel, with short bursts" [Slack's documentation]. */
const POSTS = { limit: 5, windowMs: 5_000 };

/** A message is scheduled for 120 days from now at the most [Slack's documentation]. */
const SCHEDULED_WITHIN_MS = 120 * 24 * 60 * 60_000;

export function chatMethods(world: World): readonly Method[] {
  return [
    botMethod({
      name: "chat.postMessage",
      scope: "chat:write",
      limit: POSTS,
      limitKey: ({ channel }) => stringIn(channel) ?? "",
      args: contentArguments.extend(authorshipArguments.shape).extend({
        thread_ts: text.optional(),
        reply_broadcast: flag.optional(),
      }),
      run: ({ args, caller }) => {
        const channel = postingChannel(world, caller, idOfNamed(world, caller, args.channel), args.thread_ts);
        if (args.thread_ts) checkThread(world, channel, args.thread_ts);
        const content = readContent(world, args, "post");
        const message = createMessage(world, channel, {
          userId: caller.botUserId,
          isFromApp: true,
          ...contentFields(content),
          ...readAuthorship(caller, args),
          mrkdwn: args.mrkdwn ?? true,
          ...(args.thread_ts && { threadTs: args.thread_ts, isBroadcast: args.reply_broadcast ?? false }),
        });
        return withWarnings(
          {
            channel: channel.id,
            ts: message.ts,
            message: messageJson(world, message, { withMetadata: true }),
          },
          content.warnings,
        );
      },
    }),
    botMethod({
      name: "chat.meMessage",
      scope: "chat:write",
      limit: TIER_3,
      args: z.object({ channel: text, text: text.optional() }),
      run: ({ args, caller }) => {
        const channel = memberChannel(world, caller, idOfNamed(world, caller, args.channel));
        if (channel.isArchived) throw new SlackApiError("is_archived");
        refuseUnlessMayPost(channel, caller.botUserId);
        const content = readContent(world, args, "post");
        const message = createMessage(world, channel, {
          userId: caller.botUserId,
          isFromApp: true,
          text: content.text,
          subtype: "me_message",
        });
        return { channel: channel.id, ts: message.ts };
      },
    }),
    botMethod({
      name: "chat.scheduleMessage",
      scope: "chat:write",
      limit: TIER_3,
      args: contentArguments.extend({ post_at: count, thread_ts: text.optional() }),
      run: ({ args, caller }) => {
        const channel = postingChannel(world, caller, idOfNamed(world, caller, args.channel), args.thread_ts);
        if (args.thread_ts) checkThread(world, channel, args.thread_ts);
        const fields = contentFields(readContent(world, args, "post"));
        const waitMs = args.post_at * 1000 - world.clock.now();
        if (waitMs <= 0) throw new SlackApiError("time_in_past");
        if (waitMs > SCHEDULED_WITHIN_MS) throw new SlackApiError("time_too_far");
        world.later(waitMs, () => {
          createMessage(world, channel, {
            userId: caller.botUserId,
            isFromApp: true,
            ...fields,
            ...(args.thread_ts && { threadTs: args.thread_ts }),
          });
        });
        return {
          channel: channel.id,
          scheduled_message_id: world.ids.next("Q"),
          post_at: args.post_at,
          message: { type: "delayed_message", bot_id: caller.botId, text: fields.text },
        };
      },
    }),
    botMethod({
      name: "chat.postEphemeral",
      scope: "chat:write",
      limit: TIER_4,
      args: contentArguments
        .extend(authorshipArguments.shape)
        .extend({ user: text, thread_ts: text.optional() }),
      run: ({ args, caller }) => {
        const channel = memberChannel(world, caller, idOfNamed(world, caller, args.channel));
        if (channel.isArchived) throw new SlackApiError("is_archived");
        if (!channel.memberIds.includes(args.user)) throw new SlackApiError("user_not_in_channel");
        refuseUnlessMayPost(channel, caller.botUserId, args.thread_ts);
        const content = readContent(world, args, "post");
        const message = createMessage(world, channel, {
          userId: caller.botUserId,
          isFromApp: true,
          ...contentFields(content),
          ...readAuthorship(caller, args),
          ephemeralFor: args.user,
          ...(args.thread_ts && { threadTs: args.thread_ts }),
        });
        return { message_ts: message.ts };
      },
    }),
    botMethod({
      name: "chat.update",
      scope: "chat:write",
      limit: TIER_3,
      args: contentArguments.extend({ ts: text, reply_broadcast: flag.optional() }),
      run: ({ args, caller }) => {
        const channel = knownChannel(world, caller, args.channel);
        if (channel.isArchived) throw new SlackApiError("is_archived");
        const message = ownMessage(world, caller, {
          channelId: channel.id,
          ts: args.ts,
          refusal: "cant_update_message",
        });
        // Slack has a name for it [guess]; a stream that has ended may be edited.
        if (message.stream?.state === "in_progress") throw new SlackApiError("streaming_state_conflict");
        const content = readContent(world, args, "update");
        editMessage(world, channel, message, {
          editorId: caller.botUserId,
          apply: (one) => applyContent(one, content),
        });
        return {
          channel: channel.id,
          ts: message.ts,
          text: textOf(message),
          message: messageJson(world, message, { withMetadata: true }),
        };
      },
    }),
    botMethod({
      name: "chat.delete",
      scope: "chat:write",
      limit: TIER_3,
      args: z.object({ channel: text, ts: text }),
      run: ({ args, caller }) => {
        const channel = knownChannel(world, caller, args.channel);
        const message = ownMessage(world, caller, {
          channelId: channel.id,
          ts: args.ts,
          refusal: "cant_delete_message",
        });
        // "Deleting customised messages is refused" [another project's documentation].
        if (message.username !== undefined) throw new SlackApiError("cant_delete_message");
        deleteMessage(world, channel, message);
        return { channel: channel.id, ts: message.ts };
      },
    }),
    botMethod({
      name: "chat.getPermalink",
      limit: TIER_4,
      args: z.object({ channel: text, message_ts: text }),
      run: ({ args, caller }) => {
        const channel = knownChannel(world, caller, args.channel);
        if (!world.message(channel.id, args.message_ts)) throw new SlackApiError("message_not_found");
        return {
          channel: channel.id,
          permalink: `${world.baseUrl}/archives/${channel.id}/p${args.message_ts.replace(".", "")}`,
        };
      },
    }),
  ];
}

function contentFields(content: Content): Partial<MessageRecord> & { readonly text: string } {
  return {
    text: content.text,
    blocks: content.blocks ?? [],
    attachments: content.attachments ?? [],
    ...(content.markdown !== undefined && { markdown: content.markdown }),
    ...(content.metadata && { metadata: content.metadata }),
  };
}

/** What an update does not mention stays: blocks under a new text too, which surprises everybody once. */
function applyContent(message: MessageRecord, content: Content): void {
  message.text = content.text;
  delete message.stream;
  delete message.markdown;
  if (content.markdown !== undefined) {
    message.markdown = content.markdown;
    message.blocks = [];
  }
  if (content.blocks) message.blocks = content.blocks;
  if (content.attachments) message.attachments = content.attachments;
  if (content.metadata) message.metadata = content.metadata;
}

function ownMessage(
  world: World,
  caller: InstallationRecord,
  wanted: { readonly channelId: string; readonly ts: string; readonly refusal: string },
): MessageRecord {
  const message = world.message(wanted.channelId, wanted.ts);
  if (!message) throw new SlackApiError("message_not_found");
  if (message.userId !== caller.botUserId) throw new SlackApiError(wanted.refusal);
  return message;
}
