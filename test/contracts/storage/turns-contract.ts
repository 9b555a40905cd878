import { expect, test } from "vitest";
import { MessageId, PlaceId, RunId, TurnId } from "../../../src/core/domain/model.ts";
import type { Storage } from "../../../src/storage/storage.ts";
import { eventId, place, turn } from "../../storage/servers/samples.ts";

const id = (text: string) => TurnId.parse(text);
const messageId = (text: string) => MessageId.parse(text);

/** What holds for turns, on every database. */
export function turnsContract(storage: () => Storage): void {
  test("a turn that begins again is given what its first attempt left", async () => {
    const { turns } = storage();
    const fresh = turn("t-again");
    expect(await turns.begin(fresh)).toEqual(fresh);
    await turns.change(fresh.id, { state: "asked", text: "Ahoy" });
    await turns.delivered(fresh.id, { part: 0, message: messageId("m-1"), text: "Ahoy" });
    expect(await turns.begin(turn("t-again", { text: "something else" }))).toEqual({
      ...fresh,
      state: "asked",
      text: "Ahoy",
      deliveries: [{ part: 0, message: "m-1", text: "Ahoy" }],
    });
  });

  test("a change touches what it gives, and nothing else", async () => {
    const { turns } = storage();
    const before = await turns.begin(turn("t-change"));
    const thread = place("web:thread", { kind: "thread", parent: "web:general" });
    const asked = turn("t-change", { agent: "agent-1", conversation: "conv-1", run: "run-1" });
    const { agent, conversation, run } = asked;
    await turns.change(before.id, {
      state: "asked",
      place: thread,
      target: { thread: 1 },
      otids: ["a", "b"],
    });
    await turns.change(before.id, { agent, conversation, run, stopped: true, outcome: "stopped" });
    await turns.change(before.id, {});
    const expected = {
      ...before,
      state: "asked",
      place: thread,
      target: { thread: 1 },
      otids: ["a", "b"],
      stopped: true,
      outcome: "stopped",
    };
    expect(await turns.get(before.id)).toEqual({ ...expected, agent, conversation, run });
    await turns.change(before.id, { run: undefined });
    expect(await turns.get(before.id)).toEqual({ ...expected, agent, conversation });
    expect((await turns.latest(thread))?.id).toBe("t-change");
  });

  test("a turn that has ended keeps its state, but may be shown better", async () => {
    const { turns } = storage();
    for (const end of ["delivered", "failed"] as const) {
      const { id: ended } = await turns.begin(turn(`t-${end}`));
      await turns.change(ended, { state: end });
      await turns.change(ended, { state: "asked", text: "late" });
      expect(await turns.get(ended)).toMatchObject({ state: end, text: "late" });
    }
  });

  test("a turn that is not there cannot be changed in silence", async () => {
    await expect(storage().turns.change(id("t-none"), { state: "asked" })).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await storage().turns.get(id("t-none"))).toBeUndefined();
  });

  test("whoever notes the run of a turn learns whether somebody stopped it", async () => {
    const { turns } = storage();
    const run = RunId.parse("run-1");
    const { id: started } = await turns.begin(turn("t-started"));
    expect(await turns.started(started, run)).toEqual({ stopped: false });
    expect(await turns.get(started)).toMatchObject({ run });
    await turns.change(started, { stopped: true });
    expect(await turns.started(started, run)).toEqual({ stopped: true });
  });

  test("what changes in a turn stands in no index: its updates leave nothing behind there", async () => {
    const { rows } = await storage().query(
      "select indexdef from pg_indexes where schemaname = 'rapport' and tablename = 'turn'",
    );
    const changing =
      /\b(state|target|persona|agent|conversation|run|otids|quiet|answer|outcome|stopped|asked_at)\b/;
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.filter(({ indexdef }) => changing.test(String(indexdef)))).toEqual([]);
  });

  test("text of a model may hold NUL and half an emoji", async () => {
    const { turns } = storage();
    const { id: odd } = await turns.begin(turn("t-odd", { text: "a\0b" }));
    await turns.change(odd, { text: `x\0${"🙂".slice(0, 1)}`, otids: ["\0"] });
    await turns.delivered(odd, { part: 0, message: messageId("m-odd"), text: "\0🙂" });
    expect(await turns.get(odd)).toMatchObject({
      text: "x\uFFFD",
      otids: [""],
      deliveries: [{ text: "🙂" }],
    });
  });

  test("the newest turn of a place is found, and the newest that still runs", async () => {
    const { turns } = storage();
    const here = place("web:latest");
    expect(await turns.latest(here)).toBeUndefined();
    for (const name of ["t-l1", "t-l2", "t-l3"]) await turns.begin(turn(name, { place: here }));
    await turns.begin(turn("t-elsewhere", { place: place("web:elsewhere") }));
    await turns.change(id("t-l3"), { state: "delivered" });
    expect((await turns.latest(here))?.id).toBe("t-l3");
    expect((await turns.latest(here, "running"))?.id).toBe("t-l2");
    await turns.change(id("t-l2"), { state: "answered" });
    expect((await turns.latest(here, "running"))?.id).toBe("t-l2");
    await turns.change(id("t-l2"), { state: "failed" });
    expect((await turns.latest(here, "running"))?.id).toBe("t-l1");
  });

  test("the turn behind a message is found in its place, by every part and after a repost", async () => {
    const { turns } = storage();
    const here = place("web:shown");
    await turns.begin(turn("t-shown", { place: here }));
    await turns.delivered(id("t-shown"), { part: 1, message: messageId("m-second"), text: "two" });
    await turns.delivered(id("t-shown"), { part: 0, message: messageId("m-first"), text: "one" });
    await turns.delivered(id("t-shown"), { part: 1, message: messageId("m-reposted"), text: "two!" });
    expect((await turns.byMessage(here, messageId("m-first")))?.deliveries).toEqual([
      { part: 0, message: "m-first", text: "one" },
      { part: 1, message: "m-reposted", text: "two!" },
    ]);
    expect((await turns.byMessage(here, messageId("m-reposted")))?.id).toBe("t-shown");
    expect(await turns.byMessage(here, messageId("m-second"))).toBeUndefined();
    expect(await turns.byMessage(place("web:other"), messageId("m-first"))).toBeUndefined();
  });

  test("the turn that answers an event is found by it, in its place, while what was said is kept", async () => {
    const { turns, query } = storage();
    const here = place("web:asked");
    const said = turn("x").events.map((event) => ({ ...event, place: here }));
    const events = ["e-one", "e-two"].flatMap((each) => said.map((event) => ({ ...event, id: each })));
    await turns.begin(turn("t-asked", { place: here, events }));
    for (const each of ["e-one", "e-two"])
      expect((await turns.byEvent(here, eventId(each)))?.id).toBe("t-asked");
    expect(await turns.byEvent(here, eventId("e"))).toBeUndefined();
    expect(await turns.byEvent(place("web:other"), eventId("e-one"))).toBeUndefined();
    await query("update rapport.turn set events = '[]' where id = 't-asked'");
    expect(await turns.byEvent(here, eventId("e-one"))).toBeUndefined();
  });

  test("the turns of a place that goes on under another id are found there, with the messages that show them", async () => {
    const { turns } = storage();
    const [from, to] = [place("web:before"), place("web:after")];
    const events = turn("x").events.map((each) => ({ ...each, id: "said", place: from }));
    const kept = await turns.begin(turn("t-moved", { place: from, events }));
    await turns.delivered(kept.id, { part: 0, message: messageId("web:before/1"), text: "Ahoy" });
    await turns.begin(turn("t-elsewhere", { place: place("web:elsewhere") }));
    const renamed = (id: string) => id.replace("before", "after");
    for (let times = 0; times < 2; times += 1)
      await turns.move(from.id, {
        place: (each) => ({ ...each, id: PlaceId.parse(renamed(each.id)) }),
        target: () => ({ to: "after" }),
        message: (each) => messageId(renamed(each)),
        event: (each) => eventId(`${each}-new`),
      });
    const moved = await turns.byMessage(to, messageId("web:after/1"));
    expect(moved).toMatchObject({ id: kept.id, place: to, target: { to: "after" } });
    expect(await turns.byEvent(to, eventId("said-new"))).toEqual(moved);
    expect(await turns.latest(from)).toBeUndefined();
    expect((await turns.latest(place("web:elsewhere")))?.id).toBe("t-elsewhere");
  });

  test("recent places come newest first, of one tenant or under one channel", async () => {
    const { turns } = storage();
    const thread = (name: string, more = {}) =>
      place(`web:${name}`, { tenant: "recent", kind: "thread", parent: "web:hall", ...more });
    await turns.begin(turn("t-r1", { place: thread("old"), at: 1_000 }));
    await turns.begin(turn("t-r2", { place: thread("one"), at: 2_000 }));
    await turns.begin(turn("t-r3", { place: thread("two", { parent: "web:yard" }), at: 3_000 }));
    await turns.begin(turn("t-r4", { place: thread("one", { name: "renamed" }), at: 4_000 }));
    const where = { platform: "web", tenant: "recent", since: 1_500, limit: 5 };
    expect(await turns.recentPlaces(where)).toEqual([
      { place: thread("one", { name: "renamed" }), at: 4_000 },
      { place: thread("two", { parent: "web:yard" }), at: 3_000 },
    ]);
    expect(await turns.recentPlaces({ ...where, limit: 1 })).toHaveLength(1);
    expect(await turns.recentPlaces({ ...where, under: PlaceId.parse("web:yard") })).toHaveLength(1);
    expect(await turns.recentPlaces({ ...where, platform: "discord" })).toEqual([]);
  });

  test("what was said is erased after a week, the answer stays", async () => {
    const { turns, sweep } = storage();
    const day = 24 * 60 * 60 * 1_000;
    await turns.begin(turn("t-week", { at: Date.now() - 8 * day, text: "Ahoy" }));
    await turns.begin(turn("t-today", { at: Date.now() - 6 * day }));
    await sweep();
    expect(await turns.get(id("t-week"))).toMatchObject({ events: [], text: "Ahoy" });
    expect((await turns.get(id("t-today")))?.events).toHaveLength(1);
  });
}
