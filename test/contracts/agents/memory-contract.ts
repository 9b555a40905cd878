import { afterAll, beforeAll, expect, test } from "vitest";
import { undoMemoryWrites } from "../../../src/core/agent/undo-writes.ts";
import {
  type AgentsUnderTest,
  codeOf,
  failureFrom,
  PIXEL,
  personaOf,
  read,
  said,
} from "./agents-under-test.ts";

/** What agents remember; what a persona wrote into its memory by itself is known, turn by turn. */
export function memoryContract(start: () => Promise<AgentsUnderTest>): void {
  let under: AgentsUnderTest;
  beforeAll(async () => {
    under = await start();
  });
  afterAll(() => under.close());

  test("what the agent wrote in one turn is told, and can be taken back; what others wrote stays", async () => {
    const agent = await under.agents.provisioning.ensure(personaOf(), {
      persona: "nia",
      scope: `writes-${Date.now()}`,
    });
    const conversation = await under.agents.provisioning.openConversation(agent, "a test");
    const { signal } = new AbortController();
    const say = async (text: string) => {
      const one = said(text);
      await read(under.agents.runs.send({ agent, conversation, input: [one], signal }));
      return one.otid;
    };
    await under.agents.memory.writeBlock(agent, "human", "Bob plays chess.");
    const one = await say("TOOL:memory_insert");
    const other = await say("hello");
    const written = { kind: "inserted", label: "human", text: "[Alice] likes tea" };
    expect(await under.agents.memory.turnWrites(agent, conversation, [one])).toEqual([written]);
    expect(await under.agents.memory.turnWrites(agent, conversation, [other])).toEqual([]);
    expect(await undoMemoryWrites(under.agents.memory, { agent, conversation }, [one])).toBe(1);
    const human = (await under.agents.memory.blocks(agent)).find(({ label }) => label === "human");
    expect(human?.value).toBe("Bob plays chess.");
  });

  test("what it wrote about pictures that its model does not take is told, too", async () => {
    const agent = await under.agents.provisioning.ensure(personaOf(), {
      persona: "nia",
      scope: `blind-${Date.now()}`,
    });
    const conversation = await under.agents.provisioning.openConversation(agent, "a test");
    const one = { ...said("BLIND TOOL:memory_insert"), images: [PIXEL] };
    const { signal } = new AbortController();
    await read(under.agents.runs.send({ agent, conversation, input: [one], signal }));
    expect(await undoMemoryWrites(under.agents.memory, { agent, conversation }, [one.otid])).toBe(1);
    const human = (await under.agents.memory.blocks(agent)).find(({ label }) => label === "human");
    expect(human?.value).toBe("");
  });

  test("what it archived is taken from the archive", async () => {
    const agent = await under.agents.provisioning.ensure(personaOf(), {
      persona: "nia",
      scope: `archive-${Date.now()}`,
    });
    const conversation = await under.agents.provisioning.openConversation(agent, "a test");
    const { signal } = new AbortController();
    const one = said("TOOL:archival_memory_insert");
    await read(under.agents.runs.send({ agent, conversation, input: [one], signal }));
    const [written] = await under.agents.memory.turnWrites(agent, conversation, [one.otid]);
    if (written?.kind !== "archived") throw new Error("nothing was archived");
    expect(written.since).toBeDefined();
    expect(await undoMemoryWrites(under.agents.memory, { agent, conversation }, [one.otid])).toBe(1);
    expect(await under.agents.memory.passages(agent, { limit: 10 })).toEqual([]);
  });

  test("passages are stored, listed, found by their words in any order, and deleted", async () => {
    const agent = await under.agents.provisioning.ensure(personaOf(), {
      persona: "nia",
      scope: `passages-${Date.now()}`,
    });
    const tea = await under.agents.memory.addPassage(agent, "Alice likes green tea", ["alice"]);
    await under.agents.memory.addPassage(agent, "Bob's cat is called Miso", []);
    const listed = await under.agents.memory.passages(agent, { limit: 10 });
    expect(listed.map(({ text }) => text)).toEqual(["Alice likes green tea", "Bob's cat is called Miso"]);
    expect(listed[0]).toMatchObject({ id: tea.id, tags: ["alice"] });
    const rest = await under.agents.memory.passages(agent, { limit: 10, after: tea.id });
    expect(rest.map(({ text }) => text)).toEqual(["Bob's cat is called Miso"]);
    const found = await under.agents.memory.searchPassages(agent, "TEA green", 5);
    expect(found).toMatchObject({ exact: true, passages: [{ id: tea.id }] });
    const nearest = await under.agents.memory.searchPassages(agent, "quantum physics", 5);
    expect(nearest.exact && nearest.passages.length > 0).toBe(false);
    await under.agents.memory.deletePassage(agent, tea.id);
    expect((await under.agents.memory.passages(agent, { limit: 10 })).map(({ id }) => id)).not.toContain(
      tea.id,
    );
    expect(codeOf(await failureFrom(under.agents.memory.addPassage(agent, "  ", [])))).toBe("invalid_input");
    expect(codeOf(await failureFrom(under.agents.memory.addPassage(agent, "x".repeat(30_000), [])))).toBe(
      "invalid_input",
    );
  });
}
