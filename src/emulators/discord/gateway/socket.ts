import { constants, createDeflate, type Deflate } from "node:zlib";
import type { WebSocket } from "ws";

/** One frame in either direction. `s` and `t` are null unless it is a dispatch. */
export interface Frame {
  readonly op: number;
  readonly d: unknown;
  readonly s?: number | null;
  readonly t?: string | null;
}

/** A gateway connection: JSON frames, in one zlib stream over the whole connection when the client asked for it. */
export class GatewaySocket {
  readonly #socket: WebSocket;
  readonly #deflate: Deflate | undefined;
  #chunks: Buffer[] = [];

  constructor(socket: WebSocket, compress: boolean) {
    this.#socket = socket;
    if (!compress) return;
    this.#deflate = createDeflate();
    this.#deflate.on("data", (chunk: Buffer) => this.#chunks.push(chunk));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(frame: Frame): void {
    if (!this.isOpen) return;
    const text = JSON.stringify({ op: frame.op, d: frame.d, s: frame.s ?? null, t: frame.t ?? null });
    const deflate = this.#deflate;
    if (!deflate) {
      this.#socket.send(text);
      return;
    }
    deflate.write(text);
    // A message ends with the sync marker 00 00 ff ff; clients look for it.
    deflate.flush(constants.Z_SYNC_FLUSH, () => {
      if (this.isOpen) this.#socket.send(Buffer.concat(this.#chunks));
      this.#chunks = [];
    });
  }

  close(code: number, reason = ""): void {
    this.#socket.close(code, reason);
  }

  /** The connection dies without a close frame. */
  terminate(): void {
    this.#socket.terminate();
  }
}
