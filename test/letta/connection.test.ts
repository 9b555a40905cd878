import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { codeOf, failureFrom, read, sentenceOf } from "../contracts/agents/agents-under-test.ts";
import { AGENT, agentsAt, CONVERSATION, send } from "./servers/read-run.ts";
import { golden, goldenTurn, json, scriptedLetta, sse } from "./servers/scripted-letta.ts";

let letta: Awaited<ReturnType<typeof scriptedLetta>>;
beforeAll(async () => {
  letta = await scriptedLetta();
  letta.onSend(sse(goldenTurn(golden.text("hi"))));
});
afterAll(() => letta.close());

const LEAKS = {
  LETTA_API_KEY: "key-of-somebody-else",
  LETTA_BASE_URL: "http://127.0.0.1:9",
  LETTA_LOG: "debug",
  LETTA_CUSTOM_HEADERS: "user_id: user-00000000\nAuthorization: Bearer stolen\nX-Odd: 1",
};
afterEach(() => {
  for (const name of Object.keys(LEAKS)) delete process.env[name];
});

test("variables that the client reads by itself change nothing", async () => {
  Object.assign(process.env, LEAKS);
  const keyless = agentsAt(letta.url);
  expect((await read(send(keyless.agents))).text).toBe("hi");
  const { headers } = letta.sends().at(-1)!;
  expect(headers).not.toHaveProperty("authorization");
  expect(headers).not.toHaveProperty("user_id");
  expect(headers).not.toHaveProperty("x-odd");

  await read(send(agentsAt(letta.url, { apiKey: "ours" }).agents));
  expect(letta.sends().at(-1)!.headers.authorization).toBe("Bearer ours");
});

test.each(["", "localhost:8283", "ftp://letta", "not an address"])(
  "the address %j is refused at once, instead of talking to Letta Cloud",
  (baseUrl) => {
    expect(() => agentsAt(baseUrl)).toThrow(/LETTA_BASE_URL/);
  },
);

test("a slash at the end of the address does no harm", async () => {
  expect((await read(send(agentsAt(`${letta.url}/`).agents))).text).toBe("hi");
});

test("a server that is down is unavailable, for turns and for questions", async () => {
  const gone = await scriptedLetta();
  await gone.close();
  const { agents } = agentsAt(gone.url);
  expect(codeOf((await read(send(agents))).failure)).toBe("agent_unavailable");
  expect(codeOf(await failureFrom(agents.history.summary(AGENT, CONVERSATION)))).toBe("agent_unavailable");
});

test("an answer that is not Letta's is refused with a sentence, not read", async () => {
  letta.on("GET", /^\/v1\/agents\/$/, json(200, { hello: "world" }));
  letta.on("POST", /^\/v1\/conversations\/$/, json(200, { title: "no id" }));
  const { agents } = agentsAt(letta.url);
  const failure = await failureFrom(agents.provisioning.openConversation("agent-1" as never, "x"));
  expect(codeOf(failure)).toBe("misconfigured");
  expect(sentenceOf(failure)).toMatch(/not the persona's server/);
  expect(String(failure)).toMatch(/not a Letta 0\.16 server/);
});
