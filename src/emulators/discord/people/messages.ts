import { ChannelType, MessageType } from "discord-api-types/v10";
import type { UploadedFile } from "../messages/attachments.ts";
import { REGULAR_DEFAULT } from "../messages/mentions.ts";
import { outsideCode } from "../messages/outside-code.ts";
import { createMessage, deleteMessage, editMessage } from "../messages/posting.ts";
import { announceThread, joinThread, mayLetIn, setArchived, threadOf } from "../threads/thread-state.ts";
import { createThread, renameThread } from "../threads/threads.ts";
import { may, maySee } from "../world/permissions.ts";
import type { ChannelRecord, MessageRecord, UserRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { NotPossible } from "./commands.ts";
import { type ChannelView, channelView, type MessageView, messageView } from "./views.ts";

export interface SayOptions {
  readonly replyTo?: string;
  readonly attachments?: readonly {
    readonly name: string;
    readonly data: Uint8Array;
    readonly contentType?: string;
  }[];
}

/** What a person writes, and what they do to threads. */
export class PersonMessages {
  readonly id: string;
  readonly name: string;
  readonly #world: World;
  readonly #user: UserRecord;

  constructor(world: World, user: UserRecord) {
    this.#world = world;
    this.#user = user;
    this.id = user.id;
    this.name = user.globalName ?? user.username;
  }

  /** A channel that this person can see. */
  enter(channelId: string): ChannelRecord {
    const channel = this.#world.channel(channelId);
    if (!maySee(this.#world, this.#user.id, channel))
      throw new NotPossible(`${this.name} cannot see this channel.`);
    return channel;
  }

  /** A message, as far as this person can see it. */
  look(messageId: string): MessageView | undefined {
    const message = this.#visible(messageId);
    return message && messageView(this.#world, message);
  }

  /** A message that this person can see. */
  see(messageId: string): MessageRecord {
    const message = this.#visible(messageId);
    if (!message) throw new NotPossible(`${this.name} sees no message ${messageId}.`);
    return message;
  }

  #visible(messageId: string): MessageRecord | undefined {
    const message = this.#world.messages.get(messageId);
    const channel = message && this.#world.channels.get(message.channelId);
    const isHidden = message?.ephemeralFor !== undefined && message.ephemeralFor !== this.#user.id;
    return channel && !isHidden && maySee(this.#world, this.#user.id, channel) ? message : undefined;
  }

  say(channelId: string, text: string, options: SayOptions = {}): MessageView {
    const world = this.#world;
    const channel = this.enter(channelId);
    if (text.length > 2000) throw new NotPossible("A message has 2,000 characters at most.");
    const needed = channel.thread ? "SendMessagesInThreads" : "SendMessages";
    if (!may(world, this.#user.id, channel, needed))
      throw new NotPossible(`${this.name} may not write here.`);
    const replyTo = options.replyTo === undefined ? undefined : this.see(options.replyTo);
    const message = createMessage(world, {
      channel,
      authorId: this.#user.id,
      content: this.#withMentions(text).trim(),
      files: (options.attachments ?? []).map(asUpload),
      mentionsByDefault: REGULAR_DEFAULT,
      fields: {
        // Clients give each message one, to know it by when it comes back.
        nonce: world.ids.next(),
        ...(replyTo && {
          type: MessageType.Reply,
          reference: { messageId: replyTo.id, channelId: channel.id },
        }),
      },
    });
    return messageView(world, message);
  }

  edit(messageId: string, text: string): MessageView {
    const message = this.see(messageId);
    if (message.authorId !== this.#user.id) throw new NotPossible("People edit only what they wrote.");
    editMessage(this.#world, message, {
      content: this.#withMentions(text).trim(),
      mentionsByDefault: REGULAR_DEFAULT,
    });
    return messageView(this.#world, message);
  }

  delete(messageId: string): void {
    const message = this.see(messageId);
    const channel = this.#world.channel(message.channelId);
    const mayDelete =
      message.authorId === this.#user.id || may(this.#world, this.#user.id, channel, "ManageMessages");
    if (!mayDelete) throw new NotPossible(`${this.name} may not delete this message.`);
    deleteMessage(this.#world, message);
  }

  startThread(
    channelId: string,
    name: string,
    options: { messageId?: string; isPrivate?: boolean } = {},
  ): ChannelView {
    const parent = this.enter(channelId);
    const thread = createThread(this.#world, {
      parent,
      ownerId: this.#user.id,
      name,
      type: options.isPrivate ? ChannelType.PrivateThread : ChannelType.PublicThread,
      ...(options.messageId && { message: this.see(options.messageId) }),
    });
    return channelView(thread);
  }

  letIn(threadId: string, userId: string): void {
    this.enter(threadId);
    const thread = threadOf(this.#world, threadId);
    if (!mayLetIn(this.#world, thread, this.#user.id))
      throw new NotPossible(`${this.name} may not add anybody to this thread.`);
    const parent = this.#world.channel(thread.parentId ?? "");
    if (!maySee(this.#world, userId, parent))
      throw new NotPossible("Only who sees the channel can be added to its threads.");
    joinThread(this.#world, thread, userId);
  }

  changeThread(
    threadId: string,
    change: { name?: string; archived?: boolean; locked?: boolean },
  ): ChannelView {
    this.enter(threadId);
    const channel = threadOf(this.#world, threadId);
    const moderates = may(this.#world, this.#user.id, channel, "ManageThreads");
    if (!moderates && (change.locked !== undefined || channel.thread.ownerId !== this.#user.id)) {
      throw new NotPossible(`${this.name} may not change this thread.`);
    }
    if (change.archived !== undefined) setArchived(this.#world, channel, change.archived);
    if (change.locked !== undefined) channel.thread.locked = change.locked;
    if (change.name !== undefined) renameThread(this.#world, channel, change.name, this.#user.id);
    announceThread(this.#world, channel);
    return channelView(channel);
  }

  #withMentions(text: string): string {
    const named = [...this.#world.users.values()].map((user) => ({
      id: user.id,
      name: user.globalName ?? user.username,
    }));
    named.sort((left, right) => right.name.length - left.name.length);
    return outsideCode(text, (part) =>
      named.reduce(
        // eslint-disable-next-line text/linear -- a name as it stands, escaped
        (sum, { id, name }) => sum.replaceAll(new RegExp(`@${escapePattern(name)}(?!\\w)`, "g"), `<@${id}>`),
        part,
      ),
    );
  }
}

function asUpload(
  file: { name: string; data: Uint8Array; contentType?: string },
  index: number,
): UploadedFile {
  return {
    index,
    name: file.name,
    contentType: file.contentType ?? "application/octet-stream",
    bytes: Buffer.from(file.data),
  };
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
