import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { isObject, type JsonObject, stringIn } from "../wire.ts";
import type { World } from "../world/world.ts";
import { ACKNOWLEDGE_WITHIN_MS, type Envelope, type Outcome, type Transport } from "./delivery.ts";

/** The close code of a server that ends. */
const GOING_AWAY = 1001;
const GOODBYE_MS = 200;
const SOCKETS_AT_MOST = 10;
const TICKET_LIVES_MS = 30_000;

type Pending = (outcome: Outcome) => void;

/** Socket Mode: the app opens up to ten sockets, each event goes to one of them. */
export class SocketMode implements Transport {
  readonly #world: World;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #tickets = new Map<string, number>();
  readonly #sockets = new Set<WebSocket>();
  readonly #pending = new Map<string, Pending>();
  readonly #onChange = new Set<() => void>();
  /** Connections that are open as far as their client can tell. */
  readonly #silent = new Set<WebSocket>();
  /** So many of the next connections are taken, and never greeted. */
  leftUngreeted = 0;
  ungreeted = 0;
  /** Which of the open sockets gets the next envelope: Slack does not say how it chooses. */
  choose: (count: number) => number = (count) => Math.floor(Math.random() * count);

  constructor(world: World) {
    this.#world = world;
  }

  get connected(): number {
    return this.#sockets.size;
  }

  get sockets(): readonly WebSocket[] {
    return [...this.#sockets];
  }

  /** An address for one connection, good for once and half a minute. */
  issueUrl(): string {
    const ticket = randomUUID();
    this.#tickets.set(ticket, this.#world.clock.now() + TICKET_LIVES_MS);
    const url = new URL(this.#world.baseUrl);
    return `ws://${url.host}/link/?ticket=${ticket}&app_id=${this.#world.appId}`;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? "/", "http://sandbox");
    const ticket = url.searchParams.get("ticket") ?? "";
    const goodUntil = this.#tickets.get(ticket) ?? 0;
    this.#tickets.delete(ticket);
    if (!url.pathname.startsWith("/link") || this.#world.clock.now() >= goodUntil) {
      socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#greet(opened));
  }

  send(envelope: Envelope): Promise<Outcome> {
    const open = this.sockets;
    const socket = open[this.choose(open.length)];
    if (!socket) return Promise.resolve({ acknowledged: false, reason: "no_connection" });
    const id = randomUUID();
    const isEvent = envelope.type === "events_api";
    const answer = this.#answerTo(id);
    sendFrame(socket, {
      envelope_id: id,
      type: envelope.type,
      payload: envelope.payload,
      accepts_response_payload: !isEvent,
      ...(isEvent && { retry_attempt: envelope.attempt, retry_reason: envelope.retryReason }),
    });
    return answer;
  }

  /** Sends a frame as it stands, to every socket or to these. */
  broadcast(frame: JsonObject, sockets: readonly WebSocket[] = this.sockets): void {
    for (const socket of sockets) sendFrame(socket, frame);
  }

  /** From now on nothing is said on them and nothing read, pings included; they stay open. */
  silence(sockets: readonly WebSocket[]): void {
    for (const socket of sockets) {
      socket.pause();
      this.#silent.add(socket);
    }
  }

  onChange(listener: () => void): () => void {
    this.#onChange.add(listener);
    return () => this.#onChange.delete(listener);
  }

  /** Says goodbye on every socket, so that a client that is leaving too finds its own goodbye answered; breaks the rest. */
  async stop(): Promise<void> {
    for (const settle of this.#pending.values()) settle({ acknowledged: false, reason: "timeout" });
    const left = [...this.#sockets].map((socket) => once(socket, "close"));
    for (const socket of this.#sockets) socket.close(GOING_AWAY);
    await Promise.race([Promise.all(left), sleep(GOODBYE_MS, undefined, { ref: false })]);
    for (const socket of [...this.#sockets, ...this.#silent]) socket.terminate();
    this.#server.close();
  }

  #greet(socket: WebSocket): void {
    if (this.leftUngreeted > 0) {
      this.leftUngreeted -= 1;
      this.ungreeted += 1;
      this.#silent.add(socket);
      return;
    }
    if (this.#sockets.size >= SOCKETS_AT_MOST) {
      sendFrame(socket, disconnectFrame("too_many_websockets"));
      socket.close();
      return;
    }
    this.#sockets.add(socket);
    socket.on("close", () => {
      this.#sockets.delete(socket);
      this.#tellChange();
    });
    socket.on("error", () => socket.terminate());
    socket.on("message", (data) => this.#receive(data));
    sendFrame(socket, {
      type: "hello",
      num_connections: this.#sockets.size,
      debug_info: { host: "sandbox", build_number: 1, approximate_connection_time: 18_060 },
      connection_info: { app_id: this.#world.appId },
    });
    this.#tellChange();
  }

  /** An acknowledgement may come over any socket of the app [guess]: its client may have changed them meanwhile. */
  #receive(data: RawData): void {
    const frame: unknown = parse(String(data));
    if (!isObject(frame)) return;
    const id = stringIn(frame.envelope_id) ?? "";
    this.#pending.get(id)?.({ acknowledged: true, payload: frame.payload });
  }

  async #answerTo(id: string): Promise<Outcome> {
    const answered = new AbortController();
    let outcome: Outcome = { acknowledged: false, reason: "timeout" };
    this.#pending.set(id, (received) => {
      outcome = received;
      answered.abort();
    });
    await this.#world.clock.sleep(ACKNOWLEDGE_WITHIN_MS, answered.signal);
    this.#pending.delete(id);
    return outcome;
  }

  #tellChange(): void {
    this.#world.tell({ type: "sockets", connected: this.#sockets.size });
    for (const listener of [...this.#onChange]) listener();
  }
}

export function disconnectFrame(reason: "refresh_requested" | "warning" | "too_many_websockets"): JsonObject {
  return { type: "disconnect", reason, debug_info: { host: "sandbox" } };
}

function sendFrame(socket: WebSocket, frame: JsonObject): void {
  if (socket.readyState === socket.OPEN && !socket.isPaused) socket.send(JSON.stringify(frame));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
