import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { SlackEmulator } from "@rapport/slack-emulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Attachment, MessageEvent } from "../../../../src/core/domain/model.ts";
import type { AttachmentRequest } from "../../../../src/core/ports/platform.ts";
import { readAttachment } from "../../../../src/platforms/slack/messages/attachments.ts";
import { type Connected, connect, startSlack } from "../connected.ts";

const PNG = Buffer.from("89504e470d0a1a0a", "hex");

let slack: SlackEmulator;
let bot: Connected;
beforeEach(async () => {
  slack = await startSlack();
  bot = await connect(slack);
});
afterEach(async () => {
  await bot.stop();
  await slack.stop();
  expect(slack.crashes).toEqual([]);
});

async function shown(): Promise<MessageEvent> {
  const files = [{ name: "cat.png", data: PNG, mimetype: "image/png" }];
  await slack.person("Bob").say(slack.channel("general").id, "@Rapport look", { files });
  const { event } = await bot.inbox.message("look");
  if (event.type !== "message") throw new Error("no message");
  return event;
}

const signal = new AbortController().signal;
const first = ({ attachments }: MessageEvent): Attachment => attachments[0]!;
const read = (event: MessageEvent, change: object = {}, maxBytes = 1_000) =>
  bot.platform.readAttachment!({
    attachment: { ...first(event), ...change },
    message: event.message,
    maxBytes,
    signal,
  });

test("a private picture is read with the bot's token", async () => {
  const event = await shown();
  expect(first(event)).toMatchObject({ name: "cat.png", contentType: "image/png", bytes: 8 });
  expect(Buffer.from(await read(event))).toEqual(PNG);
});

test("a picture of which the event tells only the id, as in shared channels, is asked for", async () => {
  expect(Buffer.from(await read(await shown(), { url: "" }))).toEqual(PNG);
  await expect(read(await shown(), { url: "", id: "F000000" })).rejects.toMatchObject({
    code: "platform_rejected",
  });
});

test("a picture that is longer than it was said to be is refused", async () => {
  await expect(read(await shown(), {}, 7)).rejects.toMatchObject({ code: "invalid_input" });
});

test("the token goes to no address but Slack's", async () => {
  const event = await shown();
  const seen: IncomingMessage[] = [];
  const elsewhere = await serve((request, response) => {
    seen.push(request);
    response.end(PNG);
  });
  await expect(read(event, { url: `${elsewhere.url}/cat.png` })).rejects.toMatchObject({
    code: "platform_rejected",
  });
  expect(seen).toEqual([]);
  elsewhere.close();
});

/** Reads as the adapter does, from a Slack that the test plays; without an address of its own, from the real one. */
const readFrom = (apiUrl: string | undefined, asked: AttachmentRequest) =>
  readAttachment(
    {
      api: () => Promise.reject(new Error("nothing is asked")),
      workspaces: {
        of: async (team) => ({ team, token: "xoxb-secret", bot: "U1", url: "https://acme.slack.com/" }),
      },
      apiUrl,
    },
    asked,
  );

test.each([
  "http://files.slack.com/files-pri/T1-F1/cat.png",
  "https://files.slack.com.evil.example/cat.png",
  "https://evilslack.com/cat.png",
  "https://files.slack.com@evil.example/cat.png",
])("%s is no file of the real Slack", async (url) => {
  const event = await shown();
  const asked = { attachment: { ...first(event), url }, message: event.message, maxBytes: 1_000, signal };
  await expect(readFrom(undefined, asked)).rejects.toMatchObject({ code: "platform_rejected" });
});

test("a redirection is not followed, and the page for signing in is no picture", async () => {
  const event = await shown();
  const seen: (string | undefined)[] = [];
  const fake = await serve((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization}`);
    if (request.url === "/moved") response.writeHead(302, { location: "/stolen" }).end();
    else response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<h1>Sign in</h1>");
  });
  const readAt = (path: string) =>
    readFrom(fake.url, {
      attachment: { ...first(event), url: `${fake.url}${path}` },
      message: event.message,
      maxBytes: 1_000,
      signal,
    });
  await expect(readAt("/moved")).rejects.toMatchObject({ code: "platform_rejected" });
  await expect(readAt("/page")).rejects.toMatchObject({
    userMessage: expect.stringContaining("files:read"),
  });
  expect(seen).toEqual(["/moved Bearer xoxb-secret", "/page Bearer xoxb-secret"]);
  fake.close();
});

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
