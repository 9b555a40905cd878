import { expect, test } from "vitest";
import { AgentId, PersonId, TurnId } from "../../../src/core/domain/model.ts";
import { recordKey } from "../../../src/core/domain/record-key.ts";
import { placeKey, StoredPersona, tenantKey } from "../../../src/core/domain/stored-records.ts";
import { Origin, passageKey } from "../../../src/core/ports/provenance-store.ts";
import type { Storage } from "../../../src/storage/storage.ts";
import {
  agentRecord,
  answerWith,
  binding,
  eventId,
  place,
  setting,
  turn,
} from "../../storage/servers/samples.ts";

const LEFT = { platform: "web", tenant: "left" };
const STAYS = { platform: "web", tenant: "stays" };
const DAY_MS = 86_400_000;
const alice = PersonId.parse("alice");

/** Something of everything that is kept of a tenant; `agent` learnt there. */
async function fill(storage: Storage, { tenant }: { tenant: string }, agent: string): Promise<void> {
  const at = (id: string) => place(`web:${tenant}-${id}`, { tenant });
  await storage.bindings.set(recordKey(at("one").id, "pirate"), {
    ...binding(`web:${tenant}-one`),
    place: at("one"),
    agent: AgentId.parse(agent),
  });
  await storage.settings.set(placeKey(at("one")), setting(at("one").id, { place: at("one") }));
  await storage.agents.set(recordKey("pirate", `workspace/web/${tenant}`), {
    ...agentRecord(agent),
    scope: `workspace/web/${tenant}`,
  });
  const persona = { key: "mira", name: "Mira", instructions: "x" };
  const made = { author: alice, authorName: "Alice", createdAt: "2026-01-01T10:00:00.000Z" };
  const home = `web/${tenant}`;
  await storage.personas.set(
    recordKey(home, "mira"),
    StoredPersona.parse({ persona, home, ...made, updatedAt: made.createdAt }),
  );
  await storage.tenants.set(tenantKey({ platform: "web", tenant }), { platform: "web", tenant, leftAt: 1 });
  await storage.turns.begin(turn(`t-${tenant}`, { place: at("one") }));
  await storage.provenance.note(
    Origin.parse({
      ...{ agent, line: passageKey(`p-${tenant}`), author: alice, askedBy: alice, event: "e", at: 1 },
      place: at("one"),
    }),
  );
  const waits = { lane: `erased-${tenant}`, id: eventId(`erased-${tenant}`), platform: "nowhere", cap: 9 };
  await storage.turnQueue.accept({ ...waits, payload: { event: { place: at("one"), text: "a secret" } } });
  const used = { person: alice, persona: "pirate", promptTokens: 1, completionTokens: 1, at: DAY_MS };
  await answerWith(storage, { ...used, place: at("one") });
}

/** How much of each kind is there. */
async function kept(storage: Storage, { tenant }: { tenant: string }, agent: string) {
  const where = place(`web:${tenant}-one`, { tenant });
  const counts = await Promise.all([
    storage.bindings.list(where.id),
    storage.settings.list(where.id),
    storage.agents.list("pirate", `workspace/web/${tenant}`),
    storage.personas.list(`web/${tenant}`),
    storage.tenants.list("web", tenant),
    storage.provenance.of(AgentId.parse(agent), [passageKey(`p-${tenant}`)]),
  ]);
  const { tenant: spent } = await storage.usage.spent(where, alice, { at: DAY_MS, maxAgeMs: 0 });
  const latest = await storage.turns.latest(where);
  let waiting = 0;
  await storage.turnQueue.revise(eventId(`erased-${tenant}`), (payload) => {
    waiting += 1;
    return payload;
  });
  return [...counts.map(({ length }) => length), spent.turns, latest ? 1 : 0, waiting];
}

/** What holds for the end of what is kept, on every database. */
export function tenantContract(storage: () => Storage): void {
  test("a tenant is erased whole, with the agents that learnt there alone, and no other", async () => {
    await fill(storage(), LEFT, "agent-left");
    await fill(storage(), STAYS, "agent-stays");
    // Learnt in both: it stays.
    const shared = { ...binding("web:left-two"), agent: AgentId.parse("agent-stays") };
    await storage().bindings.set(recordKey("web:left-two", "x"), {
      ...shared,
      place: place("web:left-two", { tenant: "left" }),
    });
    // Written to by an admin in a private channel; nobody talked with it there.
    await storage().agents.set(recordKey("pirate", "place/web:left-three"), {
      ...agentRecord("agent-quiet"),
      scope: "place/web:left-three",
      madeIn: LEFT,
    });
    const agents = await storage().tenantData.agentsOf(LEFT);
    expect([...agents].sort()).toEqual(["agent-left", "agent-quiet"]);
    await storage().tenantData.eraseTenant(LEFT, agents);
    expect(await kept(storage(), LEFT, "agent-left")).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(await storage().agents.list("pirate", "place/web:left-three")).toEqual([]);
    expect(await kept(storage(), STAYS, "agent-stays")).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  test("turns and figures are kept as long as their tenant says, else as long as the installation", async () => {
    const { turns, tenants, usage } = storage();
    const old = Date.now() - 40 * DAY_MS;
    const at = (tenant: string) => place(`web:kept-${tenant}`, { tenant });
    const policies = { short: { retentionDays: 30 }, ever: { retentionDays: 0 }, none: undefined };
    for (const [tenant, policy] of Object.entries(policies)) {
      await tenants.set(tenantKey({ platform: "web", tenant }), { platform: "web", tenant, policy });
      for (const state of ["delivered", "asked"])
        await turns.begin(turn(`t-${tenant}-${state}`, { place: at(tenant), at: old, state }));
      await answerWith(storage(), { place: at(tenant), person: alice, persona: "p", at: old });
    }
    const left = async () => {
      const all = Object.keys(policies).map(async (tenant) => {
        const ended = await turns.get(TurnId.parse(`t-${tenant}-delivered`));
        const { tenant: spent } = await usage.spent(at(tenant), alice, { at: old, maxAgeMs: 0 });
        return [tenant, ended !== undefined, spent.turns];
      });
      return Promise.all(all);
    };
    await storage().sweep(180);
    expect(await left()).toEqual([
      ["short", false, 0],
      ["ever", true, 1],
      ["none", true, 1],
    ]);
    await storage().sweep(35);
    expect(await left()).toEqual([
      ["short", false, 0],
      ["ever", true, 1],
      ["none", false, 0],
    ]);
    // What has not ended is somebody's to end.
    expect(await turns.get(TurnId.parse("t-none-asked"))).toBeDefined();
  });

  test("an answer that came too late is kept for a week, and goes with its tenant", async () => {
    const { lateAnswers, tenantData } = storage();
    const keep = (name: string, { tenant }: { tenant: string }, days: number) =>
      lateAnswers.set(recordKey("late-alice", name), {
        ...{ event: eventId(name), place: place(`web:${name}`, { tenant }), signature: "s" },
        ...{ at: Date.now() - days * DAY_MS, text: "a secret", files: [], isShown: false },
      });
    const left = async () => (await lateAnswers.list("late-alice")).map(({ event }) => event);
    await keep("old", STAYS, 8);
    await keep("new", STAYS, 6);
    await keep("theirs", LEFT, 0);
    await storage().sweep();
    expect(await left()).toEqual(["new", "theirs"]);
    await tenantData.eraseTenant(LEFT, []);
    expect(await left()).toEqual(["new"]);
  });

  test("what a deleted message said is kept no more, and what was said beside it is", async () => {
    const { turns } = storage();
    const [first] = turn("t-said").events;
    const second = { ...first, id: "e-second", text: "stays" };
    await turns.begin(turn("t-said", { events: [{ ...first, id: "e-gone", text: "a secret" }, second] }));
    await turns.forget(first!.id);
    await turns.forget(eventId("e-gone"));
    const events = (await turns.get(TurnId.parse("t-said")))?.events;
    expect(events).toMatchObject([
      { id: "e-gone", text: "", attachments: [] },
      { id: "e-second", text: "stays" },
    ]);
  });
}
