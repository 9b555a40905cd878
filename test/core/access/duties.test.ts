import { describe, expect, test } from "vitest";
import { eraseDueTenants, type Tenant } from "../../../src/core/access/tenant-erasure.ts";
import type { AgentId } from "../../../src/core/domain/model.ts";
import { tenantKey } from "../../../src/core/domain/stored-records.ts";
import { failure } from "../world/scripted-agents.ts";
import { alice, boss, channel, createWorld, message, thread, type World } from "../world/world.ts";

const DAY_MS = 24 * 60 * 60_000;
const guild = { platform: channel.platform, tenant: channel.tenant };

/** What the storage would do, noted. */
function data(world: World) {
  const erased: { tenant: Tenant; agents: readonly AgentId[] }[] = [];
  return {
    erased,
    agentsOf: async () => [...world.agents.made.keys()],
    async eraseTenant(tenant: Tenant, agents: readonly AgentId[]) {
      erased.push({ tenant, agents });
      await world.parts.tenants.delete(tenantKey(tenant));
    },
  };
}

describe("a tenant that the bot was removed from", () => {
  test("is erased after 14 days, its agents in Letta too, and not before", async () => {
    const world = createWorld();
    const kept = data(world);
    await world.says("hello");
    await world.inbox.tenantRemoved(guild);
    await world.clock.advance(13 * DAY_MS);
    // Told again, as after a restart: the clock runs on.
    await world.inbox.tenantRemoved(guild);
    await eraseDueTenants(world.parts, kept);
    expect(kept.erased).toEqual([]);
    await world.clock.advance(DAY_MS);
    await eraseDueTenants(world.parts, kept);
    expect(kept.erased).toMatchObject([{ tenant: guild, agents: ["agent-1"] }]);
    expect(world.agents.made.size).toBe(0);
    await eraseDueTenants(world.parts, kept);
    expect(kept.erased).toHaveLength(1);
  });

  test.each([
    ["it is told to be in it", (world: World) => world.inbox.tenantReturned(guild)],
    ["somebody speaks with it there", (world: World) => world.says("hello", { place: thread() })],
  ])("keeps everything when %s", async (_what, comes) => {
    const world = createWorld();
    await world.inbox.tenantRemoved(guild);
    await comes(world);
    await world.clock.advance(30 * DAY_MS);
    const kept = data(world);
    await eraseDueTenants(world.parts, kept);
    expect(kept.erased).toEqual([]);
  });

  test("is erased later when Letta is away, and what managers chose is kept until then", async () => {
    const world = createWorld();
    const kept = data(world);
    await world.says("hello");
    await world.runs("admin", "limits", { turns_each: 5 }, { author: boss, place: channel });
    await world.inbox.tenantRemoved(guild);
    await world.clock.advance(15 * DAY_MS);
    world.agents.failures.push({ method: "erase", error: failure("agent_unavailable") });
    await eraseDueTenants(world.parts, kept);
    expect(kept.erased).toEqual([]);
    expect((await world.parts.tenants.get(tenantKey(channel)))?.policy).toEqual({ turnsPerPerson: 5 });
    await eraseDueTenants(world.parts, kept);
    expect(kept.erased).toHaveLength(1);
  });

  test("has the agents made there, also those that nobody talked with", async () => {
    const world = createWorld();
    await world.runs("memory", "edit", { value: "our code is 4711" }, { author: boss, submitted: true });
    const [record] = await world.parts.agentRecords.list();
    expect(record?.madeIn).toEqual(guild);
  });

  test("is no tenant that nothing was heard of", async () => {
    const world = createWorld();
    await world.inbox.tenantReturned(guild);
    await world.clock.advance(300 * DAY_MS);
    const kept = data(world);
    await eraseDueTenants(world.parts, kept);
    expect([kept.erased, await world.parts.tenants.list()]).toEqual([[], []]);
  });
});

describe("a persona that is deleted", () => {
  const edit = { author: boss, submitted: true };
  async function talked() {
    const world = createWorld();
    await world.runs("persona", "create", { name: "Mira", instructions: "x" }, edit);
    await world.runs("persona", "use", { name: "mira" });
    await world.says("a secret");
    expect(world.agents.made.size).toBe(1);
    return world;
  }

  test("takes its agents in Letta with it, and nobody else's", async () => {
    const world = await talked();
    await world.says("hello", { place: thread("ada") });
    await world.runs("persona", "delete", { name: "mira", sure: "yes" }, edit);
    expect([...world.agents.made.keys()]).toEqual(["agent-2"]);
    expect(await world.parts.agentRecords.list("mira")).toEqual([]);
  });

  test("takes them later when Letta is away", async () => {
    const world = await talked();
    world.agents.failures.push({ method: "erase", error: failure("agent_unavailable") });
    expect((await world.runs("persona", "delete", { name: "mira", sure: "yes" }, edit))?.text).toMatch(
      /is gone/,
    );
    expect(world.agents.made.size).toBe(1);
    await eraseDueTenants(world.parts, data(world));
    expect(world.agents.made.size).toBe(0);
  });
});

test("a message that is deleted where it was said leaves the turn that answered it", async () => {
  const world = createWorld();
  const said = message("my secret is 4711", { author: alice });
  await world.accept(said);
  await world.claim(said.id)();
  expect(JSON.stringify(world.latest()?.events)).toContain("4711");
  await world.inbox.revise(said.id, undefined);
  expect(JSON.stringify(world.latest()?.events)).not.toContain("4711");
});

test("help leads to the privacy page where there is one", async () => {
  const world = createWorld();
  expect((await world.runs("help"))?.text).not.toContain("https://");
  Object.assign(world.parts, { privacyUrl: "https://example.org/privacy" });
  expect((await world.runs("help"))?.text + JSON.stringify(world.platform.messages.at(-1)?.files)).toContain(
    "https://example.org/privacy",
  );
});
