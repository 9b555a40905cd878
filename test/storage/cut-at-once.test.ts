import { createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { inTransaction, makePool } from "../../src/storage/postgres/pool.ts";
import { recordingLog } from "./servers/databases.ts";

/* A server that ends a connection in the very packet in which it says that it is ready, as one that is shut down does. */

let server: Server;
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
});

/** A message of PostgreSQL's protocol. */
function messageOf(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const READY = [messageOf("R", Buffer.alloc(4)), messageOf("Z", Buffer.from("I"))];
const ENDED = messageOf("E", Buffer.from("SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0"));

async function serverThatEndsAll(): Promise<string> {
  server = createServer((socket) => {
    socket.once("data", () => socket.end(Buffer.concat([...READY, ENDED])));
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return `postgresql://rapport@127.0.0.1:${address.port}/rapport?sslmode=disable`;
}

test("a connection that is ended as soon as it is ready fails what was asked through it, and nothing else", async () => {
  const pool = makePool(await serverThatEndsAll(), { log: recordingLog(), name: "rapport", max: 2 });
  const work = () => inTransaction(pool, async () => "done");
  await expect(work()).rejects.toThrow();
  await expect(pool.query("select 1")).rejects.toThrow();
  await pool.end();
});
