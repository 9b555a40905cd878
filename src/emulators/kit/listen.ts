import type { IncomingMessage, Server } from "node:http";

const HERE = "127.0.0.1";

/**
 * How long an idle connection is kept, where what is emulated keeps them long too. Clients let go a second before: with
 * Node's own five seconds a busy machine sends its next request into a connection that is just being closed.
 */
export const KEEP_ALIVE_MS = 75_000;

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

/** Breaks the connection under a request: with an end, or with a reset as of a network that failed. */
export function cut(request: IncomingMessage, by: "fin" | "rst" | undefined): void {
  if (by === "fin") request.socket.end();
  else request.socket.resetAndDestroy();
}
