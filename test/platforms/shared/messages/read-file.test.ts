import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterEach, expect, test } from "vitest";
import {
  fetchFile,
  ownFileAddress,
  readFileBody,
} from "../../../../src/platforms/shared/messages/read-file.ts";
import { PlatformUnavailable } from "../../../../src/platforms/shared/unavailable.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/file`);
}

const { signal } = new AbortController();
const hosts = (name: string) => name === "files.chat.example";

test("only the platform's own addresses are asked, or those of the server that stands in for it", () => {
  const real = { platform: "Chat", hosts, apiBase: undefined };
  expect(ownFileAddress("https://files.chat.example/cat.png", real).pathname).toBe("/cat.png");
  for (const address of [
    "http://files.chat.example/cat.png",
    "https://files.chat.example.evil.example/",
    "https://files.chat.example@evil.example/",
    "no address",
    "",
  ])
    expect(() => ownFileAddress(address, real), address).toThrow(
      expect.objectContaining({ code: "platform_rejected", userMessage: "That is no file of Chat's." }),
    );
  const other = { ...real, apiBase: "http://127.0.0.1:7/api" };
  expect(ownFileAddress("http://127.0.0.1:7/cat.png", other).port).toBe("7");
  expect(() => ownFileAddress("https://files.chat.example/cat.png", other)).toThrow();
});

test("a file is read whole, without following where it leads", async () => {
  const url = await serve((request, response) => {
    if (request.headers.authorization === "Bearer t") response.end("12345678");
    else response.writeHead(302, { location: "/elsewhere" }).end();
  });
  const { body } = await fetchFile(url, { headers: { authorization: "Bearer t" }, signal });
  expect(Buffer.from(await readFileBody(body!, { maxBytes: 8, signal })).toString()).toBe("12345678");
  const moved = await fetchFile(url, { signal });
  expect(moved.status).toBe(302);
  await moved.body?.cancel();
});

test("a file that is larger is refused, and one that breaks off is an outage", async () => {
  const large = await fetchFile(await serve((_request, response) => response.end("123456789")), { signal });
  await expect(readFileBody(large.body!, { maxBytes: 8, signal })).rejects.toMatchObject({
    code: "invalid_input",
  });
  const broken = await fetchFile(
    await serve((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("1234", () => response.destroy());
    }),
    { signal },
  );
  await expect(readFileBody(broken.body!, { maxBytes: 100, signal })).rejects.toMatchObject({
    name: "PlatformUnavailable",
  });
});

test("nobody there is an outage that does not name the address, and leaving is leaving", async () => {
  const gone = new URL("http://127.0.0.1:1/secret?token=xyz");
  const failure: unknown = await fetchFile(gone, { signal }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(PlatformUnavailable);
  expect(inspect(failure, { depth: 9 })).not.toContain("xyz");
  const left = AbortSignal.abort(new Error("the turn is over"));
  await expect(fetchFile(gone, { signal: left })).rejects.toThrow("the turn is over");
});
