import type { GatewaySocket } from "./socket.ts";

const DISPATCH = 0;
/** How much of a session's past can be replayed. */
const KEPT_FRAMES = 10_000;

interface Dispatched {
  readonly s: number;
  readonly t: string;
  readonly d: unknown;
}

/** A login. It outlives its connections, so that RESUME can replay what was missed. */
export class GatewaySession {
  readonly id: string;
  readonly intents: number;
  readonly #shard: readonly [index: number, count: number];
  #socket: GatewaySocket | undefined;
  /** When it was left without a connection; undefined while it has one. */
  disconnectedAt: number | undefined;
  #sequence = 0;
  #sent: Dispatched[] = [];

  constructor(
    id: string,
    { intents, shard }: { readonly intents: number; readonly shard: readonly [number, number] },
    socket: GatewaySocket,
  ) {
    this.id = id;
    this.intents = intents;
    this.#shard = shard;
    this.#socket = socket;
  }

  /** Each guild is one shard's; what is of no guild is the first one's [docs]. */
  hears(guildId: string | undefined): boolean {
    const [index, count] = this.#shard;
    return index === (guildId === undefined ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)));
  }

  get isConnected(): boolean {
    return this.#socket?.isOpen ?? false;
  }

  get socket(): GatewaySocket | undefined {
    return this.#socket;
  }

  belongsTo(socket: GatewaySocket): boolean {
    return this.#socket === socket;
  }

  dispatch(name: string, data: unknown): void {
    this.#sequence += 1;
    const frame = { s: this.#sequence, t: name, d: data };
    this.#sent.push(frame);
    if (this.#sent.length > KEPT_FRAMES) this.#sent.shift();
    this.#socket?.send({ op: DISPATCH, ...frame });
  }

  /** Moves the session to a new connection and replays what came after `seq`; false when that is too long ago. */
  resume(socket: GatewaySocket, seq: number): boolean {
    const oldest = this.#sent[0]?.s ?? 1;
    if (seq > this.#sequence || seq < oldest - 1) return false;
    this.#socket = socket;
    this.disconnectedAt = undefined;
    for (const frame of this.#sent.filter(({ s }) => s > seq)) socket.send({ op: DISPATCH, ...frame });
    this.dispatch("RESUMED", { _trace: [] });
    return true;
  }
}
