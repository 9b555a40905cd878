import { readdirSync, readFileSync } from "node:fs";
import { eventually } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentPorts } from "../../../src/core/ports/services.ts";
import { systemClock } from "../../../src/process/clock.ts";
import {
  codeOf,
  failureFrom,
  PIXEL,
  type Place,
  personaOf,
  read,
  said,
  sentenceOf,
} from "../../contracts/agents/agents-under-test.ts";
import { ownLetta, PASSWORD } from "../servers/letta-servers.ts";
import { agentsAt } from "../servers/read-run.ts";

const SENDS = { method: "POST", path: "/v1/conversations/*/messages" };

let under: Awaited<ReturnType<typeof ownLetta>>;
beforeAll(async () => {
  under = await ownLetta({ redis: true });
});
afterAll(() => under.close());

const connected = (options: Parameters<typeof agentsAt>[1] = {}) =>
  agentsAt(under.letta.url, { apiKey: PASSWORD, model: under.model, embedding: "none", ...options });

let made = 0;
async function placeOf(agents: AgentPorts = under.agents): Promise<Place> {
  made += 1;
  const agent = await agents.provisioning.ensure(personaOf(), { persona: `nia-${made}`, scope: "faults" });
  return { agent, conversation: await agents.provisioning.openConversation(agent, "a test") };
}

const say = (place: Place, what: ReturnType<typeof said>, agents: AgentPorts = under.agents) =>
  read(agents.runs.send({ ...place, input: [what], signal: new AbortController().signal }));
const landed = ({ agent, conversation }: Place, { otid }: { otid: string }) =>
  under.agents.runs.findSend(agent, conversation, [otid]);
const sendsTo = ({ conversation }: Place) =>
  under.letta.journal.entries.filter(
    ({ method, path }) => method === "POST" && path === `/v1/conversations/${conversation}/messages`,
  );

test("a request that died before Letta did anything did not land, and was sent once", async () => {
  const place = await placeOf();
  const one = said("lost");
  under.letta.faults.next({ ...SENDS, fault: { type: "cut-before-headers" } });
  expect(codeOf((await say(place, one)).failure)).toBe("agent_unavailable");
  expect(await landed(place, one)).toEqual({ state: "no" });
  expect(sendsTo(place)).toHaveLength(1);
});

test("an answer that Letta stored while the connection died is found, not asked for again", async () => {
  const place = await placeOf();
  const one = said("kept");
  under.letta.faults.next({ ...SENDS, fault: { type: "cut-after-commit" } });
  expect(codeOf((await say(place, one)).failure)).toBe("agent_unavailable");
  expect(await landed(place, one)).toEqual({ state: "answered", text: "echo: kept" });
  expect(sendsTo(place)).toHaveLength(1);
});

test("a stream that breaks off with an error keeps what was said", async () => {
  const place = await placeOf();
  under.letta.faults.next({ ...SENDS, fault: { type: "error-after-text" } });
  const { text, failure } = await say(place, said("one two three"));
  expect(text).not.toBe("");
  expect(codeOf(failure)).toBe("model_failed");
});

test("silence after the headers is a stall when the clock says so", async () => {
  const { agents, clock } = connected();
  const place = await placeOf();
  under.letta.faults.next({ ...SENDS, fault: { type: "silence" } });
  const reading = say(place, said("anybody?"), agents);
  await under.letta.journal.next(({ path }) => path.endsWith(`${place.conversation}/messages`));
  await clock.advance(90_000);
  expect(codeOf((await reading).failure)).toBe("stalled");
});

test("headers that take too long end the waiting, and the turn is sent once and found later", async () => {
  // The client's own clock, which nobody can move: a request of a busy machine must still leave within it.
  const { agents } = connected({ sendTimeoutMs: 1_000, clock: systemClock });
  const place = await placeOf();
  const one = said("slow");
  under.letta.faults.next({ ...SENDS, fault: { type: "slow", ms: 1_500 } });
  expect(codeOf((await say(place, one, agents)).failure)).toBe("agent_unavailable");
  expect(sendsTo(place)).toHaveLength(1);
  await eventually("it is found", async () => (await landed(place, one)).state === "answered");
  expect(sendsTo(place)).toHaveLength(1);
});

test.each([500, 503, 429, 409])("a %i is answered once for messages and for what is made", async (status) => {
  const place = await placeOf();
  const fault = { type: "status" as const, status, body: { detail: "An unknown error occurred" } };
  under.letta.faults.next({ ...SENDS, fault });
  const { failure } = await say(place, said("x"));
  expect(["agent_unavailable", "model_failed", "conflict"]).toContain(codeOf(failure));
  expect(sendsTo(place)).toHaveLength(1);

  const before = under.letta.journal.entries.length;
  under.letta.faults.next({ method: "POST", path: "/v1/conversations/", fault });
  await failureFrom(under.agents.provisioning.openConversation(place.agent, "x"));
  expect(under.letta.journal.entries.length - before).toBe(1);
});

test("a question that meets a passing failure is asked a second time", async () => {
  const place = await placeOf();
  under.letta.faults.next({
    method: "GET",
    path: "/v1/agents/*/core-memory/blocks",
    fault: {
      type: "status",
      status: 500,
      body: { detail: "A database error occurred." },
      headers: { "retry-after-ms": "1" },
    },
  });
  expect(await under.agents.memory.blocks(place.agent)).toHaveLength(2);
});

test("a server that is down is unavailable, and works again when it is back", async () => {
  const place = await placeOf();
  await under.letta.faults.goDown();
  expect(codeOf((await say(place, said("x"))).failure)).toBe("agent_unavailable");
  await under.letta.faults.comeBack();
  expect((await say(place, said("back"))).text).toBe("echo: back");
});

test("pictures that are too many with those said before cost themselves, not the conversation", async () => {
  const place = await placeOf();
  const show = (text: string, many: number) =>
    say(place, { ...said(text), images: Array.from({ length: many }, () => PIXEL) });
  expect((await show("three", 3)).text).toBe("echo: three");
  for (const words of ["two more", "two more, in TOKENS"]) {
    const { text, failure } = await show(words, 2);
    expect(failure).toBeUndefined();
    expect(text.split("\n")).toEqual([
      `echo: ${words}`,
      expect.stringMatching(/^\(What is attached could not/),
    ]);
  }
  expect((await say(place, said("go on"))).text).toBe("echo: go on");
  expect((await show("one more", 1)).text).toBe("echo: one more");
});

test("an agent that was made elsewhere is found by its tags, and gets a persona block with the first edit", async () => {
  const response = await fetch(`${under.letta.url}/v1/agents/`, {
    method: "POST",
    headers: { authorization: `Bearer ${PASSWORD}`, "content-type": "application/json" },
    body: JSON.stringify({
      name: "by hand",
      model: under.model,
      memory_blocks: [{ label: "human", value: "Ann" }],
      tags: ["persona:by-hand", "scope:faults", "rapport", "extra"],
    }),
  });
  expect(response.status).toBe(200);
  const agent = await under.agents.provisioning.ensure(personaOf(), { persona: "by-hand", scope: "faults" });
  await under.agents.provisioning.updatePersona(agent, personaOf({ description: "made by hand" }));
  const blocks = await under.agents.memory.blocks(agent);
  expect(blocks.find(({ label }) => label === "persona")).toMatchObject({
    value: "Nia: made by hand",
    readOnly: true,
  });
  expect(blocks.find(({ label }) => label === "human")?.value).toBe("Ann");
});

test("a wrong password is a sentence about LETTA_API_KEY at the start, and for people one without", async () => {
  const { agents } = connected({ apiKey: "wrong" });
  const place = await placeOf();
  const atStart = await failureFrom(agents.health.check());
  const { failure: inTurn } = await say(place, said("x"), agents);
  for (const failure of [atStart, inTurn]) expect(codeOf(failure)).toBe("misconfigured");
  expect(sentenceOf(atStart)).toContain("LETTA_API_KEY");
  expect(sentenceOf(inTurn)).toMatch(/does not let me in/);
  expect(sentenceOf(inTurn)).not.toContain("LETTA_API_KEY");
  expect(String(inTurn)).toContain("LETTA_API_KEY");
});

test.each(["0.16.6", "0.16.1"])("a server of version %s is refused at the start", async (version) => {
  const old = await under.older(version);
  try {
    const failure = await failureFrom(agentsAt(old.url, { apiKey: PASSWORD }).agents.health.check());
    expect(codeOf(failure)).toBe("misconfigured");
    expect(sentenceOf(failure)).toContain(`version ${version}; Rapport needs 0.16.7 or newer`);
  } finally {
    await old.stop();
  }
});

test("a denial that comes twice at once is sent once", async () => {
  const place = await placeOf();
  await under.behind.requireApproval(place.agent, "conversation_search");
  await say(place, said("TOOL:conversation_search please"));
  const before = sendsTo(place).length;
  const deny = (agents: AgentPorts) =>
    read(agents.runs.denyApprovals({ ...place, signal: new AbortController().signal }));
  const both = await Promise.all([deny(under.agents), deny(under.agents)]);
  expect(both.map(({ failure }) => failure && codeOf(failure))).toEqual([undefined, "conflict"]);
  // Another process finds it decided.
  expect(codeOf((await deny(under.another)).failure)).toBe("conflict");
  expect(sendsTo(place).length - before).toBe(1);
});

test("the wrong id that recompiling writes into a prompt misleads nobody", async () => {
  const place = await placeOf();
  const one = said("after recompiling");
  await under.agents.provisioning.compile(place.conversation);
  expect((await say(place, one)).text).toBe("echo: after recompiling");
  expect((await under.asked()).at(-1)?.system).toContain("- CONVERSATION_ID: default");
  expect(await landed(place, one)).toEqual({ state: "answered", text: "echo: after recompiling" });
  const ours = ["src/core", "src/letta", "commands"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${folder}/${file}`),
  );
  expect(ours.length).toBeGreaterThan(50);
  // Nobody reads what Letta writes below the memory of a prompt.
  const parsers = ours.filter((file) =>
    /CONVERSATION_ID|AGENT_ID|memory_metadata/.test(readFileSync(file, "utf8")),
  );
  expect(parsers).toEqual([]);
});

test("none of our requests does what Letta punishes", () => {
  const { entries } = under.letta.journal;
  expect(entries.length).toBeGreaterThan(50);
  for (const { method, path, headers, body } of entries) {
    const sent = JSON.stringify(body ?? null);
    expect(headers).not.toHaveProperty("user_id");
    expect(sent).not.toMatch(/isolated_block|"streaming"|"type":"url"|image_url/);
    // The history that all conversations of an agent would share.
    expect(path).not.toContain("/conversations/default");
    expect(`${method} ${path}`).not.toMatch(
      /^GET \/v1\/conversations\/[^/]+\/messages|^POST \/v1\/agents\/[^/]+\/messages\/?$/,
    );
    if (method === "POST" && path.endsWith("/messages")) expect(sent).toMatch(/"include_pings":true/);
    // Not there or not working on a server of one's own, or not to be relied on.
    expect(path).not.toMatch(
      /^\/v1\/(groups|identities|archives|templates|environments)|\/(schedule|stream|messages\/search)$|\/_internal/,
    );
    if (path.endsWith("/cancel")) expect(sent).toMatch(/"run_ids":\["run-/);
  }
});
