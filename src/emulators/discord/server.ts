import { type Clock, systemClock } from "../kit/clock.ts";
import { Faults } from "../kit/faults.ts";
import { answerRequest } from "../kit/http/exchange.ts";
import { Routes } from "../kit/http/routes.ts";
import { HttpServer } from "../kit/http/server.ts";
import { Journal } from "../kit/journal.ts";
import { newSecret } from "../kit/own-machine.ts";
import { Keeper, type Persistence } from "../kit/persistence.ts";
import { type CoverageList, coverage } from "./coverage.ts";
import type { GatewayControls } from "./gateway/controls.ts";
import { Gateway } from "./gateway/gateway.ts";
import { gatewayControls } from "./gateway/switchboard.ts";
import { type InteractionView, interactionView } from "./interactions/interaction-view.ts";
import { DiscordPerson } from "./people/person.ts";
import { type ChannelView, channelView, type MessageView, messagesFor } from "./people/views.ts";
import { nameOf, RateLimits } from "./rest/rate-limits.ts";
import { restService } from "./rest/rest.ts";
import { allRoutes } from "./routes/all-routes.ts";
import { keepArchiving } from "./threads/auto-archive.ts";
import { addChannel, setOverwrite, setOverwrites } from "./world/channels.ts";
import { defaultWorld, textChannel, user } from "./world/default-world.ts";
import { addMember, changeRole, createRole, setBotMembership, setRoleOf } from "./world/membership.ts";
import { type PermissionName, permissionBits } from "./world/permissions.ts";
import type { OverwriteRecord } from "./world/records.ts";
import { parseSnapshot, snapshotOf } from "./world/snapshot.ts";
import { deleteWebhook, webhooksOf } from "./world/webhooks.ts";
import { World, type WorldEvent } from "./world/world.ts";

export interface DiscordEmulatorOptions {
  readonly clock?: Clock;
  /** What rate limits and gateway throttles go by: the client keeps these by real time, so this is rarely moved. */
  readonly wallClock?: Clock;
  readonly port?: number;
  /** What clients call this machine, when something leads from there to 127.0.0.1. */
  readonly address?: string;
  readonly token?: string;
  /** What the bot of a new world is called. */
  readonly botName?: string;
  readonly persist?: Persistence;
  /** What is switched on in the developer portal. Message content is, the others are not. */
  readonly intents?: {
    readonly messageContent?: boolean;
    readonly guildMembers?: boolean;
    readonly presences?: boolean;
  };
}

interface PermissionChange {
  /** A channel's name or id. */
  readonly channel: string;
  /** "@everyone", the name of a role, or that of a person or the bot. */
  readonly who: string;
  readonly allow?: readonly PermissionName[];
  readonly deny?: readonly PermissionName[];
}

export interface DiscordEmulator {
  /** What discord.js takes as `rest.api`. */
  readonly url: string;
  readonly token: string;
  readonly applicationId: string;
  readonly botUserId: string;
  readonly guildId: string;
  readonly guildName: string;
  readonly botName: string;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly gateway: GatewayControls;
  readonly limits: RateLimits;
  /** What it can do and what it cannot. */
  readonly coverage: CoverageList;
  /** "GET /users/@me" and so on: every route that is answered. */
  readonly routes: readonly string[];
  /** Mistakes of the emulator itself. A test that leaves some behind has failed. */
  readonly crashes: readonly unknown[];
  readonly clock: Clock;
  readonly people: readonly DiscordPerson[];
  person(name: string): DiscordPerson;
  addPerson(name: string): DiscordPerson;
  /** By name, with or without "#", or by id. */
  channel(name: string): ChannelView;
  channels(): readonly ChannelView[];
  addChannel(name: string, options?: { readonly type?: number }): ChannelView;
  /** An interaction that an event named, as its person sees it; unknown an hour later. */
  interaction(id: string): InteractionView | undefined;
  /** Oldest first, as this person (name or id) sees them; without one, what everyone sees. */
  messages(channelId: string, viewer?: string): readonly MessageView[];
  threads(channelId: string): readonly ChannelView[];
  onEvent(listener: (event: WorldEvent) => void): () => void;
  /** Lays an exception over a channel. */
  setPermissions(change: PermissionChange): void;
  /** Replaces what the bot's own role, or everyone's, may do. */
  setRole(role: string, permissions: readonly PermissionName[]): void;
  /** All exceptions of a channel at once: those that are not named are gone. */
  setOverwrites(channel: string, overwrites: readonly Omit<PermissionChange, "channel">[]): void;
  createRole(name: string, permissions?: readonly PermissionName[]): void;
  giveRole(person: string, role: string): void;
  takeRole(person: string, role: string): void;
  /** An administrator deletes every webhook of a channel. */
  deleteWebhooks(channelId: string): void;
  /** The server's AutoMod blocks these words from now on, and no others. */
  blockWords(...words: readonly string[]): void;
  /** The bot is thrown out, or invited back. */
  setBotMembership(isMember: boolean): void;
  stop(): Promise<void>;
}

/** A Discord on this machine: REST and gateway on one port of 127.0.0.1. */
export async function startDiscordEmulator(options: DiscordEmulatorOptions = {}): Promise<DiscordEmulator> {
  const clock = options.clock ?? systemClock;
  const wallClock = options.wallClock ?? systemClock;
  const saved = await options.persist?.load();
  const world = new World(
    clock,
    saved === undefined ? defaultWorld(clock, options.botName) : parseSnapshot(saved),
  );
  const token =
    options.token ?? `${Buffer.from(world.applicationId).toString("base64url")}.sandbox.${newSecret()}`;
  const portal = { messageContent: true, guildMembers: false, presences: false, ...options.intents };
  const keeper = options.persist && new Keeper(() => snapshotOf(world), options.persist);
  const crashes: unknown[] = [];
  const journal = new Journal();
  const limits = new RateLimits(wallClock, {
    applicationId: world.applicationId,
    channelOf: (webhook) => world.webhooks.get(webhook)?.channelId,
  });

  const http = new HttpServer();
  const faults = new Faults(http);
  const gateway = new Gateway({ world, token, portal, wallClock });
  const all = allRoutes(world, gateway, portal);
  const changed = () => keeper?.touch();
  const kept = async () => keeper?.kept();
  const crashed = (error: unknown) => crashes.push(error);
  const routes = new Routes(all);
  const service = restService({
    world,
    clock,
    token,
    routes,
    limits,
    faults,
    journal,
    crashed,
    changed,
    kept,
  });
  http.onRequest((request, response) => answerRequest(service, request, response), crashed);
  http.onUpgrade((request, socket, head) => gateway.upgrade(request, socket, head));
  world.baseUrl = `http://${options.address ?? "127.0.0.1"}:${await http.listen(options.port ?? 0)}`;
  world.onEvent(({ type }) => {
    if (type !== "typing" && type !== "gateway") changed();
  });
  const stopping = new AbortController();
  const archiving = keepArchiving(world, stopping.signal);

  return {
    ...facade(world),
    url: `${world.baseUrl}/api`,
    token,
    clock,
    faults,
    journal,
    limits,
    coverage,
    routes: all.map(nameOf),
    crashes,
    gateway: gatewayControls(world, gateway),
    async stop() {
      stopping.abort();
      await archiving;
      gateway.stop();
      await http.stop();
      await keeper?.close();
    },
  };
}

type Facade = Omit<
  DiscordEmulator,
  | "url"
  | "token"
  | "clock"
  | "faults"
  | "journal"
  | "limits"
  | "coverage"
  | "routes"
  | "crashes"
  | "gateway"
  | "stop"
>;

/** The world as tests, the harness and the page handle it. */
function facade(world: World): Facade {
  const people = () =>
    [...world.users.values()].filter(({ bot }) => !bot).map((one) => new DiscordPerson(world, one));
  const userByName = (name: string) =>
    [...world.users.values()].find((one) => one.id === name || (one.globalName ?? one.username) === name);
  const channelByName = (name: string) => {
    const plain = name.replace(/^#/, "");
    const found = [...world.channels.values()].find(
      (one) => one.id === plain || (!one.recipientId && one.name === plain),
    );
    if (!found) throw new Error(`There is no channel ${name}.`);
    return found;
  };
  const personCalled = (name: string) => {
    const found = userByName(name);
    if (!found) throw new Error(`There is nobody called ${name}.`);
    return found;
  };
  const roleCalled = (name: string) => {
    const found = [...world.roles.values()].find((role) => role.name === name);
    if (!found) throw new Error(`There is no role called ${name}.`);
    return found;
  };
  const overwriteOf = ({
    who,
    allow = [],
    deny = [],
  }: Omit<PermissionChange, "channel">): OverwriteRecord => ({
    id: userByName(who)?.id ?? roleCalled(who).id,
    type: userByName(who) ? 1 : 0,
    allow: permissionBits(...allow).toString(),
    deny: permissionBits(...deny).toString(),
  });
  return {
    applicationId: world.applicationId,
    botUserId: world.botUserId,
    guildId: world.guild.id,
    guildName: world.guild.name,
    botName: world.user(world.botUserId).username,
    get people() {
      return people();
    },
    person(name) {
      const found = people().find((one) => one.name === name || one.id === name);
      if (!found) throw new Error(`There is nobody called ${name}.`);
      return found;
    },
    addPerson(name) {
      const added = user(world.ids.next(), name, false);
      addMember(world, added);
      return new DiscordPerson(world, added);
    },
    channel: (name) => channelView(channelByName(name)),
    channels: () => [...world.channels.values()].filter((one) => !one.thread).map(channelView),
    addChannel(name, options) {
      const channel = textChannel({
        id: world.ids.next(),
        guildId: world.guild.id,
        name,
        position: world.channels.size,
        ...options,
      });
      addChannel(world, channel);
      return channelView(channel);
    },
    interaction(id) {
      const found = world.interactions.get(id);
      return found && interactionView(world, found);
    },
    messages: (channelId, viewer) =>
      messagesFor(world, channelId, viewer === undefined ? undefined : (userByName(viewer)?.id ?? viewer)),
    threads: (channelId) => world.threadsOf(channelId).map(channelView),
    onEvent: (listener) => world.onEvent(listener),
    setPermissions: ({ channel, ...change }) =>
      setOverwrite(world, channelByName(channel), overwriteOf(change)),
    setOverwrites: (channel, overwrites) =>
      setOverwrites(world, channelByName(channel), overwrites.map(overwriteOf)),
    setRole: (name, permissions) => changeRole(world, roleCalled(name), permissionBits(...permissions)),
    createRole: (name, permissions = []) => void createRole(world, name, permissionBits(...permissions)),
    giveRole: (name, role) => setRoleOf(world, personCalled(name).id, roleCalled(role), true),
    takeRole: (name, role) => setRoleOf(world, personCalled(name).id, roleCalled(role), false),
    deleteWebhooks(channelId) {
      for (const webhook of webhooksOf(world, channelId)) deleteWebhook(world, webhook);
    },
    blockWords(...words) {
      world.blockedWords.clear();
      for (const word of words) world.blockedWords.add(word);
    },
    setBotMembership(isMember) {
      setBotMembership(world, isMember);
    },
  };
}
