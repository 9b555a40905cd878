import type { MessageView } from "@rapport/slack-emulator";
import { sentences } from "../../sentences/sentences.ts";
import { emojiOf } from "../protocol/emoji.ts";
import type { Author, Message, Person } from "../protocol/protocol.ts";
import { readBlocks } from "./blocks.ts";
import { idOf } from "./ids.ts";

const told = sentences.playground.slack;

export interface Known {
  readonly viewer: Person;
  /** Pictures may come from here and from nowhere else. */
  readonly origin: string;
  /** All who are met here, those of other companies too. */
  readonly people: readonly Person[];
  /** Of the world that it is: stands in the addresses of its files. */
  readonly world: string;
  readonly bot: Person;
}

const STREAMS = { in_progress: "growing", completed: "ended", errored: "broken" } as const;

/** Said by Slack itself, in the name of the person whom it is about. */
const NOTES = new Map([
  ["channel_join", told.joined],
  ["channel_leave", told.left],
]);

/** A message of Slack's, as it stands in this place. */
export function messageOf(view: MessageView, placeId: string, known: Known): Message {
  const { channelId, ts, author, reactions, files, thread, stream } = view;
  const note = NOTES.get(view.subtype ?? "");
  return {
    id: idOf(channelId, ts),
    placeId,
    author: authorOf(named(author, known), known.origin),
    content: note ?? view.text,
    createdAt: view.createdAt,
    // Slack says that a message was edited, and shows when only to apps.
    editedAt: view.edited ? view.createdAt : undefined,
    kind: note === undefined ? "said" : "note",
    thinking: false,
    unanswered: false,
    ephemeral: view.ephemeral,
    embeds: [],
    components: [],
    attachments: files.map(({ id, name, title, mimetype, size }) => ({
      id,
      name,
      url: `/api/${known.world}/file/${id}?as=${encodeURIComponent(known.viewer.name)}`,
      size,
      contentType: mimetype,
      description: title === name ? undefined : title,
    })),
    reactions: reactions.map(({ name, userIds }) => ({
      emoji: emojiOf(name),
      count: userIds.length,
      mine: userIds.includes(known.viewer.id),
    })),
    replyTo: undefined,
    origin: undefined,
    threadId: thread && thread.replyCount > 0 ? idOf(channelId, ts) : undefined,
    blocks: note === undefined ? readBlocks(view.blocks) : undefined,
    replies:
      thread && thread.replyCount > 0
        ? {
            count: thread.replyCount,
            latestAt:
              thread.latestReplyTs === undefined
                ? undefined
                : Math.floor(Number(thread.latestReplyTs) * 1_000),
            authors: thread.replyUserIds.map((id) => authorCalled(id, known)),
          }
        : undefined,
    stream: stream && STREAMS[stream.state],
    alsoInChannel: view.isBroadcast,
  };
}

/** Pictures from elsewhere are not loaded: the page asks nobody but this machine. */
export function authorOf(
  { id, name, iconEmoji, iconUrl, isApp }: MessageView["author"],
  origin: string,
): Author {
  const isOurs =
    iconUrl !== undefined && (iconUrl.startsWith(`${origin}/`) || iconUrl.startsWith("data:image/"));
  return {
    id,
    name,
    bot: isApp,
    avatarUrl: isOurs ? iconUrl : undefined,
    emoji: iconEmoji === undefined ? undefined : emojiOf(iconEmoji.replaceAll(":", "")),
  };
}

/** People of another company are told apart from their namesakes here. */
function named(author: MessageView["author"], { people }: Known): MessageView["author"] {
  const found = author.isApp ? undefined : people.find(({ id }) => id === author.id);
  return found ? { ...author, name: found.name } : author;
}

function authorCalled(id: string, { people, bot }: Known): Author {
  const name = [...people, bot].find((person) => person.id === id)?.name ?? told.somebody;
  return { id, name, bot: id === bot.id, avatarUrl: undefined };
}
