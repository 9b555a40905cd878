import { scriptedModel } from "@rapport/letta-server";
import { ManualClock } from "@rapport/testing";
import { afterEach, expect, test } from "vitest";
import { GatedModel } from "./fixtures/gated-model.ts";
import {
  collect,
  frameOf,
  type LettaFixture,
  lettaFixtures,
  refusal,
  type Seen,
  stopOf,
  textOf,
  types,
} from "./fixtures/letta-fixture.ts";

const openHouse = lettaFixtures();

const THREE_HOURS_MS = 3 * 3_600_000;

let fixture: LettaFixture;
afterEach(() => fixture.close());

test("a run in the background numbers what it says, and can be read again from any number", async () => {
  fixture = await openHouse();
  const { conversationId } = await fixture.meet();
  const events = await fixture.ask(conversationId, "TOOL:conversation_search", { background: true });
  const numbered = events.filter(({ seq_id }) => typeof seq_id === "number" && seq_id > 0);
  expect(numbered.map(({ seq_id }) => seq_id)).toEqual([1, 2, 3]);
  const runId = String(events[0]?.run_id);
  const again = await collect(await fixture.letta.runs.messages.stream(runId, { starting_after: 2 }));
  expect(types(again)).toEqual(["ping", "assistant_message", "stop_reason", "usage_statistics"]);
});

test("the same otids are one turn in the background: three sends, three equal streams", async () => {
  const model = new GatedModel();
  fixture = await openHouse({ model });
  const { agentId, conversationId } = await fixture.meet();
  const message = { role: "user", content: "once", otid: "discord:g:c:1" };
  const sends = [1, 2, 3].map(() => fixture.send(conversationId, [message], { background: true }));
  (await model.next()).answer(["only ", "once"]);
  const streams = await Promise.all(sends);
  expect(streams.map(textOf)).toEqual(["only once", "only once", "only once"]);
  expect(await fixture.history(agentId, { conversation_id: conversationId })).toHaveLength(3);
});

test("an otid is global: in another conversation it replays the first one's answer", async () => {
  fixture = await openHouse();
  const { agentId, conversationId } = await fixture.meet();
  const other = await fixture.letta.conversations.create({ agent_id: agentId });
  const send = (id: string, content: string) =>
    fixture.send(id, [{ role: "user", content, otid: "1" }], { background: true });
  await send(conversationId, "secret");
  expect(textOf(await send(other.id, "something else"))).toBe("echo: secret");
});

test("in the foreground the same otid runs again", async () => {
  fixture = await openHouse();
  const { agentId, conversationId } = await fixture.meet();
  for (let time = 0; time < 2; time += 1) {
    await fixture.send(conversationId, [{ role: "user", content: "twice", otid: "discord:g:c:2" }]);
  }
  expect(await fixture.history(agentId, { conversation_id: conversationId })).toHaveLength(5);
});

test("a failed otid replays its error for three hours", async () => {
  fixture = await openHouse();
  const { conversationId } = await fixture.meet();
  const send = (content: string) =>
    fixture.send(conversationId, [{ role: "user", content, otid: "x:1" }], { background: true });
  await frameOf(send("ERR500"));
  expect(await frameOf(send("fine now"))).toMatchObject({ error_type: "llm_error" });
  await fixture.clock.advance(THREE_HOURS_MS + 1);
  expect(textOf(await send("fine now"))).toBe("echo: fine now");
});

test("a second reader joins by otid, by run id, or by asking for the active run", async () => {
  const model = new GatedModel();
  fixture = await openHouse({ model });
  const { conversationId } = await fixture.meet();
  const first = fixture.send(conversationId, [{ role: "user", content: "one", otid: "a:1" }], {
    background: true,
  });
  const waiting = await model.next();
  const readers = await Promise.all([
    fixture.letta.conversations.messages.stream(conversationId, {}),
    fixture.letta.conversations.messages.stream(conversationId, { otid: "a:1" }),
  ]);
  const reading = readers.map((reader) => collect(reader));
  waiting.answer(["one"]);
  for (const events of [await first, ...(await Promise.all(reading))]) expect(textOf(events)).toBe("one");
});

test("a foreground run cannot be resumed: 400 without an id, and pings for ever with one", async () => {
  const model = new GatedModel();
  fixture = await openHouse({ model });
  const { conversationId } = await fixture.meet();
  expect(await refusal(fixture.letta.conversations.messages.stream(conversationId, {}))).toEqual({
    status: 400,
    body: { detail: "INVALID_ARGUMENT: No active runs found for this conversation." },
  });
  const stream = await fixture.letta.conversations.messages.create(conversationId, {
    messages: [{ role: "user", content: "one" }],
  });
  const waiting = await model.next();
  const active = await refusal(fixture.letta.conversations.messages.stream(conversationId, {}));
  expect(active.body).toMatchObject({ detail: expect.stringMatching(/not created in background mode/) });

  const [run] = (await fixture.letta.runs.list({ conversation_id: conversationId })).items;
  const hanging = await fixture.letta.runs.messages.stream(run?.id ?? "", {});
  waiting.answer(["one"]);
  await collect(stream);
  const seen: Seen[] = [];
  for await (const event of hanging) {
    seen.push(event as unknown as Seen);
    if (seen.length === 3) break;
    while (fixture.clock.sleeping === 0) await new Promise(setImmediate);
    await fixture.clock.advance(20_000);
  }
  expect(types(seen)).toEqual(["ping", "ping", "ping"]);
});

test("resuming is refused with 404, 410 and, without Redis, 503", async () => {
  fixture = await openHouse();
  const { conversationId } = await fixture.meet();
  const resume = (query: object) => fixture.letta.conversations.messages.stream(conversationId, query);
  expect((await refusal(resume({ otid: "never" }))).status).toBe(404);
  const [ping] = await fixture.ask(conversationId, "old", { background: true });
  await fixture.clock.advance(THREE_HOURS_MS + 1);
  expect(await refusal(resume({ run_id: String(ping?.run_id) }))).toEqual({
    status: 410,
    body: { detail: "Run was created more than 3 hours ago, and is now expired." },
  });
  await fixture.close();
  fixture = await openHouse({ redis: false });
  const bare = await fixture.meet();
  const sent = fixture.ask(bare.conversationId, "hello", { background: true });
  expect(await refusal(sent)).toMatchObject({
    status: 503,
    body: { detail: expect.stringMatching(/^Background streaming requires Redis to be running/) },
  });
  const known = fixture.letta.conversations.messages.stream(bare.conversationId, { otid: "any" });
  expect((await refusal(known)).status).toBe(503);
});

test("a cancelled run in the background stops for all of its readers", async () => {
  const clock = new ManualClock();
  fixture = await openHouse({ clock, model: scriptedModel({ clock }) });
  const { conversationId } = await fixture.meet();
  const first = fixture.ask(conversationId, "SLOW3 one", { background: true });
  while (clock.sleeping < 1) await new Promise(setImmediate);
  const second = collect(await fixture.letta.conversations.messages.stream(conversationId, {}));
  await fixture.letta.conversations.cancel(conversationId);
  await clock.advance(3_000);
  for (const events of [await first, await second]) {
    expect(stopOf(events)).toBe("cancelled");
    expect(types(events)).not.toContain("usage_statistics");
  }
});
