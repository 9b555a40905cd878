import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { GatewayIntentBits, GatewayOpcodes } from "discord-api-types/v10";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../../kit/clock.ts";
import type { JsonObject } from "../wire.ts";
import { maySee } from "../world/permissions.ts";
import type { Dispatch, World } from "../world/world.ts";
import { GatewayFaults } from "./controls.ts";
import { letsThrough, type PrivilegedIntents, withoutHiddenContent } from "./intents.ts";
import {
  CLOSE_REASONS,
  type CloseReason,
  closeReasonOf,
  connectionRefusal,
  loginRefusal,
  parseFrame,
  parseLogin,
  parseResume,
} from "./login.ts";
import { memberChunks } from "./member-chunks.ts";
import { guildCreateJson, readyJson } from "./payloads.ts";
import { GatewaySession } from "./session.ts";
import { GatewaySocket } from "./socket.ts";

/** [docs] A connection may send 120 frames a minute. */
const SEND_LIMIT = 120;
const SEND_WINDOW_MS = 60_000;
/** Interactions are whole wherever they come from; of a channel that the bot may not view comes what is left of it. */
const SENT_HIDDEN: readonly string[] = [
  "INTERACTION_CREATE",
  "CHANNEL_CREATE",
  "CHANNEL_UPDATE",
  "CHANNEL_DELETE",
];
const LOGINS_A_DAY = 1000;
const SESSION_LIVES_MS = 5 * 60_000;

export interface GatewayParts {
  readonly world: World;
  readonly token: string;
  readonly portal: PrivilegedIntents;
  /** Real time: throttles and heartbeats are the client's to keep, and it keeps them by the real clock. */
  readonly wallClock: Clock;
}

/** Gateway v10: who is connected, who may hear what, and what was missed. */
export class Gateway {
  readonly faults = new GatewayFaults();
  readonly sessions = new Map<string, GatewaySession>();
  identifies = 0;
  resumes = 0;
  loginLimit: { readonly limit: number; readonly windowMs: number } | undefined;
  readonly #parts: GatewayParts;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #sockets = new Set<GatewaySocket>();
  #logins: number[] = [];

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    parts.world.onDispatch((dispatch) => this.#distribute(dispatch));
  }

  get url(): string {
    return this.#parts.world.baseUrl.replace(/^http/, "ws");
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (client) => this.#greet(client, request));
  }

  /** What GET /gateway/bot says is left of today's logins. */
  get remainingLogins(): number {
    return Math.max(0, LOGINS_A_DAY - this.identifies);
  }

  get sockets(): readonly GatewaySocket[] {
    return [...this.#sockets];
  }

  stop(): void {
    for (const socket of this.#sockets) socket.terminate();
    this.#server.close();
  }

  /** Sends an event to every session as it stands. */
  sendRaw(name: string, data: unknown): void {
    for (const session of this.sessions.values()) session.dispatch(name, data);
  }

  #distribute(dispatch: Dispatch): void {
    for (const event of this.faults.distort(dispatch)) {
      for (const session of this.sessions.values()) this.#deliver(session, event);
    }
  }

  #deliver(session: GatewaySession, { name, data, channelId }: Dispatch): void {
    const { world } = this.#parts;
    if (!letsThrough(session.intents, name, data, world.botUserId)) return;
    const channel = channelId === undefined ? undefined : world.channels.get(channelId);
    if (!session.hears(channel?.guildId ?? guildOf(name, data))) return;
    const isSeen = channel === undefined || maySee(world, world.botUserId, channel);
    if (!isSeen && !SENT_HIDDEN.includes(name)) return;
    session.dispatch(name, name.startsWith("MESSAGE_") ? this.#readable(session, data) : data);
  }

  #readable(session: GatewaySession, message: JsonObject): JsonObject {
    const { channel_type: _, ...withoutType } = message;
    const shown = this.faults.sendsChannelType ? message : withoutType;
    const readsAll = (session.intents & GatewayIntentBits.MessageContent) !== 0;
    return readsAll ? shown : withoutHiddenContent(this.#parts.world.botUserId, shown);
  }

  #greet(client: WebSocket, request: IncomingMessage): void {
    const url = new URL(request.url ?? "/", "http://sandbox");
    const socket = new GatewaySocket(client, url.searchParams.get("compress") === "zlib-stream");
    this.#sockets.add(socket);
    client.on("close", (code) => this.#forget(socket, code));
    // A broken connection is closed by ws as well; the session waits for a RESUME.
    client.on("error", () => socket.terminate());
    const refusal = connectionRefusal(url);
    if (refusal) {
      socket.close(...refusal);
      return;
    }
    const sent: number[] = [];
    client.on("message", (raw) => {
      const now = this.#parts.wallClock.now();
      sent.push(now);
      while (sent[0] !== undefined && sent[0] <= now - SEND_WINDOW_MS) sent.shift();
      const goodbye =
        sent.length > SEND_LIMIT ? CLOSE_REASONS.tooFast : this.#receive(socket, raw.toString());
      if (goodbye) socket.close(...goodbye);
    });
    if (!this.faults.greets) {
      this.faults.ungreeted += 1;
      return;
    }
    socket.send({ op: GatewayOpcodes.Hello, d: { heartbeat_interval: this.faults.heartbeatMs, _trace: [] } });
  }

  #forget(socket: GatewaySocket, code: number): void {
    this.#sockets.delete(socket);
    // A client that says goodbye with one of these gives its session up [docs].
    const ended = code === 1000 || code === 1001 ? this.#sessionOf(socket) : undefined;
    if (ended) this.sessions.delete(ended.id);
    const left = this.#sessionOf(socket);
    if (left) left.disconnectedAt = this.#parts.wallClock.now();
    this.#parts.world.tell({ type: "gateway", sessions: this.connected });
  }

  get connected(): number {
    return [...this.sessions.values()].filter(({ isConnected }) => isConnected).length;
  }

  /** Gives the close code and reason when the frame ends the connection. */
  #receive(socket: GatewaySocket, text: string): CloseReason | undefined {
    const received = parseFrame(text);
    if (!received) return CLOSE_REASONS.undecodable;
    switch (received.op) {
      case GatewayOpcodes.Heartbeat:
        if (this.faults.acknowledgesHeartbeats) socket.send({ op: GatewayOpcodes.HeartbeatAck, d: null });
        return undefined;
      case GatewayOpcodes.Identify:
        return this.#identify(socket, received.d);
      case GatewayOpcodes.Resume:
        return this.#resume(socket, received.d);
      case GatewayOpcodes.PresenceUpdate:
      case GatewayOpcodes.VoiceStateUpdate:
        return this.#sessionOf(socket) ? undefined : CLOSE_REASONS.notAuthenticated;
      case GatewayOpcodes.RequestGuildMembers:
        return this.#tellMembers(socket, received.d);
      default:
        return CLOSE_REASONS.unknownOpcode;
    }
  }

  #tellMembers(socket: GatewaySocket, payload: unknown): CloseReason | undefined {
    const session = this.#sessionOf(socket);
    if (!session) return CLOSE_REASONS.notAuthenticated;
    for (const chunk of memberChunks(this.#parts.world, session.intents, payload)) {
      session.dispatch("GUILD_MEMBERS_CHUNK", chunk);
    }
    return undefined;
  }

  #identify(socket: GatewaySocket, payload: unknown): CloseReason | undefined {
    const { world, token, portal } = this.#parts;
    if (this.#sessionOf(socket)) return CLOSE_REASONS.alreadyAuthenticated;
    const login = parseLogin(payload);
    if (!login) return CLOSE_REASONS.undecodable;
    this.identifies += 1;
    this.#expireSessions();
    const demanded = this.faults.takeLoginCode();
    const refusal = demanded === undefined ? loginRefusal(login, token, portal) : closeReasonOf(demanded);
    if (refusal) return refusal;
    if (this.#tooManyLogins()) {
      socket.send({ op: GatewayOpcodes.InvalidSession, d: false });
      return undefined;
    }
    const { intents, shard = [0, 1] } = login;
    const id = `${world.ids.next()}session`.padStart(32, "0");
    const session = new GatewaySession(id, { intents, shard }, socket);
    const { messageContent } = portal;
    const hasGuild = world.guild.botIsMember && session.hears(world.guild.id);
    session.dispatch("READY", readyJson(world, { id, url: this.url, shard, messageContent, hasGuild }));
    this.sessions.set(id, session);
    this.#welcome(session).catch((error: unknown) => {
      socket.close(4000, error instanceof Error ? error.message.slice(0, 100) : "Unknown error.");
    });
    return undefined;
  }

  async #welcome(session: GatewaySession): Promise<void> {
    const { world } = this.#parts;
    await this.faults.lateGuild;
    if (world.guild.botIsMember)
      this.#deliver(session, { name: "GUILD_CREATE", data: guildCreateJson(world, session.intents) });
    world.tell({ type: "gateway", sessions: this.connected });
  }

  #resume(socket: GatewaySocket, payload: unknown): CloseReason | undefined {
    if (!this.faults.answersResume) return undefined;
    const wanted = parseResume(payload);
    if (!wanted) return CLOSE_REASONS.undecodable;
    if (wanted.token !== this.#parts.token) return CLOSE_REASONS.badToken;
    this.#expireSessions();
    const session = this.sessions.get(wanted.session_id);
    if (!session?.resume(socket, wanted.seq)) {
      this.sessions.delete(wanted.session_id);
      socket.send({ op: GatewayOpcodes.InvalidSession, d: false });
      return undefined;
    }
    this.resumes += 1;
    this.#parts.world.tell({ type: "gateway", sessions: this.connected });
    return undefined;
  }

  #sessionOf(socket: GatewaySocket): GatewaySession | undefined {
    return [...this.sessions.values()].find((session) => session.belongsTo(socket));
  }

  /** Who does not come back for some minutes has to log in anew. */
  #expireSessions(): void {
    const oldest = this.#parts.wallClock.now() - SESSION_LIVES_MS;
    for (const session of this.sessions.values()) {
      if ((session.disconnectedAt ?? oldest) < oldest) this.sessions.delete(session.id);
    }
  }

  #tooManyLogins(): boolean {
    if (!this.loginLimit) return false;
    const { limit, windowMs } = this.loginLimit;
    const now = this.#parts.wallClock.now();
    this.#logins = this.#logins.filter((at) => at > now - windowMs);
    if (this.#logins.length >= limit) return true;
    this.#logins.push(now);
    return false;
  }
}

/** The guild that an event is about; none of a direct message. */
function guildOf(name: string, { guild_id, id }: JsonObject): string | undefined {
  const guild = name === "GUILD_CREATE" || name === "GUILD_UPDATE" || name === "GUILD_DELETE" ? id : guild_id;
  return typeof guild === "string" ? guild : undefined;
}
