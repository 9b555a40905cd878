import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Reachability } from "../faults.ts";
import { refuseForeign, refuseUpgrade } from "../own-machine.ts";

const HERE = "127.0.0.1";

/**
 * How long an idle connection is kept, where what is emulated keeps them long too. Clients let go a second before: with
 * Node's own five seconds a busy machine sends its next request into a connection that is just being closed.
 */
export const KEEP_ALIVE_MS = 75_000;

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * One port of 127.0.0.1 on which something is emulated: HTTP, and WebSockets beside it where the service has them. What a
 * foreign web site sends is refused before either is asked.
 */
export class HttpServer implements Reachability {
  readonly #server: Server;
  readonly #upgraded = new Set<Duplex>();
  #port = 0;

  constructor({ keepAliveMs = KEEP_ALIVE_MS }: { readonly keepAliveMs?: number } = {}) {
    this.#server = createServer({ keepAliveTimeout: keepAliveMs });
  }

  /** Who answers requests. When that one fails, `crashed` is told, and the connection is broken. */
  onRequest(answer: Answer, crashed: (error: unknown) => void): void {
    this.#server.on("request", (request, response) => {
      if (refuseForeign(request, response)) return;
      answer(request, response).catch((error: unknown) => {
        crashed(error);
        response.destroy();
      });
    });
  }

  /** Who takes the connections that want to become WebSockets. */
  onUpgrade(upgrade: Upgrade): void {
    this.#server.on("upgrade", (request, socket, head) => {
      if (refuseUpgrade(request, socket)) return;
      this.#upgraded.add(socket);
      socket.once("close", () => this.#upgraded.delete(socket));
      upgrade(request, socket, head);
    });
  }

  /** Resolves with the port; 0 takes any free one. Rejects with the system's error when it is taken. */
  async listen(port: number): Promise<number> {
    this.#port = await listen(this.#server, port);
    return this.#port;
  }

  async goDown(): Promise<void> {
    for (const socket of this.#upgraded) socket.destroy();
    await this.stop();
  }

  async comeBack(): Promise<void> {
    await this.listen(this.#port);
  }

  /** Takes no more requests and ends those that are being answered. WebSockets are their owner's to close. */
  stop(): Promise<void> {
    return close(this.#server);
  }
}

/** Resolves with the port; 0 takes any free one. Rejects with the system's error when it is taken. */
export function listen(server: Server, port: number, host = HERE): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}

/** Stops listening and ends every connection, those too on which an answer is being written. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
