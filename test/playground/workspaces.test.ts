import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { type SlackEmulator, startSlackEmulator } from "@rapport/slack-emulator";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type {
  Change,
  Overview,
  Talk,
  WorldChange,
  WorldSummary,
} from "../../src/playground/protocol/protocol.ts";
import { discordWorld, slackWorlds, startSandboxPage } from "../../src/playground/server/server.ts";
import { manifestUnderTest } from "./page/slack/manifest.ts";

let discord: DiscordEmulator;
let slack: SlackEmulator;
let page: { readonly url: string; stop(): Promise<void> };
const failures: unknown[] = [];
beforeAll(async () => {
  [discord, slack] = await Promise.all([
    startDiscordEmulator(),
    startSlackEmulator({ manifest: manifestUnderTest }),
  ]);
  page = await startSandboxPage({
    worlds: [discordWorld(discord), ...slackWorlds(slack)],
    notices: [{ label: "Slack", value: "on this machine", real: false, set: "SLACK_BOT_TOKEN" }],
    failed: (error) => failures.push(error),
  });
});
afterAll(async () => {
  await page.stop();
  await Promise.all([slack.stop(), discord.stop()]);
});
afterEach(() => expect([...failures, ...slack.crashes]).toEqual([]));

async function get<Body>(path: string, as = "Alice"): Promise<Body> {
  const answer = await fetch(`${page.url}/api/${path}${path.includes("?") ? "&" : "?"}as=${as}`);
  expect(answer.status).toBe(200);
  return JSON.parse(await answer.text());
}

/** What a window of this person is told while something is done, up to the change that ends the story. */
async function toldTo(as: string, what: () => Promise<unknown>, last: (change: WorldChange) => boolean) {
  const { at } = await get<Overview>("slack/overview", as);
  const closing = new AbortController();
  const line = await fetch(`${page.url}/api/changes?as=${as}&since=${at}`, { signal: closing.signal });
  await what();
  const told: WorldChange[] = [];
  let text = "";
  for await (const bytes of line.body ?? []) {
    text += Buffer.from(bytes).toString();
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const one of lines) if (one.startsWith("data: ")) told.push(JSON.parse(one.slice(6)));
    if (told.some(last)) break;
  }
  closing.abort();
  return told;
}

/** The bot of these tests: the Web API, asked as an app asks it. */
async function api(method: string, body: object): Promise<{ readonly ts: string }> {
  const answer = await fetch(slack.url + method, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const json = JSON.parse(await answer.text());
  expect(json).toMatchObject({ ok: true });
  return json;
}

const general = () => slack.channel("general").id;
const messageChange = (change: Change) => (change.type === "message" ? change.message : undefined);

test("the page lists its worlds, and each has its own people, places and bot", async () => {
  expect(await get<WorldSummary[]>("worlds")).toMatchObject([
    { key: "discord", kind: "discord", name: discord.guildName, connected: false },
    { key: "slack", kind: "slack", name: "Rapport House", notices: [{ set: "SLACK_BOT_TOKEN" }] },
  ]);
  const overview = await get<Overview>("slack/overview", "Bob");
  expect(overview.viewer.name).toBe("Bob");
  expect(overview.people.map(({ name }) => name)).toEqual(["Alice", "Bob", "Carol"]);
  expect(overview.places.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
    "channel general",
    "channel random",
    "channel support",
  ]);
  expect((await fetch(`${page.url}/api/teams/overview`)).status).toBe(404);
});

test("a message of Slack's comes with its blocks, and its thread is a place of its own", async () => {
  const root = await slack.person("Alice").say(general(), "hello @Rapport, see *this*");
  await api("chat.postMessage", {
    channel: general(),
    thread_ts: root.ts,
    text: "hello",
    blocks: [{ type: "markdown", text: "**Hello**" }],
  });
  const id = `${general()}.${root.ts}`;
  const { messages, commands } = await get<Talk>(`slack/talk/${general()}`, "Bob");
  expect(messages.at(-1)).toMatchObject({
    id,
    author: { name: "Alice", bot: false },
    threadId: id,
    replies: { count: 1, authors: [{ name: "Rapport", bot: true }] },
    blocks: [
      {
        type: "rich",
        parts: [
          {
            type: "words",
            inline: [
              { type: "text", text: "hello " },
              { type: "person", id: slack.botUserId },
              { type: "text", text: ", see " },
              { type: "text", text: "this", style: { bold: true } },
            ],
          },
        ],
      },
    ],
  });
  expect(commands.slash).toMatchObject([{ name: "chat", usage: "MESSAGE [persona]" }]);
  const thread = await get<Talk>(`slack/talk/${id}`, "Bob");
  expect(thread.messages).toMatchObject([{ placeId: id, blocks: [{ type: "markdown", text: "**Hello**" }] }]);
  expect(thread.commands.slash).toEqual([]);
  const { places } = await get<Overview>("slack/overview", "Bob");
  expect(places).toContainEqual(
    expect.objectContaining({ id, kind: "thread", parentId: general(), messageCount: 1 }),
  );
});

test("what one person alone may see is told to nobody else", async () => {
  const alice = slack.person("Alice").id;
  const whisper = () => api("chat.postEphemeral", { channel: general(), user: alice, text: "only for you" });
  const after = () => slack.person("Carol").say(general(), "end of the story");
  const isEnd = (change: WorldChange) => messageChange(change)?.content === "end of the story";
  const both = async () => {
    await whisper();
    await after();
  };
  const toAlice = await toldTo("Alice", both, isEnd);
  expect(toAlice.map((change) => messageChange(change)?.content)).toContain("only for you");
  const toBob = await toldTo("Bob", both, isEnd);
  expect(JSON.stringify(toBob)).not.toContain("only for you");
  expect(toBob.every(({ world }) => world === "slack")).toBe(true);
});

test("a status line, a stream and the bot's own page reach the window as they change", async () => {
  const root = await slack.person("Alice").say(general(), "tell me a story");
  const thread = { channel_id: general(), thread_ts: root.ts };
  const placeId = `${general()}.${root.ts}`;
  const toldOfStatus = await toldTo(
    "Alice",
    () =>
      api("assistant.threads.setStatus", { ...thread, status: "is thinking…", loading_messages: ["Hm…"] }),
    (change) => change.type === "place" && change.place?.status !== undefined,
  );
  expect(toldOfStatus.at(-1)).toMatchObject({
    id: placeId,
    place: { status: { text: "is thinking…", loading: ["Hm…"], author: { name: "Rapport" } } },
  });

  const streamed = await toldTo(
    "Alice",
    async () => {
      const { ts } = await api("chat.startStream", {
        channel: general(),
        thread_ts: root.ts,
        markdown_text: "Once upon",
        recipient_user_id: slack.person("Alice").id,
        recipient_team_id: slack.teamId,
      });
      await api("chat.stopStream", { channel: general(), ts, markdown_text: " a time" });
    },
    (change) => messageChange(change)?.stream === "ended",
  );
  expect(streamed.map(messageChange).findLast((message) => message?.stream === "ended")).toMatchObject({
    placeId,
    blocks: [{ type: "markdown", text: "Once upon a time" }],
  });

  const view = { type: "home", blocks: [{ type: "header", text: { type: "plain_text", text: "Personas" } }] };
  const home = await toldTo(
    "Alice",
    () => api("views.publish", { user_id: slack.person("Alice").id, view }),
    ({ type }) => type === "home",
  );
  expect(home.at(-1)).toMatchObject({ home: { blocks: [{ type: "header", text: "Personas" }] } });
  expect((await get<Overview>("slack/overview", "Bob")).home).toBeUndefined();
});

test("a file in a private place is there for those who see the place, and no other", async () => {
  const secret = slack.addChannel("secret", { isPrivate: true });
  await slack.person("Alice").say(secret.id, "look", {
    files: [{ name: "a.png", mimetype: "image/png", data: Buffer.from("picture") }],
  });
  const { messages } = await get<Talk>(`slack/talk/${secret.id}`);
  const url = messages[0]?.attachments[0]?.url ?? "";
  const seen = await fetch(page.url + url);
  expect([seen.headers.get("content-type"), await seen.text()]).toEqual(["image/png", "picture"]);
  slack.addPerson("Mallory");
  expect((await fetch(page.url + url.replace("Alice", "Mallory"))).status).toBe(404);
});
