import { afterAll, beforeAll, expect, test } from "vitest";
import { undoMemoryWrites } from "../../../src/core/agent/undo-writes.ts";
import { type AgentsUnderTest, PIXEL, personaOf, read, said } from "./agents-under-test.ts";

/** What a persona wrote into its memory by itself is known to us, turn by turn. */
export function memoryWritesContract(start: () => Promise<AgentsUnderTest>): void {
  let under: AgentsUnderTest;
  beforeAll(async () => {
    under = await start();
  });
  afterAll(() => under.close());

  test("what the agent wrote in one turn is told, and can be taken back; what others wrote stays", async () => {
    const agent = await under.agents.ensure(personaOf(), { persona: "nia", scope: `writes-${Date.now()}` });
    const conversation = await under.agents.openConversation(agent, "a test");
    const { signal } = new AbortController();
    const say = async (text: string) => {
      const one = said(text);
      await read(under.agents.send({ agent, conversation, input: [one], signal }));
      return one.otid;
    };
    await under.agents.writeBlock(agent, "human", "Bob plays chess.");
    const one = await say("TOOL:memory_insert");
    const other = await say("hello");
    const written = { kind: "inserted", label: "human", text: "[Alice] likes tea" };
    expect(await under.agents.memoryWrites(agent, conversation, [one])).toEqual([written]);
    expect(await under.agents.memoryWrites(agent, conversation, [other])).toEqual([]);
    expect(await undoMemoryWrites(under.agents, { agent, conversation }, [one])).toBe(1);
    const human = (await under.agents.blocks(agent)).find(({ label }) => label === "human");
    expect(human?.value).toBe("Bob plays chess.");
  });

  test("what it wrote about pictures that its model does not take is told, too", async () => {
    const agent = await under.agents.ensure(personaOf(), { persona: "nia", scope: `blind-${Date.now()}` });
    const conversation = await under.agents.openConversation(agent, "a test");
    const one = { ...said("BLIND TOOL:memory_insert"), images: [PIXEL] };
    const { signal } = new AbortController();
    await read(under.agents.send({ agent, conversation, input: [one], signal }));
    expect(await undoMemoryWrites(under.agents, { agent, conversation }, [one.otid])).toBe(1);
    const human = (await under.agents.blocks(agent)).find(({ label }) => label === "human");
    expect(human?.value).toBe("");
  });

  test("what it archived is taken from the archive", async () => {
    const agent = await under.agents.ensure(personaOf(), { persona: "nia", scope: `archive-${Date.now()}` });
    const conversation = await under.agents.openConversation(agent, "a test");
    const { signal } = new AbortController();
    const one = said("TOOL:archival_memory_insert");
    await read(under.agents.send({ agent, conversation, input: [one], signal }));
    const [written] = await under.agents.memoryWrites(agent, conversation, [one.otid]);
    if (written?.kind !== "archived") throw new Error("nothing was archived");
    expect(written.since).toBeDefined();
    expect(await undoMemoryWrites(under.agents, { agent, conversation }, [one.otid])).toBe(1);
    expect(await under.agents.passages(agent, { limit: 10 })).toEqual([]);
  });
}
