import { z } from "zod";
import type { Command, Menu } from "../../core/commands/declaration.ts";
import type { Readers } from "../../core/domain/audience.ts";
import type { MessageEvent, Person, PersonId, Place } from "../../core/domain/model.ts";
import type { KnownSubject } from "../../core/domain/subjects.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type {
  AttachmentRequest,
  Inbox,
  NameRestrictions,
  PausedRoute,
  Platform,
  PlatformLoss,
  ReplyChannel,
  ReplyTarget,
} from "../../core/ports/platform.ts";
import type { ActiveChannel } from "../shared/backfill.ts";
import type { ProxySettings } from "../shared/proxy-settings.ts";
import { discordCommands } from "./commands/definitions.ts";
import { type Lock, register } from "./commands/registrar.ts";
import { badToken, Gateway } from "./gateway/connection.ts";
import { GatewayListener, type SessionStorage } from "./gateway/listener.ts";
import { openSocketsThrough } from "./gateway/proxy.ts";
import { Directory, type Self } from "./guild/directory.ts";
import { PlaceReaders } from "./guild/find-readers.ts";
import { Memberships } from "./guild/is-member.ts";
import { KnownNames } from "./guild/known-names.ts";
import { knownPostRejection } from "./guild/post-permission.ts";
import { readsPlace } from "./guild/reads-place.ts";
import { findSubjects, messagePerson } from "./guild/subjects.ts";
import { Acknowledgements } from "./interactions/acknowledgements.ts";
import { InteractionHandler } from "./interactions/handle-interaction.ts";
import { readAttachment } from "./messages/attachments.ts";
import { restrictions } from "./messages/author.ts";
import { currentText } from "./messages/current-text.ts";
import { MESSAGE_LENGTH } from "./messages/encode-message.ts";
import { discordLength } from "./messages/markdown.ts";
import { ReplyChannels } from "./messages/reply-channels.ts";
import { DIRECT } from "./messages/reply-target.ts";
import { toAppError } from "./rest/errors.ts";
import { RestApi } from "./rest/rest-client.ts";
import { Snowflake } from "./wire.ts";

export interface DiscordOptions {
  readonly token: string;
  /** Another Discord than the real one: `http://127.0.0.1:…/api`. */
  readonly apiBase?: string | undefined;
  readonly commands: readonly Command[];
  readonly menus: readonly Menu[];
  readonly clock: Clock;
  readonly log: Logger;
  /** On the way to Discord; absent: there is none. */
  readonly proxy?: ProxySettings | undefined;
  /** Registers the commands in this server alone: there a change is seen at once. */
  readonly guildId?: string | undefined;
  /** How many messages webhooks post in a channel within a minute; as Discord has it when absent. */
  readonly webhookPostsAMinute?: number | undefined;
  readonly lock?: Lock;
  /** Where people talk with us lately: looked through after every gap for what was missed. */
  readonly activeChannels?: () => Promise<readonly ActiveChannel[]>;
  /** Where it is stored how far the gateway was heard, so that a restart goes on from there; absent: it begins anew. */
  readonly sessions?: SessionStorage | undefined;
  /** A gateway's socket that is not greeted within this is given up, and another opened. */
  readonly helloWithinMs?: number;
  /** So many events are kept while the database is away. */
  readonly maxQueued?: number;
  /** Discord refuses us for good. */
  readonly onLost?: (loss: PlatformLoss) => void;
}

/** Edits are limited to about five in five seconds for each channel; the header fields say how many really. */
const EDIT_EVERY_MS = 1_200;
/** Discord shows typing for so long, or until who types posts a message. */
const TYPING_LASTS_MS = 10_000;
/** The bot types and its personas speak, through a webhook: their words do not end it, so most answers do without. */
const TYPING_AFTER_MS = 2_000;

const Application = z.object({ id: Snowflake, bot: z.object({ id: Snowflake }) });

/** Discord, by one bot and its token. */
export class DiscordPlatform implements Platform {
  readonly name = "discord";
  readonly unmanagedTenant = DIRECT;
  readonly limits = {
    messageLength: MESSAGE_LENGTH,
    lengthOf: discordLength,
    editEveryMs: EDIT_EVERY_MS,
    typingLastsMs: TYPING_LASTS_MS,
    typingAfterMs: TYPING_AFTER_MS,
  };
  readonly #options: DiscordOptions;
  readonly #registered: ReturnType<typeof discordCommands>;
  readonly #directory = new Directory();
  readonly #names = new KnownNames();
  readonly #acknowledgements = new Acknowledgements();
  readonly #restApi: RestApi;
  readonly #placeReaders: PlaceReaders;
  readonly #memberships: Memberships;
  readonly #channels: ReplyChannels;
  readonly #stopped = new AbortController();
  #gateway: Gateway | undefined;
  #listener: GatewayListener | undefined;
  #askedSelf: Promise<Self> | undefined;

  constructor(options: DiscordOptions) {
    const { token, apiBase, proxy, commands, menus, clock, log } = options;
    if (proxy) openSocketsThrough(proxy);
    this.#options = options;
    this.#registered = discordCommands(commands, menus);
    this.#restApi = new RestApi({
      ...{ token, apiBase, proxy, clock, log },
      onUnauthorized: () => this.#lost({ error: badToken(), takesPosts: false }),
    });
    const { api } = this.#restApi;
    const directory = this.#directory;
    const whoAmI = () => this.#whoAmI();
    this.#placeReaders = new PlaceReaders({
      ...{ api, directory, whoAmI, clock },
      isHeard: () => this.connected,
      stopping: this.#stopped.signal,
    });
    this.#memberships = new Memberships({ api, clock });
    this.#channels = new ReplyChannels({
      ...{ api, whoAmI, clock, log },
      webhookCalls: this.#restApi.webhookCalls,
      webhookPostsAMinute: options.webhookPostsAMinute,
      refusal: (target) => (this.connected ? knownPostRejection(target, directory) : undefined),
      acknowledgements: this.#acknowledgements,
    });
  }

  get connected(): boolean {
    return this.#gateway?.connected ?? false;
  }

  get pausedRoutes(): readonly PausedRoute[] {
    return this.#restApi.pausedRoutes;
  }

  async start(inbox: Inbox): Promise<void> {
    const { token, sessions, helloWithinMs, clock, log } = this.#options;
    const listener = this.#listenerFor(inbox);
    this.#listener = listener;
    const stored = await listener.load();
    const { rest } = this.#restApi;
    const leavesSessions = sessions !== undefined;
    this.#gateway = new Gateway(
      { token, rest, stored, leavesSessions, helloWithinMs, clock, log },
      {
        onPacket: (shard, packet) => listener.handlePacket(shard, packet),
        onAlive: (shard) => listener.handleHeartbeat(shard),
        onSession: (shard, session) => listener.handleSession(shard, session),
        onLost: (loss) => this.#lost(loss),
      },
    );
    await this.#gateway.connect();
    await this.#registerCommands();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#gateway?.close();
    await this.#listener?.end();
  }

  async close(): Promise<void> {
    await this.#gateway?.close();
    await this.#restApi.close();
  }

  readers(place: Place): Promise<Readers> {
    return this.#placeReaders.readers(place);
  }

  stillReads(place: Place, person: Person): Promise<boolean> {
    return readsPlace({ api: this.#restApi.api, readers: this.#placeReaders }, place, person);
  }

  isMember(place: Place, person: PersonId): Promise<boolean | undefined> {
    return this.#memberships.isMember(place, person);
  }

  currentText(event: MessageEvent): Promise<{ readonly text: string } | "gone"> {
    return currentText({ api: this.#restApi.api, directory: this.#directory }, event);
  }

  readAttachment(asked: AttachmentRequest): Promise<Uint8Array> {
    return readAttachment({ api: this.#restApi.api, apiBase: this.#options.apiBase }, asked);
  }

  async findSubjects(place: Place, typed: string): Promise<readonly KnownSubject[]> {
    return findSubjects(place, typed, { names: this.#names, directory: this.#directory });
  }

  messagePerson(person: PersonId, text: string): Promise<boolean> {
    return messagePerson(this.#restApi.api, person, text);
  }

  async nameRestrictions({ tenant }: Place): Promise<NameRestrictions> {
    return restrictions(this.#names.in(Snowflake.safeParse(tenant).data));
  }

  replyChannel(target: ReplyTarget): ReplyChannel {
    return this.#channels.open(target);
  }

  #listenerFor(inbox: Inbox): GatewayListener {
    const { token, commands, menus, activeChannels, sessions, maxQueued, clock, log } = this.#options;
    const { api, time } = this.#restApi;
    const directory = this.#directory;
    const interactions = new InteractionHandler({
      ...{ api, inbox, directory, commands, menus, clock, time, log },
      acknowledgements: this.#acknowledgements,
    });
    return new GatewayListener({
      ...{ api, inbox, directory, maxQueued, token, clock, time, log },
      follow: (packet, data) => this.#names.follow(packet, data),
      interaction: (data) => interactions.handle(data),
      activeChannels: activeChannels ?? (async () => []),
      keptSessions: sessions,
      stopping: this.#stopped.signal,
    });
  }

  /** Known from the connection; a process that only finishes answers asks. */
  #whoAmI(): Promise<Self> {
    if (this.#directory.self) return Promise.resolve(this.#directory.self);
    this.#askedSelf ??= this.#restApi.api({ method: "GET", path: "/applications/@me" }).then(
      (answer) => {
        const { id, bot } = Application.parse(answer);
        return { application: id, user: bot.id };
      },
      (error: unknown) => {
        this.#askedSelf = undefined;
        throw error;
      },
    );
    return this.#askedSelf;
  }

  #lost(loss: PlatformLoss): void {
    this.#options.log.error({ err: loss.error }, "Discord connection lost for good");
    this.#options.onLost?.(loss);
  }

  /** Commands of an earlier start work meanwhile, so a failure is no reason not to start. */
  async #registerCommands(): Promise<void> {
    const { guildId: guild, lock, log } = this.#options;
    try {
      const { application } = await this.#whoAmI();
      await register(this.#registered, { api: this.#restApi.api, application, guild, lock, log });
    } catch (error) {
      log.error({ err: toAppError(error) }, "could not register the commands");
    }
  }
}
