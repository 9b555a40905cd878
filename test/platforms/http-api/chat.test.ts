import { scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { allOf, Caller, painted } from "../../harness/caller.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

let server: TestServer;
let bot: TestBot;
let caller: Caller;

beforeAll(async () => {
  server = await storyServer();
  bot = await startBot(server, { model: scriptedModel({ clock: systemClock }) });
  caller = new Caller(bot);
});

afterAll(async () => {
  await bot.stop();
  await server.close();
});

const ADA = { persona: "personal_assistant" } as const;
const timesAsked = (words: string) =>
  bot.letta.requestsToModel.filter(({ messages }) => messages.at(-1)?.content.includes(words)).length;
const bindingsOf = (place: string) => bot.storage.bindings.list(place);

describe("a message to a persona", () => {
  test("is answered, in a conversation that has a name from then on", async () => {
    const { status, body } = await caller.says({ ...ADA, message: "hello there" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      persona: "personal_assistant",
      state: "answered",
      message: "echo: [User] hello there",
    });
    expect(body.conversation_id).toMatch(/^\w{32}$/);
    const next = await caller.says({ ...ADA, message: "and again", conversation_id: body.conversation_id });
    expect(next.body.conversation_id).toBe(body.conversation_id);
    expect(await bindingsOf(`web.*/${body.conversation_id}/personal_assistant`)).toHaveLength(1);
  });

  test("may name the persona by its name, and the conversation and the speaker as the caller does", async () => {
    const said = { persona: "Ada", conversation_id: "trip-2026", user: "u-17", user_name: "Alice" };
    const { body } = await caller.says({ ...said, message: "pack my bag" });
    expect(body).toMatchObject({ conversation_id: "trip-2026", message: "echo: [Alice] pack my bag" });
  });

  test("is streamed as it is written, when that is asked for", async () => {
    const events = await allOf(await caller.listens({ ...ADA, message: "DRIP one two three" }));
    expect(events.filter(({ event }) => event === "text").length).toBeGreaterThan(1);
    const names = events.map(({ event }) => event);
    expect(names[0]).toBe("accepted");
    expect(names.at(-1)).toBe("done");
    expect(events[0]?.data).toMatchObject({ message: "" });
    const done = events.at(-1)?.data;
    expect(done).toMatchObject({ state: "answered", id: events[0]?.data.id });
    expect(painted(events)).toBe(done?.message);
  });
});

describe("a request that is repeated under its key", () => {
  const key = { "idempotency-key": "order-66" };

  test("is answered once, with the answer it got, in the conversation it began", async () => {
    const said = { ...ADA, message: "only once", user: "retry" };
    const [first, second] = await Promise.all([caller.says(said, key), caller.says(said, key)]);
    const later = await caller.says(said, key);
    expect(second.body).toEqual(first.body);
    expect(later.body).toEqual(first.body);
    expect(first.body.message).toBe("echo: [retry] only once");
    expect(timesAsked("only once")).toBe(1);
    const streamed = await allOf(await caller.listens(said, key));
    expect(streamed.map(({ event }) => event)).toEqual(["accepted", "text", "done"]);
  });

  test("is another's when somebody else uses that key, and a mistake when it says something else", async () => {
    const other = await caller.says({ ...ADA, message: "mine", user: "somebody-else" }, key);
    expect(other.body.message).toBe("echo: [somebody-else] mine");
    const changed = await caller.says({ ...ADA, message: "something else", user: "retry" }, key);
    expect(changed).toMatchObject({ status: 422, body: { code: "invalid_input" } });
    expect(changed.body.detail).toContain("Idempotency-Key");
  });

  test("gets its failure again", async () => {
    const said = { ...ADA, message: "ERR500 again" };
    const failed = await caller.says(said, { "idempotency-key": "fails" });
    expect(failed).toMatchObject({ status: 502, body: { code: "model_failed" } });
    expect(failed.body.detail).toMatch(/model/i);
    expect(failed.body.detail).not.toMatch(/Traceback|provider_|\{|http/);
    expect((await caller.says(said, { "idempotency-key": "fails" })).body).toEqual(failed.body);
    const told = await caller.asks(failed.headers.get("location") ?? "");
    expect(told).toMatchObject({ status: 200, body: { state: "failed", message: failed.body.detail } });
    const events = await allOf(await caller.listens(said, { "idempotency-key": "fails" }));
    expect(events.at(-1)).toMatchObject({ event: "failed", data: { message: failed.body.detail } });
  });
});

describe("who waits", () => {
  test("is told where to ask when the answer takes longer, and may come back to it", async () => {
    const said = { ...ADA, message: "DRIP in good time", user: "patient" };
    const { status, headers, body } = await caller.says(said, { prefer: "respond-async" });
    expect(status).toBe(202);
    expect(body).toMatchObject({ state: "waiting", message: "" });
    const location = headers.get("location") ?? "";
    const events = await allOf(await caller.follows(location));
    expect(painted(events)).toBe("echo: [patient] DRIP in good time");
    expect((await caller.asks(location)).body).toMatchObject({ id: body.id, state: "answered" });
    expect((await caller.gets(`/api/messages/${body.id}`, { user: "curious" })).status).toBe(404);
    expect((await caller.gets(`/api/messages/${body.id}`)).status).toBe(404);
  });

  test("may leave: what was accepted is answered all the same", async () => {
    const leaving = new AbortController();
    const conversation = { conversation_id: "left" };
    const stream = await caller.listens({ ...ADA, ...conversation, message: "DRIP am I alone" });
    expect((await stream.next()).value).toMatchObject({ event: "accepted" });
    await stream.return(undefined);
    const waiting = caller.asks("/api/chat", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...ADA, ...conversation, message: "me too" }),
      signal: leaving.signal,
    });
    leaving.abort();
    await waiting.catch(() => undefined);
    await bot.idle();
    const { body } = await caller.gets("/api/conversation/history", conversation);
    expect(JSON.stringify(body.messages)).toContain("echo: [User] DRIP am I alone");
  });

  test("with others in one conversation gets the answer that answers them all", async () => {
    const conversation = { conversation_id: "burst" };
    await caller.says({ ...ADA, ...conversation, message: "first" });
    const answers = await Promise.all(
      ["one", "two", "three"].map((message) => caller.says({ ...ADA, ...conversation, message })),
    );
    for (const [index, word] of ["one", "two", "three"].entries()) {
      expect(answers[index]).toMatchObject({ status: 200, body: { state: "answered" } });
      expect(answers[index]?.body.message).toContain(word);
    }
  });
});

describe("commands", () => {
  test("work as text, about the persona that is spoken to", async () => {
    const said = { persona: "story_keeper", conversation_id: "commands", user: "typist" };
    await caller.says({ ...said, message: "once upon a time" });
    const shown = await caller.says({ ...said, message: "!memory show" });
    expect(shown).toMatchObject({ status: 200, body: { state: "answered" } });
    expect(shown.body.message).toContain("Orin");
    const exported = await caller.says({ ...said, message: "!conversation export" });
    expect(exported.body.files).toMatchObject([{ name: "conversation.md" }]);
    const before = await bindingsOf("web.typist/commands/story_keeper");
    await caller.says({ ...said, message: "!conversation new" });
    const after = await bindingsOf("web.typist/commands/story_keeper");
    expect(after[0]?.conversation).not.toBe(before[0]?.conversation);
    const wrong = await caller.says({ ...said, message: "!memory juggle" });
    expect(wrong.body.message).toContain("`!memory` takes one of");
  });

  test("that need a form are refused with what does the same", async () => {
    const refused = await caller.says({ ...ADA, message: "!persona create" });
    expect(refused.body.message).toMatch(/^Personas are written in a form.*`PUT \/api\/personas\/\{key\}`/);
  });

  test("manage nothing, whoever passes them on", async () => {
    const refused = await caller.says({ ...ADA, message: "!persona export personal_assistant" });
    expect(refused.body.message).toContain("Only admins may do that");
    const prompt = await caller.says({
      ...ADA,
      conversation_id: "trip-2026",
      user: "u-17",
      message: "!memory show prompt",
    });
    expect(prompt.body.message).toContain("Only those who may edit this persona");
  });
});
