import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { offlineModel } from "@rapport/letta-server";
import { ManualClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LettaFixture, lettaFixtures, textOf } from "../fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();

const PNG = Buffer.from("89504e470d0a1a0a", "hex");

let fixture: LettaFixture;
let shop: Server;
let address: string;
beforeAll(async () => {
  fixture = await openHouse();
  shop = createServer((request, response) => {
    if (request.url !== "/cat.png") return response.writeHead(403).end();
    return response.writeHead(200, { "content-type": "image/png" }).end(PNG);
  });
  shop.listen(0, "127.0.0.1");
  await once(shop, "listening");
  const { port } = shop.address() as AddressInfo;
  address = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  shop.close();
  await fixture.close();
});

const look = (source: object, text = "look") => [
  {
    role: "user",
    content: [
      { type: "text", text },
      { type: "image", source },
    ],
  },
];
const shown = () => fixture.sandbox.requestsToModel.at(-1)?.messages.at(-1)?.images;

test("a picture behind an address is fetched by the server, and one in a data address is taken out", async () => {
  const { conversationId } = await fixture.meet();
  const whole = `data:image/png;base64,${PNG.toString("base64")}`;
  await fixture.send(conversationId, look({ type: "url", url: `${address}/cat.png` }));
  expect(shown()).toEqual([whole]);
  await fixture.send(conversationId, look({ type: "url", url: whole }));
  expect(shown()).toEqual([whole]);
});

test.each([
  ["is private", () => `${address}/private.png`, /Failed to fetch image from .*403/],
  ["is a file", () => "file:///etc/passwd", /Unsupported image URL scheme 'file'/],
  ["is no data", () => "data:image/png", /Invalid data URL format/],
])("an address that %s ends the turn, and nothing of it is stored", async (_what, url, detail) => {
  const { agentId, conversationId } = await fixture.meet();
  const before = await fixture.history(agentId, { conversation_id: conversationId });
  const failure = await fixture.send(conversationId, look({ type: "url", url: url() })).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(JSON.stringify(failure)).toMatch(detail);
  expect(await fixture.history(agentId, { conversation_id: conversationId })).toEqual(before);
});

test.each([{ type: "base64", media_type: "image/png" }, { type: "url" }, { type: "fax", data: "x" }, {}])(
  "a picture whose source is %o is refused before anything runs",
  async (source) => {
    const { conversationId } = await fixture.meet();
    await expect(fixture.send(conversationId, look(source))).rejects.toMatchObject({ status: 422 });
  },
);

test("a model that takes no pictures fails the turn as the provider's refusal", async () => {
  const { conversationId } = await fixture.meet();
  const source = { type: "base64", media_type: "image/png", data: PNG.toString("base64") };
  await expect(fixture.send(conversationId, look(source, "BLIND look"))).rejects.toMatchObject({
    error: { error_type: "llm_error", detail: expect.stringContaining("image_url is only supported") },
  });
  expect(textOf(await fixture.ask(conversationId, "BLIND but no picture"))).toContain("BLIND");
});

test("without a model the kind and the size of a picture are told, and that nobody looks at it", async () => {
  const clock = new ManualClock();
  const demo = await openHouse({ clock, model: offlineModel({ clock, wordDelayMs: 0 }) });
  const { conversationId } = await demo.meet();
  const data = Buffer.alloc(12_000).toString("base64");
  const events = await demo.send(
    conversationId,
    look({ type: "base64", media_type: "image/webp", data }, "[Alice] hello"),
  );
  expect(textOf(events)).toMatch(/Hello, Alice![\s\S]*shown a WEBP of 12 kB, but I cannot look at it/);
  await demo.close();
});
