import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { unreadable } from "./problems.ts";

export interface HttpServer {
  readonly url: string;
  /** Takes no more connections, lets requests end, and those who still wait then go; resolves when all are gone. */
  stop(limits?: { readonly graceMs: number; readonly forceMs: number }): Promise<void>;
}

/** A request must have arrived whole within this; how long it is answered is another matter. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than proxies keep an idle connection, so that they close it and not we under a request. */
const KEEP_ALIVE_MS = 75_000;
const STOP_LIMITS = { graceMs: 5_000, forceMs: 3_000 };
const IDLE_LOOK_MS = 100;

/** Listens. Rejects with the system's error when the address is taken. */
export async function listen(options: {
  readonly routes: Hono;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Called when those who wait for something must be let go. */
  readonly release: () => void;
}): Promise<HttpServer> {
  const { routes, host, port, release } = options;
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    // Failures of the routes are answered there.
    getRequestListener(routes.fetch, { overrideGlobalObjects: false, errorHandler: unreadable }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${portOf(server)}`,
    stop: (limits = STOP_LIMITS) => stop(server, release, limits),
  };
}

function stop(
  server: Server,
  release: () => void,
  { graceMs, forceMs }: { graceMs: number; forceMs: number },
): Promise<void> {
  return new Promise((resolve) => {
    // A connection whose last request has ended is idle from then on.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
    const releasing = setTimeout(release, graceMs);
    const forcing = setTimeout(() => server.closeAllConnections(), graceMs + forceMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(releasing);
      clearTimeout(forcing);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
