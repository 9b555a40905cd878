import type { MessageEvent } from "../../../core/domain/model.ts";
import { threadTitle } from "../../../core/turn/open-thread.ts";
import type { Decoded } from "../../shared/messages/stored-target.ts";
import { isDirect, messageEventIdOf, messageIdOf, tsTime } from "../ids.ts";
import { placeOf, writeTarget } from "../messages/reply-target.ts";
import { mentions } from "../reading/mentions.ts";
import type { WireMessage } from "../wire.ts";
import type { Directory } from "../workspaces/directory.ts";
import type { Workspace } from "../workspaces/workspaces.ts";

/** What people say under a subtype of its own; every other subtype is Slack's, a bot's, or about a message. */
const TALK: ReadonlySet<string> = new Set(["file_share", "thread_broadcast"]);

/** Slackbot, and the author of Slack's own notices, which come without a subtype. */
const SLACK_ITSELF: ReadonlySet<string> = new Set(["USLACKBOT", "USLACK"]);

/** Whether a person said it: not the bot, not another bot, and nothing that Slack itself says. */
export function isFromPerson({ subtype, bot_id, user }: WireMessage, bot: string): boolean {
  if (subtype !== undefined && !TALK.has(subtype)) return false;
  return !bot_id && user !== undefined && user !== bot && !SLACK_ITSELF.has(user);
}

/** What a person said. `message` must be from a person. */
export async function decodeMessage(
  message: WireMessage & { readonly channel: string },
  { workspace, directory }: { workspace: Workspace; directory: Directory },
): Promise<Decoded<MessageEvent>> {
  const { channel, ts } = message;
  const { team, bot } = workspace;
  const user = message.user ?? "";
  const direct = isDirect(channel);
  // A message that was answered is found with the thread below it, which it is not in.
  const inThread = message.thread_ts === ts ? undefined : message.thread_ts;
  // In direct messages every first message is the root of a thread, and so of a conversation.
  const thread = inThread ?? (direct ? ts : undefined);
  const [author, text, name] = await Promise.all([
    directory.person(workspace, user, { homeTeam: message.user_team ?? message.team }),
    directory.read(workspace, message),
    direct || thread !== undefined ? undefined : directory.channelName(team, channel),
  ]);
  const opensThread = thread === undefined;
  return {
    event: {
      type: "message",
      id: messageEventIdOf({ team, channel, ts }),
      message: messageIdOf({ team, channel, ts, kind: "plain" }),
      place: placeOf(workspace, { channel, thread, name }),
      author,
      at: tsTime(ts),
      text,
      addressed: direct ? "direct" : mentions(message, bot) ? "mention" : "none",
      ...(opensThread && { thread: placeOf(workspace, { channel, thread: ts, name: threadTitle(text) }) }),
      attachments: (message.files ?? []).map((file) => ({
        id: file.id,
        name: file.name ?? "file",
        contentType: file.mimetype ?? "application/octet-stream",
        bytes: file.size ?? 0,
        url: file.url_private ?? "",
      })),
    },
    target: writeTarget({
      via: "message",
      team,
      channel,
      thread,
      person: user,
      personTeam: message.user_team ?? message.team ?? team,
      message: ts,
      title: text === "" ? undefined : threadTitle(text),
    }),
  };
}
