import { Announcer } from "../../kit/announcer.ts";
import type { Clock } from "../../kit/clock.ts";
import { refuse } from "../rest/api-error.ts";
import type { JsonObject } from "../wire.ts";
import type {
  ChannelRecord,
  CommandRecord,
  GuildRecord,
  InteractionRecord,
  MemberRecord,
  MessageRecord,
  RoleRecord,
  SnapshotRecord,
  UserRecord,
  WebhookRecord,
} from "./records.ts";
import { compareSnowflakes, Snowflakes } from "./snowflake.ts";

/** An event on its way to the gateway, which decides who may see it and how much of it. */
export interface Dispatch {
  readonly name: string;
  readonly data: JsonObject;
  /** Only who may see this channel hears of it. */
  readonly channelId?: string;
}

/** What just happened, for a page to redraw and for a test to await. Look the rest up by the ids. */
export type WorldEvent =
  | {
      readonly type: "message-created" | "message-edited" | "message-deleted" | "reaction";
      readonly channelId: string;
      readonly messageId: string;
      /** Nobody but this person can see the message. */
      readonly visibleTo?: string;
    }
  | {
      readonly type: "channel-created" | "channel-updated" | "channel-deleted";
      readonly channelId: string;
    }
  | {
      readonly type: "thread-created" | "thread-updated" | "thread-deleted";
      readonly channelId: string;
      readonly parentId: string;
    }
  | { readonly type: "typing"; readonly channelId: string; readonly userId: string; readonly until: number }
  | {
      readonly type: "interaction";
      readonly interactionId: string;
      readonly userId: string;
      readonly channelId: string;
    }
  | {
      readonly type: "modal-opened";
      readonly interactionId: string;
      readonly userId: string;
      readonly channelId: string;
    }
  | { readonly type: "commands-changed" }
  /** People, roles, memberships, webhooks: what no channel shows. */
  | { readonly type: "settings-changed" }
  | { readonly type: "gateway"; readonly sessions: number };

const byId = <Record extends { readonly id: string }>(records: readonly Record[]) =>
  new Map(records.map((record) => [record.id, record]));

/** Everything the sandbox's Discord knows. It holds and finds; the rules are in the files around it. */
export class World extends Announcer<Dispatch, WorldEvent> {
  readonly clock: Clock;
  readonly ids: Snowflakes;
  readonly applicationId: string;
  readonly botUserId: string;
  readonly guild: GuildRecord;
  readonly users: Map<string, UserRecord>;
  readonly roles: Map<string, RoleRecord>;
  readonly members: Map<string, MemberRecord>;
  readonly channels: Map<string, ChannelRecord>;
  readonly messages: Map<string, MessageRecord>;
  readonly webhooks: Map<string, WebhookRecord>;
  /** What the server's AutoMod blocks. */
  readonly blockedWords = new Set<string>();
  readonly commands: Map<string, CommandRecord>;
  commandCreates: { scope: string; at: number }[];
  readonly interactions: Map<string, InteractionRecord>;
  readonly files: Map<string, Buffer>;
  /** Where this Discord answers, without a path. Known once it listens. */
  baseUrl = "";

  readonly #messageIds = new Map<string, string[]>();

  constructor(clock: Clock, from: SnapshotRecord) {
    super();
    this.clock = clock;
    this.ids = new Snowflakes(clock, from.lastId);
    this.applicationId = from.applicationId;
    this.botUserId = from.botUserId;
    this.guild = from.guild;
    this.users = byId(from.users);
    this.roles = byId(from.roles);
    this.members = new Map(from.members.map((member) => [member.userId, member]));
    this.channels = byId(from.channels);
    this.messages = new Map();
    this.webhooks = byId(from.webhooks);
    this.commands = byId(from.commands);
    this.commandCreates = from.commandCreates;
    this.interactions = byId(from.interactions);
    this.files = new Map(
      Object.entries(from.files).map(([id, base64]) => [id, Buffer.from(base64, "base64")]),
    );
    for (const message of from.messages) this.addMessage(message);
  }

  user(id: string): UserRecord {
    const found = this.users.get(id);
    if (!found) throw refuse.unknownUser();
    return found;
  }

  member(userId: string): MemberRecord {
    const found = this.members.get(userId);
    if (!found) throw refuse.unknownMember();
    return found;
  }

  channel(id: string): ChannelRecord {
    const found = this.channels.get(id);
    if (!found) throw refuse.unknownChannel();
    return found;
  }

  /** A message by its id, in this channel and no other. */
  message(channelId: string, id: string): MessageRecord {
    const found = this.messages.get(id);
    if (found?.channelId !== channelId) throw refuse.unknownMessage();
    return found;
  }

  addMessage(message: MessageRecord): void {
    this.messages.set(message.id, message);
    const ids = this.#messageIds.get(message.channelId) ?? [];
    ids.push(message.id);
    this.#messageIds.set(message.channelId, ids);
  }

  removeMessage(message: MessageRecord): void {
    this.messages.delete(message.id);
    const ids = this.#messageIds.get(message.channelId) ?? [];
    this.#messageIds.set(
      message.channelId,
      ids.filter((id) => id !== message.id),
    );
    for (const attachment of message.attachments) this.files.delete(attachment.id);
  }

  /** The messages of a channel, oldest first. */
  messagesIn(channelId: string): MessageRecord[] {
    return (this.#messageIds.get(channelId) ?? []).flatMap((id) => this.messages.get(id) ?? []);
  }

  threadsOf(parentId: string): ChannelRecord[] {
    return [...this.channels.values()]
      .filter((channel) => channel.thread && channel.parentId === parentId)
      .sort((left, right) => compareSnowflakes(left.id, right.id));
  }

  dmWith(userId: string): ChannelRecord | undefined {
    return [...this.channels.values()].find(({ recipientId }) => recipientId === userId);
  }
}
