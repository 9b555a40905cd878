import type { DiscordEmulator } from "@rapport/discord-emulator";
import { ManualClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ask, asker, NOBODY, startQuickDiscord, stopAndCheck } from "./clients/quick-discord.ts";

const clock = new ManualClock();
let discord: DiscordEmulator;
let ask: Ask;
let general: string;

beforeAll(async () => {
  discord = await startQuickDiscord({ clock });
  ask = asker(discord);
  general = discord.channel("#general").id;
});

afterAll(() => stopAndCheck(discord));

const post = (body: unknown) => ask("POST", `/channels/${general}/messages`, body);
const button = (customId: string, extra: object = {}) => ({
  type: 2,
  style: 1,
  label: "Go",
  custom_id: customId,
  ...extra,
});
const row = (...components: object[]) => ({ type: 1, components });
const text = (content: string) => ({ type: 10, content });
const V2 = 32_768;

const REFUSED: readonly [what: string, body: unknown, field: string][] = [
  ["2,001 characters", { content: "x".repeat(2001) }, "content"],
  ["a nonce of 26 characters", { content: "x", nonce: "n".repeat(26) }, "nonce"],
  [
    "allowed_mentions with parse and ids of one kind",
    { content: "x", allowed_mentions: { parse: ["users"], users: [NOBODY] } },
    "allowed_mentions",
  ],
  [
    "101 allowed users",
    { content: "x", allowed_mentions: { users: Array.from({ length: 101 }, () => NOBODY) } },
    "allowed_mentions",
  ],
  ["an embed title of 257 characters", { embeds: [{ title: "t".repeat(257) }] }, "embeds"],
  ["11 embeds", { embeds: Array.from({ length: 11 }, () => ({ title: "t" })) }, "embeds"],
  [
    "6,001 characters over all embeds",
    { embeds: [{ description: "d".repeat(4096) }, { description: "d".repeat(1905) }] },
    "embeds",
  ],
  [
    "26 fields of an embed",
    { embeds: [{ fields: Array.from({ length: 26 }, () => ({ name: "n", value: "v" })) }] },
    "embeds",
  ],
  [
    "six rows",
    { content: "x", components: Array.from({ length: 6 }, (_, n) => row(button(`b${n}`))) },
    "components",
  ],
  [
    "six buttons in a row",
    { content: "x", components: [row(...Array.from({ length: 6 }, (_, n) => button(`b${n}`)))] },
    "components",
  ],
  ["the same custom_id twice", { content: "x", components: [row(button("b"), button("b"))] }, "components"],
  [
    "a button without a custom_id",
    { content: "x", components: [row({ type: 2, style: 1, label: "Go" })] },
    "components",
  ],
  [
    "a link with a custom_id",
    {
      content: "x",
      components: [row({ type: 2, style: 5, label: "Go", url: "https://example.org", custom_id: "b" })],
    },
    "components",
  ],
  [
    "a button label of 81 characters",
    { content: "x", components: [row(button("b", { label: "l".repeat(81) }))] },
    "components",
  ],
  [
    "a custom_id of 101 characters",
    { content: "x", components: [row(button("b".repeat(101)))] },
    "components",
  ],
  [
    "a select beside a button",
    {
      content: "x",
      components: [row(button("b"), { type: 3, custom_id: "s", options: [{ label: "a", value: "a" }] })],
    },
    "components",
  ],
  [
    "26 options of a select",
    {
      content: "x",
      components: [
        row({
          type: 3,
          custom_id: "s",
          options: Array.from({ length: 26 }, (_, n) => ({ label: `${n}`, value: `${n}` })),
        }),
      ],
    },
    "components",
  ],
  [
    "a placeholder of 151 characters",
    {
      content: "x",
      components: [
        row({ type: 3, custom_id: "s", placeholder: "p".repeat(151), options: [{ label: "a", value: "a" }] }),
      ],
    },
    "components",
  ],
  ["v2 components without the flag", { components: [text("hello")] }, "components"],
  ["v2 components with content", { flags: V2, content: "x", components: [text("hello")] }, "content"],
  [
    "v2 components with embeds",
    { flags: V2, embeds: [{ title: "t" }], components: [text("hello")] },
    "embeds",
  ],
  [
    "41 components counted nested",
    {
      flags: V2,
      components: Array.from({ length: 4 }, () => ({
        type: 17,
        components: Array.from({ length: 10 }, () => text("t")),
      })),
    },
    "components",
  ],
  [
    "4,001 characters of text displays",
    { flags: V2, components: [text("t".repeat(2001)), text("t".repeat(2000))] },
    "components",
  ],
  [
    "a container in a container",
    { flags: V2, components: [{ type: 17, components: [{ type: 17, components: [text("t")] }] }] },
    "components",
  ],
  [
    "four texts in a section",
    {
      flags: V2,
      components: [
        { type: 9, components: [text("a"), text("b"), text("c"), text("d")], accessory: button("b") },
      ],
    },
    "components",
  ],
  ["the ephemeral flag on an ordinary message", { content: "x", flags: 64 }, "flags"],
  [
    "a reply to a message that is not there",
    { content: "x", message_reference: { message_id: NOBODY } },
    "message_reference",
  ],
  ["an attachment without a file", { content: "x", attachments: [{ id: "0" }] }, "attachments"],
  ["a poll, which the sandbox does not have", { poll: { question: { text: "?" }, answers: [] } }, "poll"],
];

test.each(REFUSED)("a message with %s is refused with 50035", async (_what, body, field) => {
  const answer = await post(body);
  expect([answer.status, answer.body.code]).toEqual([400, 50_035]);
  expect(Object.keys(answer.body.errors ?? {})).toEqual([field]);
});

test("the error of a field says what Discord says", async () => {
  expect((await post({ content: "x".repeat(2001) })).body).toEqual({
    code: 50_035,
    message: "Invalid Form Body",
    errors: {
      content: { _errors: [{ code: "BASE_TYPE_BAD_LENGTH", message: "Must be 2000 or fewer in length." }] },
    },
  });
});

test.each([
  ["nothing", {}],
  ["white space", { content: " \n " }],
  ["null", { content: null }],
])("a message of %s is refused with 50006", async (_what, body) => {
  const answer = await post(body);
  expect([answer.status, answer.body.code]).toEqual([400, 50_006]);
});

test("what discord.js always sends is accepted", async () => {
  const body = {
    content: "x",
    tts: false,
    enforce_nonce: false,
    flags: 0,
    embeds: [],
    components: [],
    sticker_ids: [],
  };
  expect((await post(body)).status).toBe(200);
});

test("the same enforced nonce is the same message for a few minutes, and then another", async () => {
  const body = { content: "once", nonce: "n1", enforce_nonce: true };
  const first = await post(body);
  expect((await post(body)).body.id).toBe(first.body.id);
  expect((await post({ ...body, enforce_nonce: false })).body.id).not.toBe(first.body.id);
  await clock.advance(6 * 60_000);
  expect((await post(body)).body.id).not.toBe(first.body.id);
});

test("an edit is refused for others' messages, too much text and nothing at all", async () => {
  const own = await post({ content: "mine" });
  const others = await discord.person("Alice").say(general, "hers");
  const patch = async (id: unknown, body: unknown) => {
    const answer = await ask("PATCH", `/channels/${general}/messages/${id}`, body);
    return [answer.status, answer.body.code];
  };
  expect(await patch(others.id, { content: "x" })).toEqual([403, 50_005]);
  expect(await patch(own.body.id, { content: "x".repeat(2001) })).toEqual([400, 50_035]);
  expect(await patch(own.body.id, { content: "" })).toEqual([400, 50_006]);
  expect(await patch(NOBODY, { content: "x" })).toEqual([404, 10_008]);
  expect(await patch(own.body.id, { components: [text("v2")] })).toEqual([400, 50_035]);
});

test("v2 cannot be unset, and its content cannot come back", async () => {
  const sent = await post({ flags: V2, components: [text("hello")] });
  const answer = await ask("PATCH", `/channels/${general}/messages/${sent.body.id}`, {
    content: "x",
    flags: 0,
  });
  expect([answer.status, answer.body.code]).toEqual([400, 50_035]);
});

test("mentions ping by allowed_mentions, and an edit without it pings by default again", async () => {
  const alice = discord.person("Alice").id;
  const sent = await post({ content: `<@${alice}> @everyone`, allowed_mentions: { parse: [] } });
  expect([sent.body.mentions, sent.body.mention_everyone]).toEqual([[], false]);
  const edited = await ask("PATCH", `/channels/${general}/messages/${sent.body.id}`, {
    content: `<@${alice}> @everyone`,
  });
  expect(edited.body.mention_everyone).toBe(true);
  expect(discord.messages(general).at(-1)?.mentionIds).toEqual([alice]);
});

test("a reply knows what it replies to, and pings its author unless told otherwise", async () => {
  const question = await discord.person("Bob").say(general, "why?");
  const reply = (extra: object) =>
    post({ content: "so", message_reference: { message_id: question.id }, ...extra });
  expect((await reply({})).body.mentions).toHaveLength(1);
  const quiet = await reply({ allowed_mentions: { parse: ["users"], replied_user: false } });
  expect([quiet.body.type, quiet.body.mentions]).toEqual([19, []]);
  expect(discord.messages(general).at(-1)?.repliesTo?.content).toBe("why?");
});

test("lists come newest first, and before, after and around exclude each other", async () => {
  const side = discord.addChannel("lists").id;
  const alice = discord.person("Alice");
  const said = [];
  for (const word of ["a", "b", "c", "d", "e"]) said.push(await alice.say(side, word));
  const list = async (query: string) => {
    const answer = await ask("GET", `/channels/${side}/messages?${query}`);
    return Array.isArray(answer.body) ? answer.body.map(({ content }) => content).join("") : answer.status;
  };
  expect(await list("limit=2")).toBe("ed");
  expect(await list(`after=${said[1]?.id}&limit=2`)).toBe("dc");
  expect(await list(`before=${said[2]?.id}`)).toBe("ba");
  expect(await list(`around=${said[2]?.id}&limit=3`)).toBe("dcb");
  expect(await list(`before=${said[2]?.id}&after=${said[0]?.id}`)).toBe(400);
  expect(await list("limit=101")).toBe(400);
  discord.setPermissions({ channel: side, who: "@everyone", deny: ["ReadMessageHistory"] });
  discord.setRole("Rapport", ["ViewChannel", "SendMessages"]);
  expect(await list("limit=2")).toBe("");
});

test("an attachment's link is signed and goes stale after a day", async () => {
  await discord
    .person("Bob")
    .say(general, "see", { attachments: [{ name: "../a b.txt", data: Buffer.from("data") }] });
  const [attachment] = discord.messages(general).at(-1)?.attachments ?? [];
  expect(attachment?.filename).toBe("a_b.txt");
  const status = async (url = "") => (await fetch(url)).status;
  expect(await status(attachment?.url)).toBe(200);
  await clock.advance(25 * 60 * 60_000);
  expect(await status(attachment?.url)).toBe(404);
  expect(await status(discord.messages(general).at(-1)?.attachments[0]?.url)).toBe(200);
});

test("an edit keeps the attachments that it lists, drops the others, and a refused one changes nothing", async () => {
  const form = new FormData();
  const listed = [{ id: "0", description: "first" }, { id: "1" }];
  form.set("payload_json", JSON.stringify({ attachments: listed }));
  for (const [index, name] of ["a.txt", "b.txt"].entries())
    form.set(`files[${index}]`, new Blob([name]), name);
  const headers = { authorization: `Bot ${discord.token}` };
  const url = `${discord.url}/v10/channels/${general}/messages`;
  await fetch(url, { method: "POST", body: form, headers });
  const shown = () => discord.messages(general).at(-1);
  const [first, second] = shown()?.attachments ?? [];
  expect([first?.description, second?.filename]).toEqual(["first", "b.txt"]);
  const patch = (body: object) => ask("PATCH", `/channels/${general}/messages/${shown()?.id}`, body);
  expect((await patch({ attachments: [] })).body.code).toBe(50_006);
  expect((await patch({ attachments: [{ id: NOBODY }] })).body.code).toBe(50_035);
  expect(await (await fetch(first?.url ?? "")).text()).toBe("a.txt");
  await patch({ content: "text only" });
  expect(shown()?.attachments).toHaveLength(2);
  await patch({ attachments: [{ id: second?.id }] });
  expect(shown()?.attachments.map(({ filename }) => filename)).toEqual(["b.txt"]);
  expect((await fetch(first?.url ?? "")).status).toBe(404);
});

test("an upload beyond 10 MiB is refused with 40005", async () => {
  const form = new FormData();
  form.set("payload_json", "{}");
  form.set("files[0]", new Blob([new Uint8Array(10 * 1024 * 1024 + 1)]), "big.bin");
  const headers = { authorization: `Bot ${discord.token}` };
  const answer = await fetch(`${discord.url}/v10/channels/${general}/messages`, {
    method: "POST",
    body: form,
    headers,
  });
  expect([answer.status, await answer.json()]).toEqual([
    413,
    { code: 40_005, message: "Request entity too large" },
  ]);
});

test("a body that is no JSON is refused", async () => {
  const headers = { authorization: `Bot ${discord.token}`, "content-type": "application/json" };
  const answer = await fetch(`${discord.url}/v10/channels/${general}/messages`, {
    method: "POST",
    body: "{",
    headers,
  });
  expect(await answer.json()).toMatchObject({ code: 50_109 });
});
