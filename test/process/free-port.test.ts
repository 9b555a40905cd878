import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { onFreePort } from "../../src/process/free-port.ts";

const taken: Server[] = [];
afterEach(() => Promise.all(taken.splice(0).map((server) => once(server.close(), "close"))));

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  taken.push(server);
  return server;
}
const portOf = (server: Server) => {
  const address = server.address();
  return typeof address === "object" ? address?.port : undefined;
};
const refusal = (code: string) => Object.assign(new Error(code), { code });

test("a port that another program has gives way to the tenth after it", async () => {
  const tried: number[] = [];
  const port = await onFreePort(4_300, async (at) => {
    tried.push(at);
    if (at < 4_320) throw refusal("EADDRINUSE");
    return at;
  });
  expect(port).toBe(4_320);
  expect(tried).toEqual([4_300, 4_310, 4_320]);
});

test("where all of them are taken, any will do", async () => {
  const port = await onFreePort(4_300, async (at) => {
    if (at > 0) throw refusal("EADDRINUSE");
    return at;
  });
  expect(port).toBe(0);
});

test("the system's own refusal is understood", async () => {
  const first = portOf(await listen(0)) ?? 0;
  expect(portOf(await onFreePort(first, listen))).not.toBe(first);
});

test("any other failure is passed on", async () => {
  const broken = onFreePort(4_300, () => Promise.reject(refusal("EIO")));
  await expect(broken).rejects.toMatchObject({ code: "EIO" });
});
