import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";

/** Somebody asked the proxy for a way to a host; what came first through it tells what for. */
interface Asked {
  readonly host: string;
  readonly begins: string;
}

export interface ConnectProxy {
  readonly url: string;
  readonly asked: readonly Asked[];
  stop(): Promise<void>;
}

/** A proxy on this machine to which every address leads: whatever host is asked for, it goes to that port of 127.0.0.1. */
export async function startConnectProxy(): Promise<ConnectProxy> {
  const asked: Asked[] = [];
  const open = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  server.on("connect", ({ url = "" }, near: Socket) => {
    const [host = "", port] = url.split(/:(\d+)$/);
    const far = connect(Number(port), "127.0.0.1", () =>
      near.write("HTTP/1.1 200 Connection established\r\n\r\n"),
    );
    near.once("data", (first) => asked.push({ host, begins: String(first) }));
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    stop: async () => {
      for (const socket of open) socket.destroy();
      await once(server.close(), "close");
    },
  };
}
