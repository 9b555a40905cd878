import { setMaxListeners } from "node:events";
import { Announcer } from "../../kit/announcer.ts";
import type { Clock } from "../../kit/clock.ts";
import { SlackApiError } from "../http/api-error.ts";
import type { Interaction, Trigger } from "../interactions/short-lived.ts";
import type { JsonObject } from "../wire.ts";
import type { AppConfig } from "./app-config.ts";
import { Ids, Timestamps } from "./ids.ts";
import type {
  ChannelRecord,
  FileRecord,
  InstallationRecord,
  MessageRecord,
  PromptsRecord,
  ResponseUrlRecord,
  SessionRecord,
  SnapshotRecord,
  StatusRecord,
  SurfaceRecord,
  TeamRecord,
  UserRecord,
} from "./records.ts";

/** What just happened, for a page to redraw and for a test to await. Look the rest up by the ids. */
export type WorldEvent =
  | {
      readonly type: "message-created" | "message-edited" | "message-deleted" | "reaction";
      readonly teamId: string;
      readonly channelId: string;
      readonly ts: string;
      readonly threadTs?: string;
      /** Nobody but this person can see the message. */
      readonly visibleTo?: string;
    }
  | {
      readonly type: "channel-created" | "channel-updated" | "channel-deleted";
      readonly teamId: string;
      readonly channelId: string;
    }
  /** The line under a thread, its session's title or state, or the suggested prompts of a DM. */
  | {
      readonly type: "status" | "session" | "prompts";
      readonly teamId: string;
      readonly channelId: string;
      readonly threadTs?: string;
    }
  /** A modal was opened, changed or closed, or a Home tab published. */
  | {
      readonly type: "modal" | "home";
      readonly teamId: string;
      readonly userId: string;
      readonly viewId: string;
    }
  | {
      readonly type: "interaction";
      readonly teamId: string;
      readonly interactionId: string;
      readonly userId: string;
    }
  /** People, memberships, installations, the app's settings: what no channel shows. */
  | { readonly type: "settings-changed" }
  | { readonly type: "sockets"; readonly connected: number };

/** An event for the app, without its envelope. */
export interface Dispatch {
  readonly teamId: string;
  /** The subscription it comes under: "message.channels", "app_mention". */
  readonly subscription: string;
  readonly event: JsonObject;
}

const byId = <Record extends { readonly id: string }>(records: readonly Record[]) =>
  new Map(records.map((record) => [record.id, record]));

export const threadKey = (channelId: string, threadTs: string): string => `${channelId}:${threadTs}`;

/** Everything the sandbox's Slack knows. It holds and finds; the rules are in the files around it. */
export class World extends Announcer<Dispatch, WorldEvent> {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly timestamps: Timestamps;
  readonly appId: string;
  config: AppConfig;
  readonly teams: Map<string, TeamRecord>;
  readonly users: Map<string, UserRecord>;
  readonly channels: Map<string, ChannelRecord>;
  readonly installations: Map<string, InstallationRecord>;
  readonly sessions: Map<string, SessionRecord>;
  readonly statuses = new Map<string, StatusRecord>();
  readonly prompts: Map<string, PromptsRecord>;
  readonly surfaces: Map<string, SurfaceRecord>;
  readonly responseUrls: Map<string, ResponseUrlRecord>;
  readonly triggers = new Map<string, Trigger>();
  readonly interactions = new Map<string, Interaction>();
  /** What the app offered last in a menu that asks it, by person and action_id. */
  readonly offered = new Map<string, readonly Record<string, unknown>[]>();
  /** The modals that are open, by person; the last is on top. */
  readonly modalStacks = new Map<string, string[]>();
  readonly files: Map<string, FileRecord>;
  readonly contents: Map<string, Buffer>;
  /** The app-level token was revoked: nothing more can be connected with it. */
  hasAppTokenRevoked: boolean = false;
  /** Mistakes of the emulator itself. A test that leaves some behind has failed. */
  readonly crashes: unknown[] = [];
  readonly #stopping = new AbortController();
  /** Where this Slack answers, without a path. Known once it listens. */
  baseUrl = "";

  /** By channel and ts, in the order in which they came: that of their ts. */
  readonly #messages = new Map<string, Map<string, MessageRecord>>();
  /** The answers of each thread, by channel and root. */
  readonly #threads = new Map<string, Set<MessageRecord>>();

  constructor(clock: Clock, from: SnapshotRecord, config: AppConfig) {
    super();
    // Everything that waits for a time to come listens to it.
    setMaxListeners(0, this.#stopping.signal);
    this.clock = clock;
    this.config = config;
    this.ids = new Ids(from.lastId);
    this.timestamps = new Timestamps(clock, from.lastTs);
    this.appId = from.appId;
    this.teams = byId(from.teams);
    this.users = byId(from.users);
    this.channels = byId(from.channels);
    this.installations = new Map(from.installations.map((one) => [one.teamId, one]));
    this.sessions = new Map(from.sessions.map((one) => [threadKey(one.channelId, one.threadTs), one]));
    this.prompts = new Map(from.prompts.map((one) => [one.channelId, one]));
    this.surfaces = byId(from.homes);
    this.responseUrls = byId(from.responseUrls);
    this.files = byId(from.files);
    this.contents = new Map(
      Object.entries(from.contents).map(([id, base64]) => [id, Buffer.from(base64, "base64")]),
    );
    for (const message of from.messages) this.addMessage(message);
  }

  team(id: string): TeamRecord {
    const found = this.teams.get(id);
    if (!found) throw new SlackApiError("team_not_found");
    return found;
  }

  /** A person or bot of this workspace; those of others are unknown here. */
  user(teamId: string, id: string): UserRecord {
    const found = this.users.get(id);
    if (found?.teamId !== teamId) throw new SlackApiError("user_not_found");
    return found;
  }

  installation(teamId: string): InstallationRecord | undefined {
    return this.installations.get(teamId);
  }

  /** Messages that everybody in the channel can see; ephemeral ones are not found, as the API cannot see them. */
  message(channelId: string, ts: string): MessageRecord | undefined {
    const found = this.#messages.get(channelId)?.get(ts);
    return found?.ephemeralFor === undefined ? found : undefined;
  }

  anyMessage(channelId: string, ts: string): MessageRecord | undefined {
    return this.#messages.get(channelId)?.get(ts);
  }

  addMessage(message: MessageRecord): void {
    const inChannel = this.#messages.get(message.channelId) ?? new Map<string, MessageRecord>();
    inChannel.set(message.ts, message);
    this.#messages.set(message.channelId, inChannel);
    if (message.threadTs === undefined) return;
    const key = threadKey(message.channelId, message.threadTs);
    this.#threads.set(key, (this.#threads.get(key) ?? new Set()).add(message));
  }

  removeMessage(message: MessageRecord): void {
    this.#messages.get(message.channelId)?.delete(message.ts);
    if (message.threadTs !== undefined) {
      this.#threads.get(threadKey(message.channelId, message.threadTs))?.delete(message);
    }
  }

  /** Oldest first, ephemeral ones included. */
  messagesIn(channelId: string): MessageRecord[] {
    return [...(this.#messages.get(channelId)?.values() ?? [])];
  }

  /** The answers in a thread, without its root and without ephemeral messages. */
  repliesTo(channelId: string, threadTs: string): MessageRecord[] {
    const answers = this.#threads.get(threadKey(channelId, threadTs)) ?? [];
    return [...answers].filter(({ ephemeralFor }) => ephemeralFor === undefined);
  }

  allMessages(): MessageRecord[] {
    return [...this.#messages.values()].flatMap((inChannel) => [...inChannel.values()]);
  }

  channelsOf(teamId: string): ChannelRecord[] {
    return [...this.channels.values()].filter((channel) => channel.teamId === teamId);
  }

  /** Those of their workspace, and those of others that they are in. */
  channelsSeenBy({ id, teamId }: UserRecord): ChannelRecord[] {
    return [...this.channels.values()].filter(
      (channel) => channel.teamId === teamId || channel.memberIds.includes(id),
    );
  }

  usersOf(teamId: string): UserRecord[] {
    return [...this.users.values()].filter((user) => user.teamId === teamId);
  }

  /** Does something when so much time has passed, unless this Slack was stopped before. */
  later(ms: number, act: () => void): void {
    this.background(async () => {
      await this.clock.sleep(ms, this.#stopping.signal);
      if (!this.#stopping.signal.aborted) act();
    });
  }

  /** Something that nobody waits for. What goes wrong in it is a mistake of the emulator. */
  background(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.crashes.push(error));
  }

  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  stop(): void {
    this.#stopping.abort();
  }
}
