import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** The way to a database, which a test can close: connections are reset, and new ones refused. */
export interface TcpProxy {
  readonly url: string;
  close(): Promise<void>;
  open(): Promise<void>;
}

export async function startTcpProxy(databaseUrl: string): Promise<TcpProxy> {
  const url = new URL(databaseUrl);
  const [host, port] = [url.hostname, Number(url.port || 5432)];
  const travelling = new Set<Socket>();
  let gate: Server | undefined;

  const open = async (): Promise<void> => {
    gate = createServer((near) => {
      const far = connect(port, host);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        travelling.add(one);
        one.setNoDelay(true);
        one.pipe(other);
        one.on("error", () => other.destroy());
        one.on("close", () => {
          travelling.delete(one);
          other.destroy();
        });
      }
    });
    gate.listen(Number(url.port), "127.0.0.1");
    await once(gate, "listening");
    const address = gate.address();
    if (address !== null && typeof address === "object") url.port = `${address.port}`;
  };

  url.hostname = "127.0.0.1";
  url.port = "0";
  await open();
  return {
    url: url.href,
    open,
    close: async () => {
      const closed = gate?.listening ? once(gate, "close") : undefined;
      gate?.close();
      for (const socket of travelling) socket.resetAndDestroy();
      await closed;
    },
  };
}
