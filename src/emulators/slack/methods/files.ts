import { z } from "zod";
import { SlackApiError } from "../http/api-error.ts";
import { createMessage, shareFiles } from "../messages/posting.ts";
import { newFile } from "../messages/stored-files.ts";
import { fileJson } from "../payloads/file-json.ts";
import { checkThread, knownChannel, postingChannel } from "../world/places.ts";
import type { FileRecord, InstallationRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { count, json, text } from "./arguments.ts";
import { botMethod, type Method, TIER_3, TIER_4 } from "./method.ts";

/** [Slack's documentation] */
const FILES_ON_A_PAGE = 100;

export function fileMethods(world: World): readonly Method[] {
  return [
    botMethod({
      name: "files.getUploadURLExternal",
      scope: "files:write",
      limit: TIER_4,
      args: z.object({ filename: text.min(1), length: count.min(1), alt_txt: text.optional() }),
      run: ({ args, caller }) => {
        const owner = { id: caller.botUserId, teamId: caller.teamId };
        const file = newFile(world, owner, { name: args.filename, size: args.length });
        return { upload_url: `${world.baseUrl}/upload/v1/${file.id}`, file_id: file.id };
      },
    }),
    botMethod({
      name: "files.completeUploadExternal",
      scope: "files:write",
      limit: TIER_4,
      args: z.object({
        files: json(z.array(z.object({ id: text, title: text.optional() })).min(1)),
        channel_id: text.optional(),
        channels: text.optional(),
        thread_ts: text.optional(),
        initial_comment: text.optional(),
      }),
      run: ({ args, caller }) => {
        const channelId = args.channel_id ?? args.channels;
        const channel =
          channelId === undefined ? undefined : postingChannel(world, caller, channelId, args.thread_ts);
        if (channel && args.thread_ts) checkThread(world, channel, args.thread_ts);
        const files = args.files.map(({ id, title }) => {
          const file = uploadedFile(world, caller, id);
          if (title !== undefined) file.title = title;
          return file;
        });
        for (const file of files) file.isComplete = true;
        if (channel) {
          const fileIds = files.map(({ id }) => id);
          shareFiles(world, channel, fileIds);
          createMessage(world, channel, {
            userId: caller.botUserId,
            isFromApp: true,
            text: args.initial_comment ?? "",
            subtype: "file_share",
            fileIds,
            ...(args.thread_ts !== undefined && { threadTs: args.thread_ts }),
          });
        }
        return { files: files.map((file) => fileJson(world, file)) };
      },
    }),
    botMethod({
      name: "files.info",
      scope: "files:read",
      limit: TIER_4,
      args: z.object({ file: text }),
      run: ({ args, caller }) => {
        const file = world.files.get(args.file);
        if (file?.teamId !== caller.teamId || !file.isComplete) throw new SlackApiError("file_not_found");
        return { file: fileJson(world, file), comments: [], response_metadata: { next_cursor: "" } };
      },
    }),
    botMethod({
      name: "files.list",
      scope: "files:read",
      limit: TIER_3,
      args: z.object({
        channel: text.optional(),
        user: text.optional(),
        count: count.min(1).default(FILES_ON_A_PAGE),
        page: count.min(1).default(1),
      }),
      run: ({ args, caller }) => {
        if (args.channel !== undefined) knownChannel(world, caller, args.channel);
        if (args.user !== undefined && world.users.get(args.user)?.teamId !== caller.teamId)
          throw new SlackApiError("user_not_found");
        const all = [...world.files.values()].filter(
          ({ teamId, isComplete, channelIds, userId }) =>
            teamId === caller.teamId &&
            isComplete &&
            (args.channel === undefined || channelIds.includes(args.channel)) &&
            (args.user === undefined || userId === args.user),
        );
        const start = (args.page - 1) * args.count;
        const pages = Math.ceil(all.length / args.count);
        return {
          files: all.slice(start, start + args.count).map((file) => fileJson(world, file)),
          paging: { count: args.count, total: all.length, page: args.page, pages },
        };
      },
    }),
    botMethod({
      name: "files.delete",
      scope: "files:write",
      limit: TIER_3,
      args: z.object({ file: text }),
      run: ({ args, caller }) => {
        const file = world.files.get(args.file);
        if (file?.teamId !== caller.teamId || !file.isComplete) throw new SlackApiError("file_not_found");
        if (file.userId !== caller.botUserId) throw new SlackApiError("cant_delete_file");
        world.files.delete(file.id);
        world.contents.delete(file.id);
        return {};
      },
    }),
  ];
}

/** Its bytes must be there: a completion without them is refused. */
function uploadedFile(world: World, caller: InstallationRecord, id: string): FileRecord {
  const file = world.files.get(id);
  if (file?.userId !== caller.botUserId || file.isComplete || !file.isUploaded) {
    throw new SlackApiError("file_not_found");
  }
  return file;
}
