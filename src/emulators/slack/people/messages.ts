import { randomUUID } from "node:crypto";
import { NotPossible } from "../http/api-error.ts";
import { sessionIn } from "../messages/agent-sessions.ts";
import { createMessage, deleteMessage, editMessage, shareFiles } from "../messages/posting.ts";
import { typedText } from "../messages/rich-text.ts";
import { storeFile } from "../messages/stored-files.ts";
import { statusOf } from "../messages/thread-status.ts";
import { maySee } from "../world/openness.ts";
import { whyNotPost } from "../world/posting-rights.ts";
import type { ChannelRecord, MessageRecord, UserRecord } from "../world/records.ts";
import { botIsMember } from "../world/workspaces.ts";
import type { World } from "../world/world.ts";
import { type MessageView, messageView } from "./views.ts";

const CHARACTERS = 12_000;

export interface SayOptions {
  /** The thread it answers in. */
  readonly threadTs?: string;
  /** "Also send to the channel." */
  readonly broadcast?: boolean;
  readonly files?: readonly {
    readonly name: string;
    readonly data: Uint8Array;
    readonly mimetype?: string;
  }[];
}

/** Where a message is: a MessageView fits. */
export interface MessagePlace {
  readonly channelId: string;
  readonly ts: string;
}

/** What a person writes. */
export class PersonMessages {
  readonly user: UserRecord;
  readonly #world: World;

  constructor(world: World, user: UserRecord) {
    this.#world = world;
    this.user = user;
  }

  /** A channel that this person can see. */
  enter(channelId: string): ChannelRecord {
    const channel = this.#world.channels.get(channelId);
    if (!channel || !maySee(this.#world, channel, this.user.id)) {
      throw new NotPossible(`${this.user.displayName} cannot see this channel.`);
    }
    return channel;
  }

  /** A message that this person can see. */
  see(place: MessagePlace): MessageRecord {
    const { id } = this.enter(place.channelId);
    const message = this.#world.anyMessage(id, place.ts);
    if (!message || (message.ephemeralFor !== undefined && message.ephemeralFor !== this.user.id)) {
      throw new NotPossible(`${this.user.displayName} sees no message ${place.ts}.`);
    }
    return message;
  }

  seen({ channelId, ts }: MessagePlace): MessageView | undefined {
    const message = this.#world.anyMessage(this.enter(channelId).id, ts);
    return message && this.#mayRead(message) ? messageView(this.#world, message) : undefined;
  }

  threads(channelId: string): MessageView[] {
    return this.#world
      .messagesIn(this.enter(channelId).id)
      .filter((message) => message.threadTs === undefined && this.#mayRead(message))
      .filter(
        ({ ts }) =>
          this.#world.repliesTo(channelId, ts).length > 0 ||
          sessionIn(this.#world, channelId, ts) !== undefined ||
          statusOf(this.#world, channelId, ts) !== undefined,
      )
      .map((message) => messageView(this.#world, message));
  }

  lastTs(channelId: string): string | undefined {
    return this.#world
      .messagesIn(this.enter(channelId).id)
      .findLast(
        (message) => this.#mayRead(message) && (message.threadTs === undefined || message.isBroadcast),
      )?.ts;
  }

  /** Whoever sees a channel sees the files in it. */
  file(id: string) {
    const world = this.#world;
    const file = world.files.get(id);
    const bytes = world.contents.get(id);
    if (!file || !bytes) return undefined;
    const isShared = file.channelIds.some((channelId) => {
      const channel = world.channels.get(channelId);
      return channel !== undefined && maySee(world, channel, this.user.id);
    });
    if (!isShared) return undefined;
    return { contentType: file.mimetype, bytes: new Uint8Array(bytes) };
  }

  #mayRead({ ephemeralFor }: MessageRecord): boolean {
    return ephemeralFor === undefined || ephemeralFor === this.user.id;
  }

  say(channelId: string, text: string, options: SayOptions = {}): MessageView {
    const world = this.#world;
    const { threadTs, broadcast, files = [] } = options;
    const channel = this.#writable(channelId, threadTs);
    if (text.length > CHARACTERS) throw new NotPossible("A message has 12,000 characters at most.");
    if (text.trim() === "" && files.length === 0) throw new NotPossible("There is nothing to send.");
    this.#demandNoCommand(text, threadTs);
    if (threadTs !== undefined && this.see({ channelId, ts: threadTs }).threadTs !== undefined) {
      throw new NotPossible("A thread hangs on its root, not on an answer.");
    }
    const fileIds = files.map((file) => storeFile(world, this.user, file).id);
    shareFiles(world, channel, fileIds);
    const message = createMessage(world, channel, {
      userId: this.user.id,
      isFromApp: false,
      text: this.#typed(channel, text.trim()),
      clientMsgId: randomUUID(),
      fileIds,
      ...(fileIds.length > 0 && { subtype: "file_share" as const }),
      ...(threadTs !== undefined && { threadTs, isBroadcast: broadcast ?? false }),
    });
    return messageView(world, message);
  }

  /** The client takes what begins with a slash for a command, and posts it in no case. */
  #demandNoCommand(text: string, threadTs: string | undefined): void {
    const command = /^\/\S+/.exec(text)?.[0];
    if (command === undefined) return;
    const { commands } = this.#world.config;
    if (commands && !commands.some((one) => one.command === command))
      throw new NotPossible(`${command} is not a valid command.`);
    throw new NotPossible(
      threadTs === undefined
        ? `${command} is a command, and no message.`
        : `${command} is not supported in threads. Sorry!`,
    );
  }

  edit(place: MessagePlace, text: string): MessageView {
    const message = this.#own(place);
    const channel = this.enter(place.channelId);
    const typed = this.#typed(channel, text.trim());
    editMessage(this.#world, channel, message, {
      editorId: this.user.id,
      apply: (one) => {
        one.text = typed;
      },
    });
    return messageView(this.#world, message);
  }

  delete(place: MessagePlace): void {
    const message = this.see(place);
    const isOwn = message.userId === this.user.id || message.ephemeralFor === this.user.id;
    if (!isOwn && !this.user.isAdmin) throw new NotPossible("People delete only what they wrote.");
    deleteMessage(this.#world, this.enter(place.channelId), message);
  }

  #own(place: MessagePlace): MessageRecord {
    const message = this.see(place);
    if (message.userId !== this.user.id) throw new NotPossible("People edit only what they wrote.");
    return message;
  }

  #writable(channelId: string, threadTs?: string): ChannelRecord {
    const channel = this.enter(channelId);
    if (channel.isArchived) throw new NotPossible("This channel is archived.");
    if (!channel.memberIds.includes(this.user.id)) {
      throw new NotPossible(`${this.user.displayName} has not joined #${channel.name}.`);
    }
    if (whyNotPost(channel, this.user.id, threadTs) !== undefined)
      throw new NotPossible("Only some people can post here.");
    const isAppDm = channel.type === "im" && botIsMember(this.#world, channel);
    if (isAppDm && !this.#world.config.hasMessagesTab) {
      throw new NotPossible("Sending messages to this app has been turned off.");
    }
    return channel;
  }

  /** "@Rapport" and "#general" become mentions, as they do in the composer. */
  #typed({ teamId }: ChannelRecord, text: string): string {
    return typedText(text, this.mentionable(teamId));
  }

  /** In a channel of another company those are found who are there. */
  mentionable(teamId = this.user.teamId) {
    return {
      users: this.#world
        .usersOf(teamId)
        .map(({ id, name, displayName }) => ({ id, names: [...new Set([displayName, name])] })),
      channels: this.#world
        .channelsOf(teamId)
        .filter(({ type }) => type === "channel")
        .map(({ id, name }) => ({ id, names: [name] })),
    };
  }
}
