import { MessageFlags } from "discord-api-types/v10";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Form } from "../../../../src/core/domain/form.ts";
import type { Button, OutgoingMessage } from "../../../../src/core/ports/platform.ts";
import { buttonId, formId, hasKey } from "../../../../src/platforms/discord/interactions/custom-id.ts";
import { modalOf, valuesOf } from "../../../../src/platforms/discord/interactions/modal.ts";
import { authorFields, authorHeader } from "../../../../src/platforms/discord/messages/author.ts";
import {
  encode,
  ephemeral,
  MESSAGE_LENGTH,
  nonceOf,
} from "../../../../src/platforms/discord/messages/encode-message.ts";
import { commandOf } from "../../../../src/platforms/shared/messages/button-id.ts";

const saying = (text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  text,
  visibility: "public",
  ...more,
});
const AS_BOT = { ownName: false, key: "k" } as const;

test("the longest text fits with the longest header line", () => {
  const speaker = { name: "*".repeat(200), avatar: "👨‍👩‍👧‍👦" };
  const { content } = encode(saying("x".repeat(MESSAGE_LENGTH), { author: speaker }), AS_BOT);
  expect(content.length).toBeLessThanOrEqual(2_000);
  expect(content).toMatch(/x{1900}$/);
});

test("what is too long all the same is cut for all to see", () => {
  const { content } = encode(saying("x".repeat(2_500)), AS_BOT);
  expect(content).toBe(`${"x".repeat(1_999)}…`);
});

test("a name shows by itself or in a header line, never twice", () => {
  const speaker = { name: "Mira", avatar: "https://example.org/mira.png" };
  const webhook = encode(saying("Hi", { author: speaker }), { ownName: true, key: "k" });
  expect(webhook).toMatchObject({ content: "Hi", username: "Mira", avatar_url: speaker.avatar });
  expect(encode(saying("Hi", { author: speaker }), AS_BOT)).toEqual({
    content: "**Mira**\nHi",
    components: [],
    allowed_mentions: { parse: [], replied_user: false },
    flags: MessageFlags.SuppressEmbeds,
  });
});

test("a link is never fetched by Discord, wherever it stands and whoever sees it", () => {
  const link = saying("![](https://evil.example/?said=4711)", {
    author: { name: "Mira", avatar: undefined },
  });
  for (const ownName of [true, false]) {
    const body = encode(link, { ownName, key: "k" });
    expect(body.flags).toBe(MessageFlags.SuppressEmbeds);
    expect(ephemeral(body).flags).toBe(MessageFlags.SuppressEmbeds | MessageFlags.Ephemeral);
  }
});

test.each([
  ["Mira", undefined, { username: "Mira" }],
  ["Mira", "🦉", { username: "🦉 Mira" }],
  ["Mira", "http://example.org/a.png", { username: "Mira" }],
  ["clyde", undefined, { username: "Persona" }],
  ["Everyone", undefined, { username: "Persona" }],
  ["DisCord fan\n\u0007", undefined, { username: "fan" }],
  ["", "🦉", { username: "🦉 Persona" }],
])("the name %j with the avatar %j is shown as %j", (name, avatar, face) => {
  expect(authorFields({ name, avatar })).toEqual(face);
});

test("a name cannot write markdown into the header line", () => {
  expect(authorHeader({ name: "a** [x](https://x.y) @everyone", avatar: undefined })).toBe(
    "**a\\*\\* \\[x\\]\\(https\\://x.y\\) \\@everyone**\n",
  );
});

test("any name is one that Discord takes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (name) => {
      const { username } = authorFields({ name, avatar: "🦉" });
      expect(username).toMatch(/^.{1,80}$/u);
      expect(username.length).toBeLessThanOrEqual(80);
      expect(username).not.toMatch(/discord|clyde/i);
      expect(encodeURIComponent(username)).not.toBe("");
    }),
  );
});

test("a mark that stands open while an answer grows is shown closed", () => {
  expect(encode(saying("_Hello", { isStreaming: true }), AS_BOT).content).toBe("_Hello_");
  expect(encode(saying("_Hello"), AS_BOT).content).toBe("_Hello");
});

const button = (name: string): Button => ({
  label: "x".repeat(200),
  style: "danger",
  command: { name, action: "stop" },
});

test("buttons stand in rows of five", () => {
  const { components } = encode(saying("x", { buttons: ["a", "b", "c", "d", "e", "f"].map(button) }), AS_BOT);
  expect(components).toMatchObject([{ components: { length: 5 } }, { components: { length: 1 } }]);
  expect(components[1]).toMatchObject({
    components: [{ style: 4, custom_id: "f stop|k", label: `${"x".repeat(79)}…` }],
  });
});

test("a button's id gives its command back and shows whose message it is on", () => {
  const command = { name: "memory", action: "forget", options: { block: "a|b c=ü", id: "1" } };
  const id = buttonId(command, "7.x1");
  expect(commandOf(id)).toEqual(command);
  expect(hasKey(id, "7.x1")).toBe(true);
  expect(hasKey(id, "x1")).toBe(false);
  expect(commandOf(formId(command))).toEqual(command);
});

test("a command line leaves its key out rather than becoming too long, and is never cut", () => {
  const long = { name: "memory", action: "edit", options: { block: "x".repeat(78) } };
  expect(buttonId(long, "key.of.this.one")).toBe(formId(long));
  expect(() => formId({ ...long, options: { block: "x".repeat(100) } })).toThrow(/118 characters/);
});

test("a key is a nonce as it stands, or by its hash when it is too long", () => {
  expect(nonceOf("17.mb2k1.0")).toBe("17.mb2k1.0");
  expect(nonceOf("x".repeat(26))).toMatch(/^[\w-]{25}$/);
  expect(nonceOf("x".repeat(26))).not.toBe(nonceOf("x".repeat(27)));
});

const form = (value: string): Form => ({
  title: "t".repeat(60),
  command: { name: "memory", action: "edit" },
  fields: [{ name: "text", label: "l".repeat(60), kind: "paragraph", value, required: false }],
});

test("a form is cut where only its labels are too long, and refused where a value would be lost", () => {
  expect(modalOf(form("x".repeat(4_000)))).toMatchObject({
    title: `${"t".repeat(44)}…`,
    components: [{ type: 18, label: `${"l".repeat(44)}…`, component: { type: 4, max_length: 4_000 } }],
  });
  expect(() => modalOf(form("x".repeat(4_001)))).toThrow(/4001 characters/);
  const [field] = form("").fields;
  expect(() => modalOf({ ...form(""), fields: Array.from({ length: 6 }, () => field ?? never()) })).toThrow(
    /6 fields/,
  );
});

function never(): never {
  throw new Error("no field");
}

test("what was filled in is read from labels and from rows of older clients", () => {
  const components = [
    { component: { custom_id: "name", value: "Mira", values: undefined } },
    { component: { custom_id: "scope", value: undefined, values: ["me"] } },
    { component: { custom_id: "open", value: undefined, values: [] } },
    { components: [{ custom_id: "old", value: "", values: undefined }] },
    {},
  ];
  expect(valuesOf({ custom_id: "x", components })).toEqual({ name: "Mira", scope: "me", old: "" });
});
