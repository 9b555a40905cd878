import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunId } from "../../../src/core/domain/model.ts";
import type { Persona } from "../../../src/core/domain/persona.ts";
import type { AgentInput, ReplyEvent } from "../../../src/core/ports/agent/runs.ts";
import {
  type AgentsUnderTest,
  codeOf,
  failureFrom,
  PIXEL,
  type Place,
  personaOf,
  type Read,
  read,
  said,
  sentenceOf,
} from "./agents-under-test.ts";
import { memoryContract } from "./memory-contract.ts";

/** What the ports of agents must do, whatever the server; its model obeys the words of scripted-model.ts. */
export function agentsContract(start: () => Promise<AgentsUnderTest>): void {
  memoryContract(start);
  let under: AgentsUnderTest;
  beforeAll(async () => {
    under = await start();
  });
  afterAll(async () => under?.close());

  const made = async (
    persona: Partial<Persona> = {},
    tags = { persona: `nia-${randomUUID()}`, scope: "test" },
  ) => {
    const agent = await under.agents.provisioning.ensure(personaOf(persona), tags);
    return { agent, conversation: await under.agents.provisioning.openConversation(agent, "a test") };
  };
  const say = (place: Place, ...texts: readonly string[]) =>
    read(
      asking(
        place,
        texts.map((text) => said(text)),
      ),
    );
  const asking = (place: Place, what: readonly AgentInput[], signal = new AbortController().signal) =>
    under.agents.runs.send({ ...place, input: what, signal });

  describe("agents", () => {
    test("the server is well and has a model", async () => {
      const { version, model } = await under.agents.health.check();
      expect(version).toMatch(/^0\.16\./);
      expect(model).toBe(under.model);
    });

    test("an agent is made once and found again by its tags, also by another process", async () => {
      const tags = { persona: `acme/nia-${randomUUID()}`, scope: "workspace:acme" };
      const { agent } = await made({}, tags);
      expect(await under.agents.provisioning.ensure(personaOf(), tags)).toBe(agent);
      expect(await under.another.provisioning.ensure(personaOf(), tags)).toBe(agent);
      expect(
        await under.agents.provisioning.ensure(personaOf(), { ...tags, scope: "person:alice" }),
      ).not.toBe(agent);
    });

    test("a fresh agent has its blocks, its prompt and the archival tools", async () => {
      const place = await made({ description: "a calm friend", greeting: "Hello there." });
      const blocks = await under.agents.memory.blocks(place.agent);
      expect(blocks.map(({ label, readOnly }) => [label, readOnly]).toSorted()).toEqual([
        ["human", false],
        ["persona", true],
      ]);
      expect(blocks.find(({ label }) => label === "persona")?.value).toMatch(
        /Nia: a calm friend[\s\S]*Hello there\./,
      );
      expect(await under.agents.memory.systemPrompt(place.agent)).toMatch(/^Be concise\.[\s\S]*\[Alice\]/);
      await say(place, "hello");
      const { tools, system } = await lastAsked();
      expect(tools).toEqual(expect.arrayContaining(["archival_memory_insert", "archival_memory_search"]));
      expect(system).toMatch(/Be concise\.[\s\S]*several people[\s\S]*a calm friend/);
    });

    test("a key with other characters is refused", async () => {
      const refused = under.agents.provisioning.ensure(personaOf({ key: "a/b" }), {
        persona: "x",
        scope: "y",
      });
      expect(codeOf(await failureFrom(refused))).toBe("invalid_input");
    });

    test("a model that Letta does not know is refused with what to do", async () => {
      const failure = await failureFrom(made({ model: "openai-proxy/nobody" }));
      expect(codeOf(failure)).toBe("misconfigured");
      expect(sentenceOf(failure)).toMatch(/restart Letta/);
    });
  });

  describe("turns", () => {
    test("an answer starts with its run, streams and is found again by its otid", async () => {
      const place = await made();
      const one = said("good morning");
      const { events, text, failure } = await read(asking(place, [one]));
      expect(failure).toBeUndefined();
      expect(events[0]).toMatchObject({ type: "started", run: expect.stringMatching(/^run-/) });
      expect(text).toBe("echo: good morning");
      expect(events.at(-1)).toMatchObject({ type: "finished", outcome: "complete" });
      expect(await landed(place, one.otid)).toEqual({ state: "answered", text });
      expect(await landed(place, "never-sent")).toEqual({ state: "no" });
    });

    test("several messages are one turn, which the model sees in order and any otid finds", async () => {
      const place = await made();
      const burst = [said("[Alice] first"), said("[Bob] second"), said("[Alice] third")];
      const { text } = await read(asking(place, burst));
      expect(text).toBe("echo: [Alice] first | [Bob] second | [Alice] third");
      expect((await say(place, "and then")).text).toBe("echo: and then");
      for (const { otid } of burst) expect(await landed(place, otid)).toEqual({ state: "answered", text });
      const all = await under.agents.runs.findSend(
        place.agent,
        place.conversation,
        burst.map(({ otid }) => otid),
      );
      expect(all).toEqual({ state: "answered", text });
    });

    test("the same otid text in two conversations is answered in both", async () => {
      const { agent, conversation } = await made();
      const other = { agent, conversation: await under.agents.provisioning.openConversation(agent, "other") };
      expect((await say({ agent, conversation }, "same")).text).toBe("echo: same");
      expect((await say(other, "same")).text).toBe("echo: same");
    });

    test("a picture reaches the model beside the words, and history keeps the words", async () => {
      const place = await made();
      const one = { ...said("[Alice] look"), images: [PIXEL] };
      expect((await read(asking(place, [one]))).text).toBe("echo: [Alice] look");
      expect((await lastAsked()).messages.at(-1)).toMatchObject({
        pictures: [`data:image/png;base64,${PIXEL.bytes.toString("base64")}`],
      });
      const { items } = await under.agents.history.page(place.agent, place.conversation, { limit: 10 });
      expect(items.map(({ role, text }) => [role, text])).toEqual([
        ["person", "[Alice] look"],
        ["persona", "echo: [Alice] look"],
      ]);
      const found = await under.agents.history.search(place.agent, place.conversation, "look", 10);
      expect(found).toHaveLength(2);
      expect((await say(place, "and now?")).text).toBe("echo: and now?");
    });

    test("a model that takes no pictures is told so, and answers the words", async () => {
      const place = await made();
      const one = { ...said("BLIND look"), images: [PIXEL] };
      const { text, failure, events } = await read(asking(place, [one]));
      expect(failure).toBeUndefined();
      expect(text).toMatch(/^echo: BLIND look\n\(What is attached could not be shown to you/);
      expect(events.at(-1)).toMatchObject({ type: "finished", outcome: "complete" });
      expect(await landed(place, one.otid)).toEqual({ state: "answered", text });
      // A failure that is not about pictures stays one.
      const failing = { ...one, ...said("ERR500 look") };
      expect(codeOf((await read(asking(place, [failing]))).failure)).toBe("model_failed");
      expect(await landed(place, failing.otid)).toEqual({ state: "no" });
    });

    test("a tool is told by its name, and the text follows", async () => {
      const place = await made();
      const { events, text } = await say(place, "TOOL:conversation_search now");
      expect(events.filter(({ type }) => type === "tool")).toEqual([
        { type: "tool", activity: "searching_history" },
      ]);
      expect(text).toBe("echo: TOOL:conversation_search now");
    });

    test("a model that says nothing leaves a complete turn without text", async () => {
      const place = await made();
      const one = said("EMPTYSTR");
      const { events, text, failure } = await read(asking(place, [one]));
      expect(failure).toBeUndefined();
      expect(text).toBe("");
      expect(events.at(-1)).toMatchObject({ type: "finished", outcome: "complete" });
      expect(await landed(place, one.otid)).toEqual({ state: "answered", text: "" });
    });

    test("a model that fails in its first step leaves nothing behind, and can be asked again", async () => {
      const place = await made();
      const one = said("ERR500");
      const { failure } = await read(asking(place, [one]));
      expect(codeOf(failure)).toBe("model_failed");
      expect(await landed(place, one.otid)).toEqual({ state: "no" });
      expect((await say(place, "better now")).text).toBe("echo: better now");
    });

    test("a model that fails again and again in a conversation gets a fresh one offered, until it answers", async () => {
      const [place, other] = [await made(), await made()];
      const sentences = [];
      for (const text of ["ERR500", "ERR500", "ERR500", "ERR500"]) {
        sentences.push(sentenceOf((await say(place, text)).failure));
      }
      const offer = /several times in a row.*\/conversation new/;
      expect(sentences.map((sentence) => offer.test(sentence))).toEqual([false, false, true, true]);
      expect(sentenceOf((await say(other, "ERR500")).failure)).not.toMatch(offer);
      expect((await say(place, "better now")).text).toBe("echo: better now");
      expect(sentenceOf((await say(place, "ERR500")).failure)).not.toMatch(offer);
    });

    test("a rate limit has a sentence of its own", async () => {
      expect(sentenceOf((await say(await made(), "RATE429")).failure)).toMatch(/too many requests/);
    });

    test("a model that fails after a tool is not asked again by mistake: the turn has landed", async () => {
      const place = await made();
      const one = said("TOOL:conversation_search AFTERTOOL500");
      expect(codeOf((await read(asking(place, [one]))).failure)).toBe("model_failed");
      expect(await landed(place, one.otid)).toEqual({ state: "answered", text: "", isCut: true });
    });

    test("an aborted reading throws its reason; Letta goes on, and the answer is found", async () => {
      const place = await made();
      const one = said("HOLD while I leave");
      const stop = new AbortController();
      const reading = read(asking(place, [one], stop.signal));
      await under.untilAsked("HOLD while I leave");
      stop.abort(new Error("left"));
      expect((await reading).failure).toBe(stop.signal.reason);
      expect(await landed(place, one.otid)).toMatchObject({
        state: "running",
        run: expect.stringMatching(/^run-/),
      });
      await under.release();
      await expect
        .poll(() => landed(place, one.otid), { timeout: 10_000 })
        .toEqual({
          state: "answered",
          text: "echo: HOLD while I leave",
        });
    });

    test("cancel ends this run and no other", async () => {
      const { agent, conversation } = await made();
      const other = { agent, conversation: await under.agents.provisioning.openConversation(agent, "other") };
      const { run, reading } = await begun({ agent, conversation }, "HALFWAY in one");
      const kept = await begun(other, "HALFWAY in two");
      await under.agents.runs.cancel(agent, run);
      await under.release();
      expect((await reading).events.at(-1)).toMatchObject({ type: "finished", outcome: "cancelled" });
      const { events, text } = await kept.reading;
      expect(events.at(-1)).toMatchObject({ type: "finished", outcome: "complete" });
      expect(text).toBe("echo: HALFWAY in two");
      await under.agents.runs.cancel(agent, run);
    });

    test("a conversation that is busy says so", async () => {
      if (!under.locks) return;
      const place = await made();
      const { reading } = await begun(place, "HALFWAY busy");
      expect(codeOf((await say(place, "me too")).failure)).toBe("agent_busy");
      await under.release();
      expect((await reading).text).toBe("echo: HALFWAY busy");
    });

    test("a conversation deleted behind our back is gone", async () => {
      const place = await made();
      await under.behind.deleteConversation(place.conversation);
      expect(codeOf((await say(place, "anybody?")).failure)).toBe("conversation_gone");
    });

    test("an agent deleted behind our back is gone, and made again", async () => {
      const tags = { persona: `gone-${randomUUID()}`, scope: "test" };
      const place = await made({}, tags);
      await under.behind.deleteAgent(place.agent);
      expect(["agent_gone", "conversation_gone"]).toContain(codeOf((await say(place, "anybody?")).failure));
      expect(codeOf(await failureFrom(under.agents.provisioning.openConversation(place.agent, "x")))).toBe(
        "agent_gone",
      );
      expect(await under.agents.provisioning.ensure(personaOf(), tags)).not.toBe(place.agent);
    });
  });

  describe("approvals", () => {
    const waiting = async () => {
      const place = await made();
      await under.behind.requireApproval(place.agent, "conversation_search");
      const { events } = await say(place, "TOOL:conversation_search please");
      expect(events.at(-1)).toMatchObject({ type: "finished", outcome: "approval_needed" });
      return place;
    };
    const deny = (place: Place) =>
      read(under.agents.runs.denyApprovals({ ...place, signal: new AbortController().signal }));

    test("a waiting tool is denied once, and the turn goes on", async () => {
      const place = await waiting();
      const [first, second] = await Promise.all([deny(place), deny(place)]);
      expect(first.failure).toBeUndefined();
      expect(first.events.at(-1)).toMatchObject({ type: "finished", outcome: "complete" });
      expect(codeOf(second.failure)).toBe("conflict");
      expect(codeOf((await deny(place)).failure)).toBe("conflict");
    });

    test("what nobody decided is denied when people talk on, and they are answered", async () => {
      const place = await waiting();
      const { text, failure } = await say(place, "never mind");
      expect(failure).toBeUndefined();
      expect(text).toContain("never mind");
      expect((await say(place, "next")).text).toBe("echo: next");
    });
  });

  describe("history", () => {
    test("forty messages are paged by seven: each once, in order, to the oldest", async () => {
      const place = await made();
      for (let turn = 1; turn <= 20; turn += 1) {
        await say(place, turn % 5 === 0 ? `${turn} TOOL:conversation_search` : `${turn}`);
      }
      const pages = await pagesOf(place, 7);
      const items = pages.toReversed().flat();
      expect(pages.slice(0, -1).map(({ length }) => length)).toEqual([7, 7, 7, 7, 7]);
      expect(new Set(items.map(({ id }) => id)).size).toBe(40);
      expect(items.map(({ role }) => role)).toEqual(
        Array.from({ length: 20 }, () => ["person", "persona"]).flat(),
      );
      const numbers = items
        .filter(({ role }) => role === "person")
        .map(({ text }) => Number.parseInt(text, 10));
      expect(numbers).toEqual(Array.from({ length: 20 }, (_none, place) => place + 1));
      expect(await under.agents.history.count(place.agent, place.conversation)).toEqual({
        count: 40,
        more: false,
      });
    });

    test("after a compaction the order holds, and the summary is no person's message", async () => {
      const place = await made();
      for (const text of ["one", "two", "three", "four", "five"]) await say(place, text);
      // What is streamed of the compaction is no word of the persona either.
      expect((await say(place, "USAGE999999 six")).text).toBe("echo: USAGE999999 six");
      for (const text of ["seven", "eight", "nine"]) await say(place, text);
      const { items } = await under.agents.history.page(place.agent, place.conversation, { limit: 50 });
      const people = items.filter(({ role }) => role === "person").map(({ text }) => text);
      expect(people).toEqual([
        "one",
        "two",
        "three",
        "four",
        "five",
        "USAGE999999 six",
        "seven",
        "eight",
        "nine",
      ]);
      const summaries = items.filter(({ role }) => role === "summary");
      expect(summaries.length).toBeGreaterThan(0);
      expect(JSON.stringify(items)).not.toContain("system_alert");
      expect(await under.agents.history.summary(place.agent, place.conversation)).toBe(
        summaries.at(-1)?.text,
      );
    });

    test("nothing but words of people and persona is shown", async () => {
      const place = await made();
      await say(place, "TOOL:memory_insert");
      const { items, older } = await under.agents.history.page(place.agent, place.conversation, {
        limit: 10,
      });
      expect(items.map(({ role, text }) => [role, text])).toEqual([
        ["person", "TOOL:memory_insert"],
        ["persona", "echo: TOOL:memory_insert"],
      ]);
      expect(older).toBeUndefined();
      expect(items[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
      expect(await under.agents.history.summary(place.agent, place.conversation)).toBeUndefined();
    });

    test("it is searched by all words in any order and case, in this conversation only", async () => {
      const { agent, conversation } = await made();
      const other = { agent, conversation: await under.agents.provisioning.openConversation(agent, "other") };
      await say({ agent, conversation }, "[Alice] I like green tea");
      await say({ agent, conversation }, "[Bob] and I coffee");
      const found = await under.agents.history.search(agent, conversation, "TEA green", 10);
      expect(found.map(({ role }) => role)).toEqual(["persona", "person"]);
      expect(await under.agents.history.search(agent, conversation, "tea green", 1)).toHaveLength(1);
      expect(await under.agents.history.search(agent, other.conversation, "tea", 10)).toEqual([]);
      expect(await under.agents.history.search(agent, conversation, "  ", 10)).toEqual([]);
    });
  });

  describe("prompt and memory", () => {
    test("an edited persona reaches a running conversation once it is compiled", async () => {
      const place = await made();
      const { provisioning } = under.agents;
      const compiled = await provisioning.promptHash(place.agent);
      const pirate = personaOf({ instructions: "Talk like a PIRATE.", description: "a pirate" });
      await provisioning.updatePersona(place.agent, pirate);
      const renewed = await provisioning.promptHash(place.agent);
      expect(renewed).not.toBe(compiled);
      await provisioning.compile(place.conversation);
      await say(place, "ahoy");
      expect((await lastAsked()).system).toMatch(/Talk like a PIRATE\.[\s\S]*Nia: a pirate/);
      expect(await provisioning.promptHash(place.agent)).toBe(renewed);
    });

    test("a block written by a person reaches a running conversation, and so does the agent's own edit", async () => {
      const place = await made();
      const { provisioning, memory } = under.agents;
      await memory.writeBlock(place.agent, "human", "Bob plays chess.");
      const compiled = await provisioning.promptHash(place.agent);
      await provisioning.compile(place.conversation);
      await say(place, "TOOL:memory_insert");
      expect((await lastAsked()).system).toContain("Bob plays chess.");
      expect(await provisioning.promptHash(place.agent)).not.toBe(compiled);
      await provisioning.compile(place.conversation);
      await say(place, "hello");
      expect((await lastAsked()).system).toContain("[Alice] likes tea");
    });

    test("a block refuses what exceeds its limit, what lost a race, and what is read-only", async () => {
      const { agent } = await made();
      const limit =
        (await under.agents.memory.blocks(agent)).find(({ label }) => label === "human")?.limit ?? 0;
      const tooLong = await failureFrom(
        under.agents.memory.writeBlock(agent, "human", "x".repeat(limit + 1)),
      );
      expect(codeOf(tooLong)).toBe("invalid_input");
      expect(sentenceOf(tooLong)).toContain(limit.toLocaleString("en-US"));
      expect(sentenceOf(tooLong)).toContain((limit + 1).toLocaleString("en-US"));
      await under.agents.memory.writeBlock(agent, "human", "one", "");
      expect(codeOf(await failureFrom(under.agents.memory.writeBlock(agent, "human", "two", "")))).toBe(
        "conflict",
      );
      expect(codeOf(await failureFrom(under.agents.memory.writeBlock(agent, "persona", "me")))).toBe(
        "forbidden",
      );
      expect(codeOf(await failureFrom(under.agents.memory.writeBlock(agent, "nowhere", "me")))).toBe(
        "not_found",
      );
      expect((await under.agents.memory.blocks(agent)).find(({ label }) => label === "human")?.value).toBe(
        "one",
      );
    });

    test("what one scope's agent learns, another's does not hold", async () => {
      const persona = `nia-${randomUUID()}`;
      const alone = await made({}, { persona, scope: "person:alice" });
      const shared = await made({}, { persona, scope: "workspace:acme" });
      await under.agents.memory.addPassage(alone.agent, "the canary word is ZEBRA77", []);
      await under.agents.memory.writeBlock(alone.agent, "human", "ZEBRA77");
      await say(alone, "my secret is ZEBRA77");
      expect(await under.agents.memory.searchPassages(shared.agent, "ZEBRA77", 5)).toMatchObject({
        passages: [],
      });
      expect(JSON.stringify(await under.agents.memory.blocks(shared.agent))).not.toContain("ZEBRA77");
      await say(shared, "TOOL:conversation_search");
      expect(JSON.stringify(await lastAsked())).not.toContain("ZEBRA77");
    });

    test("working memory counts the messages in context and their tokens", async () => {
      const place = await made();
      const empty = await under.agents.memory.workingMemory(place.agent, place.conversation);
      expect(empty.messagesInContext).toBe(0);
      await say(place, "hello");
      const known = await under.agents.memory.workingMemory(place.agent, place.conversation);
      expect(known).toMatchObject({ messagesInContext: 2, tokensAreEstimated: false });
      expect(known.tokensInContext).toBeGreaterThan(0);
      expect(known.contextWindow).toBeGreaterThan(1_000);
      const guessed = await under.another.memory.workingMemory(place.agent, place.conversation);
      expect(guessed).toMatchObject({ messagesInContext: 2, tokensAreEstimated: true });
      expect(guessed.tokensInContext).toBeGreaterThan(0);
    });
  });

  async function lastAsked(): Promise<Awaited<ReturnType<AgentsUnderTest["asked"]>>[number]> {
    const [last] = (await under.asked()).slice(-1);
    if (!last) throw new Error("the model was asked nothing");
    return last;
  }

  async function landed(place: Place, otid: string) {
    return under.agents.runs.findSend(place.agent, place.conversation, [otid]);
  }

  /** A turn of which the first word is there. */
  async function begun(place: Place, text: string): Promise<{ run: RunId; reading: Promise<Read> }> {
    const events: ReplyEvent[] = [];
    const turn = asking(place, [said(text)])[Symbol.asyncIterator]();
    let run: RunId | undefined;
    while (events.at(-1)?.type !== "text") {
      const { value } = await turn.next();
      if (value?.type === "started") run = value.run;
      events.push(value);
    }
    if (run === undefined) throw new Error("a turn without a run");
    return { run, reading: read({ [Symbol.asyncIterator]: () => turn }, events) };
  }

  async function pagesOf({ agent, conversation }: Place, limit: number) {
    const pages = [];
    let before: string | undefined;
    do {
      const { items, older } = await under.agents.history.page(agent, conversation, { limit, before });
      pages.push(items);
      before = older;
    } while (before !== undefined);
    return pages;
  }
}
