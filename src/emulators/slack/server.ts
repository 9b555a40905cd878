import { type Clock, systemClock } from "../kit/clock.ts";
import { Faults } from "../kit/faults.ts";
import { answerRequest } from "../kit/http/exchange.ts";
import { HttpServer } from "../kit/http/server.ts";
import { Journal } from "../kit/journal.ts";
import { newSecret } from "../kit/own-machine.ts";
import { Keeper, type Persistence } from "../kit/persistence.ts";
import { Delivery, type DeliveryEntry, type Transport } from "./delivery/delivery.ts";
import { HttpDelivery } from "./delivery/http-delivery.ts";
import { type SocketControls, socketControls } from "./delivery/socket-controls.ts";
import { SocketMode } from "./delivery/socket-mode.ts";
import { OAuth } from "./http/oauth.ts";
import { RateLimits } from "./http/rate-limits.ts";
import { planner } from "./http/routes.ts";
import { slackService } from "./http/web-api.ts";
import { type InteractionView, interactionView } from "./interactions/interaction-view.ts";
import { allMethods } from "./methods/all-methods.ts";
import { type AppConfig, configFromManifest, defaultConfig } from "./world/app-config.ts";
import { parseSnapshot, snapshotOf } from "./world/snapshot.ts";
import { type SlackWorkspace, workspaceView } from "./world/workspace-view.ts";
import {
  addDefaultWorkspace,
  addWorkspace,
  allScopes,
  emptyWorld,
  furnishWorkspace,
  newToken,
} from "./world/workspaces.ts";
import { World, type WorldEvent } from "./world/world.ts";

/** How events, commands and interactions come to the app. */
type DeliveryMode = { readonly mode: "socket" } | { readonly mode: "http"; readonly url: string };

export interface SlackEmulatorOptions {
  readonly clock?: Clock;
  /** What rate limits go by: the client keeps these by real time, so this is rarely moved. */
  readonly wallClock?: Clock;
  readonly port?: number;
  /** What clients call this machine, when something leads from there to 127.0.0.1. */
  readonly address?: string;
  readonly botToken?: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly persist?: Persistence;
  readonly deliver?: DeliveryMode;
  /** The app's manifest. Without one the app may do all that this Slack knows, and any command is there. */
  readonly manifest?: unknown;
}

/** The members about one workspace are those of the first; `workspace` gives the others. */
export interface SlackEmulator extends Omit<SlackWorkspace, "botUserId" | "botId" | "botToken"> {
  readonly botUserId: string;
  readonly botId: string;
  readonly botToken: string;
  /** What bolt takes as `clientOptions.slackApiUrl`. */
  readonly url: string;
  /** What @slack/oauth takes as `authorizationUrl`. */
  readonly authorizationUrl: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly appId: string;
  readonly botName: string;
  readonly config: AppConfig;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly limits: RateLimits;
  readonly sockets: SocketControls;
  /** What was brought to the app, or could not be. */
  readonly deliveries: readonly DeliveryEntry[];
  /** The next attempt to bring something of this name ("app_mention", "/chat") that ends from now on. */
  nextDelivery(name: string): Promise<DeliveryEntry>;
  /** "chat.postMessage" and so on: every method that is answered. */
  readonly methods: readonly string[];
  /** Mistakes of the emulator itself. A test that leaves some behind has failed. */
  readonly crashes: readonly unknown[];
  readonly clock: Clock;
  readonly workspaces: readonly SlackWorkspace[];
  /** By name or id. */
  workspace(name: string): SlackWorkspace;
  /** Another one, with the same people and channels. The app is not installed in it, unless it is asked for. */
  addWorkspace(name: string, options?: { readonly withApp?: boolean }): SlackWorkspace;
  interaction(id: string): InteractionView | undefined;
  onEvent(listener: (event: WorldEvent) => void): () => void;
  /** The app's settings change; installed workspaces get the scopes that it asks for now. */
  configure(manifest: unknown): void;
  deliverTo(mode: DeliveryMode): void;
  /** On the app's settings pages: sockets that are open stay so, and no other can be opened. */
  revokeAppToken(): void;
  /** In HTTP mode: the checks that Slack makes when the request URL is entered. */
  verifyRequestUrl(): Promise<{ readonly challenge: boolean; readonly ssl: boolean }>;
  stop(): Promise<void>;
}

/** A Slack on this machine: Web API, Socket Mode and OAuth pages on one port of 127.0.0.1. */
export async function startSlackEmulator(options: SlackEmulatorOptions = {}): Promise<SlackEmulator> {
  const clock = options.clock ?? systemClock;
  const config = options.manifest === undefined ? defaultConfig : configFromManifest(options.manifest);
  const saved = await options.persist?.load();
  const world = new World(clock, saved === undefined ? emptyWorld() : parseSnapshot(saved), config);
  if (world.teams.size === 0) addDefaultWorkspace(world, options.botToken);
  else if (options.botToken !== undefined) replaceToken(world, options.botToken);
  const secrets = {
    appToken: options.appToken ?? `xapp-1-${world.appId}-sandbox-${newSecret()}`,
    signingSecret: options.signingSecret ?? newSecret(),
    clientId: `1000000000.${world.appId}`,
    clientSecret: newSecret(),
  };
  const oauth = new OAuth(world, secrets);
  const sockets = new SocketMode(world);
  const transportOf = (mode: DeliveryMode): Transport =>
    mode.mode === "socket" ? sockets : new HttpDelivery(world, mode.url, secrets.signingSecret);
  let transport = transportOf(options.deliver ?? { mode: "socket" });
  const delivery = new Delivery(world, () => transport, "sandbox-verification-token");
  const journal = new Journal();
  const limits = new RateLimits(options.wallClock ?? systemClock);
  const methods = new Map(allMethods(world, { sockets, oauth, ...secrets }).map((one) => [one.name, one]));
  const keeper = options.persist && new Keeper(() => snapshotOf(world), options.persist);
  const changed = () => keeper?.touch();
  const kept = async () => keeper?.kept();
  const crashed = (error: unknown) => world.crashes.push(error);

  const http = new HttpServer();
  const faults = new Faults(http);
  const plan = planner({ world, methods, limits, ...secrets }, oauth);
  const service = slackService({ clock, faults, journal, plan, crashed, changed, kept });
  http.onRequest((request, response) => answerRequest(service, request, response), crashed);
  http.onUpgrade((request, socket, head) => sockets.upgrade(request, socket, head));
  world.baseUrl = `http://${options.address ?? "127.0.0.1"}:${await http.listen(options.port ?? 0)}`;
  world.onEvent(({ type }) => {
    if (type !== "sockets") changed();
  });

  const first = firstWorkspace(world, delivery);
  return {
    ...first,
    // What changes is asked for each time.
    get people() {
      return first.people;
    },
    get botToken() {
      return first.botToken;
    },
    ...secrets,
    url: `${world.baseUrl}/api/`,
    authorizationUrl: `${world.baseUrl}/oauth/v2/authorize`,
    appId: world.appId,
    clock,
    faults,
    journal,
    limits,
    methods: [...methods.keys()],
    crashes: world.crashes,
    sockets: socketControls(world, sockets, delivery),
    get deliveries() {
      return delivery.entries;
    },
    nextDelivery: (name) => delivery.next(name),
    get config() {
      return world.config;
    },
    get botName() {
      return world.config.name;
    },
    get workspaces() {
      return [...world.teams.keys()].map((id) => workspaceView(world, delivery, id));
    },
    workspace(name) {
      const found = [...world.teams.values()].find((team) => team.name === name || team.id === name);
      if (!found) throw new Error(`There is no workspace ${name}.`);
      return workspaceView(world, delivery, found.id);
    },
    addWorkspace(name, { withApp = false } = {}) {
      const teamId = addWorkspace(world, name);
      if (withApp) furnishWorkspace(world, teamId);
      return workspaceView(world, delivery, teamId);
    },
    interaction(id) {
      const found = world.interactions.get(id);
      return found && interactionView(world, found);
    },
    onEvent: (listener) => world.onEvent(listener),
    configure(manifest) {
      world.config = configFromManifest(manifest);
      for (const installation of world.installations.values()) installation.scopes = allScopes(world.config);
      world.tell({ type: "settings-changed" });
    },
    deliverTo(mode) {
      transport = transportOf(mode);
    },
    revokeAppToken() {
      world.hasAppTokenRevoked = true;
    },
    async verifyRequestUrl() {
      if (!(transport instanceof HttpDelivery)) throw new Error("Socket Mode has no request URL.");
      return { challenge: await transport.verify(), ssl: await transport.checkSsl() };
    },
    async stop() {
      world.stop();
      await sockets.stop();
      await http.stop();
      await keeper?.close();
    },
  };
}

/** What was saved keeps no token alive: each start has its own. */
function replaceToken(world: World, botToken: string): void {
  const [first, ...others] = world.installations.values();
  if (first?.state === "active") first.botToken = botToken;
  for (const one of others) if (one.state === "active") one.botToken = newToken(world, "xoxb");
}

/** The default workspace is there from the beginning, and the app was installed in it once. */
function firstWorkspace(world: World, delivery: Delivery) {
  const [teamId] = world.teams.keys();
  const installation = teamId === undefined ? undefined : world.installation(teamId);
  if (teamId === undefined || !installation) throw new Error("The saved world has no installed app.");
  const { botUserId, botId } = installation;
  const view = workspaceView(world, delivery, teamId);
  return {
    ...view,
    botUserId,
    botId,
    get people() {
      return view.people;
    },
    get botToken() {
      return view.botToken ?? "";
    },
  };
}
