import type {
  AuthorView,
  ChannelView,
  DiscordEmulator,
  DiscordPerson,
  MessageView,
} from "@rapport/discord-emulator";
import { sentences } from "../../sentences/sentences.ts";
import { readComponents, readEmbeds } from "../protocol/discord-components.ts";
import type { Looker } from "../protocol/insight.ts";
import type { Author, Change, Commands, Message, Person, Place } from "../protocol/protocol.ts";
import type { ReadersSheet } from "../protocol/readers.ts";
import type { NumberedNote } from "../server/feed.ts";
import type { WorldView } from "../server/workspace.ts";
import { readCommands } from "./commands.ts";
import { readByOf, readersSheet } from "./readers.ts";

const told = sentences.playground.discord;

/** Discord's numbers of messages that the platform itself writes. */
const System = {
  PersonAdded: 1,
  PersonRemoved: 2,
  Renamed: 4,
  Pinned: 6,
  ThreadStarted: 18,
  ThreadStarter: 21,
} as const;

/** The answer to a command of a message's menu. */
const BY_MENU = 23;

/** The sandbox's Discord as one of its people sees it, in the page's own terms. */
export class DiscordView implements WorldView {
  readonly #discord: DiscordEmulator;
  readonly url: string;

  constructor(discord: DiscordEmulator) {
    this.#discord = discord;
    this.url = new URL(discord.url).origin;
  }

  get people(): readonly Person[] {
    return this.#discord.people.map(({ id, name }) => ({ id, name }));
  }

  get bot(): Person {
    return { id: this.#discord.botUserId, name: this.#discord.botName };
  }

  get name(): string {
    return this.#discord.guildName;
  }

  get isConnected(): boolean {
    return this.#discord.gateway.connected > 0;
  }

  findPerson(name: string): DiscordPerson | undefined {
    return this.#discord.people.find((person) => person.name === name);
  }

  places({ id }: Person): readonly Place[] {
    const person = this.#discord.person(id);
    return person.places().flatMap((channel) => this.#place(channel, person) ?? []);
  }

  place(placeId: string, viewer: Person): Place | undefined {
    return this.places(viewer).find(({ id }) => id === placeId);
  }

  messages(placeId: string, viewer: Person): readonly Message[] {
    return this.#discord.messages(placeId, viewer.id).map((message) => this.#message(message, viewer));
  }

  commands(placeId: string, { id }: Person): Commands {
    const person = this.#discord.person(id);
    return { ...readCommands(person.commands(placeId)), message: person.messageCommands(placeId) };
  }

  readers(placeId: string, { id }: Person): ReadersSheet | undefined {
    const person = this.#discord.person(id);
    const channel = person.places().find((one) => one.id === placeId);
    return channel && readersSheet(this.#discord, person, channel);
  }

  looker(placeId: string, { id, name }: Person): Looker {
    const isDirect = this.place(placeId, { id, name })?.kind === "dm";
    // In direct messages Discord tells nobody's rights.
    return { id, name, manages: !isDirect && this.#discord.person(id).manages };
  }

  /** What a note says to this person now; undefined when it says nothing to them. */
  change(note: NumberedNote, viewer: Person): Change | undefined {
    const { at } = note;
    switch (note.type) {
      case "message":
        return this.#messageChange(note, viewer);
      case "place": {
        const place = this.place(note.id, viewer);
        return { type: "place", at, id: note.id, ...(place && { place }) };
      }
      case "typing": {
        const { placeId, userId, until } = note;
        const name = this.#nameOf(userId);
        if (userId === viewer.id || !name || !this.place(placeId, viewer)) return undefined;
        return { type: "typing", at, placeId, name, until };
      }
      case "commands":
        return { type: "commands", at };
      case "connected":
        return { type: "connected", at, connected: this.isConnected };
      case "insight":
        return { type: "insight", at, ...(note.placeId && { placeId: note.placeId }) };
      case "modal":
      case "home":
        // Discord has no page of a bot's own, and its forms come as what an interaction led to.
        return undefined;
      default:
        return note satisfies never;
    }
  }

  #messageChange(note: Extract<NumberedNote, { type: "message" }>, viewer: Person): Change | undefined {
    const { at, placeId, id } = note;
    const message = this.#discord.person(viewer.id).message(id);
    // Whether it is gone or not theirs, it is told apart by nothing: they learn no more than an id.
    if (!message || message.channelId !== placeId) return { type: "message", at, placeId, id };
    return { type: "message", at, placeId, id, message: this.#message(message, viewer) };
  }

  #nameOf(userId: string): string | undefined {
    return [...this.people, this.bot].find(({ id }) => id === userId)?.name;
  }

  #place(channel: ChannelView, person: DiscordPerson): Place | undefined {
    const kind = KINDS[channel.kind];
    if (!kind) return undefined;
    const { id, topic, parentId, ownerId, archived, locked, messageCount, lastMessageId } = channel;
    return {
      id,
      kind,
      name: kind === "dm" ? this.bot.name : channel.name,
      topic,
      parentId: kind === "thread" ? parentId : undefined,
      openedBy: ownerId,
      private: channel.kind === "private-thread" || kind === "dm",
      readBy: readByOf(person, channel, this.bot.name),
      archived,
      locked,
      messageCount,
      lastMessageId,
    };
  }

  #message(given: MessageView, viewer: Person): Message {
    const shown = this.#starterOf(given, viewer) ?? given;
    const { reactions, repliesTo } = shown;
    return {
      id: given.id,
      placeId: given.channelId,
      author: this.#author(shown.author),
      content: shown.isSystem ? this.#noteText(shown) : shown.content,
      createdAt: shown.createdAt,
      editedAt: shown.editedAt,
      kind: shown.isSystem ? "note" : "said",
      thinking: shown.loading && !shown.failed,
      unanswered: shown.failed,
      ephemeral: shown.ephemeral,
      embeds: readEmbeds(shown.embeds),
      components: readComponents(shown.components),
      attachments: shown.attachments.map(({ filename: name, ...file }) => ({ ...file, name })),
      reactions: reactions.map(({ emoji, userIds }) => ({
        emoji,
        count: userIds.length,
        mine: userIds.includes(viewer.id),
      })),
      replyTo: repliesTo && {
        id: repliesTo.id,
        ...(repliesTo.author && { author: this.#author(repliesTo.author) }),
        ...(repliesTo.content !== undefined && { content: repliesTo.content }),
      },
      origin: originOf(shown),
      threadId: given.threadId,
    };
  }

  /** A thread that hangs on a message begins with that message; it has the same id as the thread. */
  #starterOf(message: MessageView, viewer: Person): MessageView | undefined {
    if (message.type !== System.ThreadStarter) return undefined;
    return this.#discord.person(viewer.id).message(message.channelId);
  }

  #noteText({ type, content, mentionIds }: MessageView): string {
    const names = mentionIds.map((id) => this.#nameOf(id) ?? "someone").join(", ");
    const texts: Record<number, string> = {
      [System.PersonAdded]: told.personAdded(names),
      [System.PersonRemoved]: told.personRemoved(names),
      [System.Renamed]: told.renamed(content),
      [System.Pinned]: told.pinned,
      [System.ThreadStarted]: told.threadStarted,
      [System.ThreadStarter]: told.starterDeleted,
    };
    return texts[type] ?? content;
  }

  #author({ id, name, bot, avatarUrl }: AuthorView): Author {
    return { id, name, bot, avatarUrl: avatarUrl && this.#isOurs(avatarUrl) ? avatarUrl : undefined };
  }

  /** Pictures from elsewhere are not loaded: the page asks nobody but this machine. */
  #isOurs(address: string): boolean {
    return address.startsWith(`${this.url}/`) || address.startsWith("data:image/") || !address.includes(":");
  }
}

/** The command that a message answers, as its person has called it. */
function originOf({ interaction, type }: MessageView): Message["origin"] {
  if (!interaction?.commandName) return undefined;
  const sign = type === BY_MENU ? "" : "/";
  return { person: interaction.userName, name: sign + interaction.commandName };
}

const KINDS: Readonly<Record<ChannelView["kind"], Place["kind"] | undefined>> = {
  text: "channel",
  announcement: "channel",
  thread: "thread",
  "private-thread": "thread",
  dm: "dm",
  forum: undefined,
  category: undefined,
};
