import { z } from "zod";
import { SlackApiError } from "../http/api-error.ts";
import { moveSession } from "../messages/agent-sessions.ts";
import {
  authorshipArguments,
  readAuthorship,
  readBlocks,
  readMetadata,
} from "../messages/message-content.ts";
import { createMessage, editMessage } from "../messages/posting.ts";
import {
  addChunks,
  announceProgress,
  newStream,
  openStream,
  readChunks,
  watchStream,
} from "../messages/streams.ts";
import { messageJson } from "../payloads/message-json.ts";
import { checkThread, knownChannel, postingChannel } from "../world/places.ts";
import { sessionStatus } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { raw, text } from "./arguments.ts";
import { botMethod, type Method, TIER_2, TIER_4 } from "./method.ts";

const streamed = z.object({ channel: text, markdown_text: text.optional(), chunks: raw.optional() });

export function streamMethods(world: World): readonly Method[] {
  return [
    botMethod({
      name: "chat.startStream",
      scope: "chat:write",
      limit: TIER_2,
      args: streamed.extend(authorshipArguments.shape).extend({
        thread_ts: text,
        recipient_user_id: text.optional(),
        recipient_team_id: text.optional(),
        task_display_mode: z.enum(["timeline", "plan"]).optional(),
      }),
      run: ({ args, caller }) => {
        const channel = postingChannel(world, caller, args.channel, args.thread_ts);
        checkThread(world, channel, args.thread_ts);
        if (channel.type !== "im") {
          if (!args.recipient_user_id) throw new SlackApiError("missing_recipient_user_id");
          if (!args.recipient_team_id) throw new SlackApiError("missing_recipient_team_id");
          world.user(args.recipient_team_id, args.recipient_user_id);
        }
        const stream = newStream(world, {
          taskDisplayMode: args.task_display_mode ?? "timeline",
          ...(args.recipient_user_id && { recipientUserId: args.recipient_user_id }),
        });
        addChunks(world, stream, readChunks(args));
        const message = createMessage(world, channel, {
          userId: caller.botUserId,
          isFromApp: true,
          text: "",
          threadTs: args.thread_ts,
          stream,
          ...readAuthorship(caller, args),
        });
        watchStream(world, channel, message);
        return { channel: channel.id, ts: message.ts };
      },
    }),
    botMethod({
      name: "chat.appendStream",
      scope: "chat:write",
      limit: TIER_4,
      args: streamed.extend({ ts: text }),
      run: ({ args, caller }) => {
        const channel = knownChannel(world, caller, args.channel);
        const { message, stream } = openStream(world, caller, { channel, ts: args.ts });
        const chunks = readChunks(args);
        if (chunks.length === 0) throw new SlackApiError("no_text");
        addChunks(world, stream, chunks);
        announceProgress(world, channel, message);
        return { channel: channel.id, ts: message.ts };
      },
    }),
    botMethod({
      name: "chat.stopStream",
      scope: "chat:write",
      limit: TIER_2,
      args: streamed.extend({
        ts: text,
        blocks: raw.optional(),
        metadata: raw.optional(),
        session_status: sessionStatus.optional(),
      }),
      run: ({ args, caller }) => {
        const channel = knownChannel(world, caller, args.channel);
        const { message, stream } = openStream(world, caller, { channel, ts: args.ts });
        const chunks = readChunks(args);
        const blocks = args.blocks === undefined ? [] : readBlocks(world, args.blocks);
        const metadata = readMetadata(args.metadata);
        editMessage(world, channel, message, {
          apply: (one) => {
            addChunks(world, stream, chunks);
            stream.state = "completed";
            one.blocks = blocks;
            if (metadata) one.metadata = metadata;
          },
        });
        if (args.session_status) {
          moveSession(world, channel, message.threadTs ?? message.ts, { status: args.session_status });
        }
        return {
          channel: channel.id,
          ts: message.ts,
          message: messageJson(world, message, { withMetadata: true }),
        };
      },
    }),
  ];
}
