import { z } from "zod";
import type { Command, Menu } from "../../core/commands/declaration.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Inbox, Platform, PlatformLoss } from "../../core/ports/platform.ts";
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

export function createDiscordPlatform(options: DiscordOptions): Platform {
  const { token, apiBase, commands, menus, clock, log } = options;
  if (options.proxy) openSocketsThrough(options.proxy);
  const registered = discordCommands(commands, menus);
  const directory = new Directory();
  const names = new KnownNames();
  const acknowledgements = new Acknowledgements();
  const restApi = new RestApi({
    token,
    apiBase,
    proxy: options.proxy,
    clock,
    log,
    onUnauthorized: () => lost({ error: badToken(), takesPosts: false }),
  });
  const { api, rest, time } = restApi;
  const stop = new AbortController();
  let gateway: Gateway | undefined;
  let listener: GatewayListener | undefined;
  let askedSelf: Promise<Self> | undefined;

  /** Known from the connection; a process that only finishes answers asks. */
  function whoAmI(): Promise<Self> {
    if (directory.self) return Promise.resolve(directory.self);
    askedSelf ??= api({ method: "GET", path: "/applications/@me" }).then(
      (answer) => {
        const { id, bot } = Application.parse(answer);
        return { application: id, user: bot.id };
      },
      (error: unknown) => {
        askedSelf = undefined;
        throw error;
      },
    );
    return askedSelf;
  }

  function lost(loss: PlatformLoss): void {
    log.error({ err: loss.error }, "Discord connection lost for good");
    options.onLost?.(loss);
  }

  async function start(inbox: Inbox): Promise<void> {
    const interactions = new InteractionHandler({
      api,
      inbox,
      directory,
      acknowledgements,
      commands,
      menus,
      clock,
      time,
      log,
    });
    const begunListener = new GatewayListener({
      api,
      inbox,
      directory,
      follow: (packet, data) => names.follow(packet, data),
      interaction: (data) => interactions.handle(data),
      activeChannels: options.activeChannels ?? (async () => []),
      keptSessions: options.sessions,
      maxQueued: options.maxQueued,
      token,
      clock,
      time,
      log,
      stopping: stop.signal,
    });
    listener = begunListener;
    const stored = await begunListener.load();
    const leavesSessions = options.sessions !== undefined;
    const begun = new Gateway(
      { token, rest, stored, leavesSessions, helloWithinMs: options.helloWithinMs, clock, log },
      {
        onPacket: (shard, packet) => begunListener.handlePacket(shard, packet),
        onAlive: (shard) => begunListener.handleHeartbeat(shard),
        onSession: (shard, session) => begunListener.handleSession(shard, session),
        onLost: lost,
      },
    );
    gateway = begun;
    await begun.connect();
    await registerCommands();
  }

  /** Commands of an earlier start work meanwhile, so a failure is no reason not to start. */
  async function registerCommands(): Promise<void> {
    try {
      const { application } = await whoAmI();
      await register(registered, { api, application, guild: options.guildId, lock: options.lock, log });
    } catch (error) {
      log.error({ err: toAppError(error) }, "could not register the commands");
    }
  }

  const placeReaders = new PlaceReaders({
    api,
    directory,
    isHeard: () => gateway?.connected ?? false,
    whoAmI,
    clock,
    stopping: stop.signal,
  });
  const memberships = new Memberships({ api, clock });
  const channels = new ReplyChannels({
    api,
    whoAmI,
    refusal: (target) => (gateway?.connected ? knownPostRejection(target, directory) : undefined),
    acknowledgements,
    clock,
    log,
  });

  return {
    name: "discord",
    limits: {
      messageLength: MESSAGE_LENGTH,
      lengthOf: discordLength,
      editEveryMs: EDIT_EVERY_MS,
      typingLastsMs: TYPING_LASTS_MS,
      typingAfterMs: TYPING_AFTER_MS,
    },
    get connected() {
      return gateway?.connected ?? false;
    },
    get pausedRoutes() {
      return restApi.pausedRoutes;
    },
    start,
    async stop() {
      stop.abort();
      await gateway?.close();
      await listener?.end();
    },
    async close() {
      await gateway?.close();
      await restApi.close();
    },
    readers: (place) => placeReaders.readers(place),
    stillReads: (place, person) => readsPlace({ api, readers: placeReaders }, place, person),
    isMember: (place, person) => memberships.isMember(place, person),
    currentText: (asked) => currentText({ api, directory }, asked),
    readAttachment: (asked) => readAttachment({ api, apiBase }, asked),
    unmanagedTenant: DIRECT,
    findSubjects: async (place, typed) => findSubjects(place, typed, { names, directory }),
    messagePerson: (person, text) => messagePerson(api, person, text),
    nameRestrictions: async ({ tenant }) => restrictions(names.in(Snowflake.safeParse(tenant).data)),
    replyChannel: (target) => channels.open(target),
  };
}
