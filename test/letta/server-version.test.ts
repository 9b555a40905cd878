import { afterEach, expect, test } from "vitest";
import { codeOf, failureFrom, sentenceOf } from "../contracts/agents/agents-under-test.ts";
import { agentsAt } from "./servers/read-run.ts";
import { json, page, scriptedLetta } from "./servers/scripted-letta.ts";

const servers: Awaited<ReturnType<typeof scriptedLetta>>[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** A server of 0.16.7 that is as it should be. */
async function healthy(password?: string) {
  const letta = await scriptedLetta();
  servers.push(letta);
  letta.on("GET", /^\/v1\/health\/$/, json(200, { version: "0.16.7", status: "ok" }));
  letta.on("POST", /\/recompile$/, json(404, { detail: "Conversation not found with id='…'" }));
  letta.on("GET", /^\/v1\/agents\/$/, page([]));
  const handles = ["letta/letta-free", "openai-proxy/small", "openai-proxy/big"];
  letta.on("GET", /^\/v1\/models\/$/, page(handles.map((handle) => ({ handle }))));
  letta.on(
    "GET",
    /^\/v1\/models\/embedding$/,
    page([{ handle: "letta/letta-free" }, { handle: "openai/vectors" }]),
  );
  if (password) {
    letta.on("GET", /^\/v1\/(agents|models)\//, (response, asked) => {
      if (asked.headers.authorization !== `Bearer ${password}`) {
        return json(401, { detail: "Unauthorized" })(response, asked);
      }
      return page(asked.path.includes("models") ? [{ handle: "openai-proxy/small" }] : [])(response, asked);
    });
  }
  return letta;
}

async function refusal(url: string, options: Parameters<typeof agentsAt>[1] = {}) {
  const failure = await failureFrom(agentsAt(url, options).agents.health.check());
  return { code: codeOf(failure), sentence: sentenceOf(failure) };
}

test("a good server is told with its version and the model that personas get", async () => {
  const { url } = await healthy();
  expect(await agentsAt(url).agents.health.check()).toEqual({
    version: "0.16.7",
    model: "openai-proxy/small",
  });
  const chosen = await agentsAt(url, {
    model: "openai-proxy/big",
    embedding: "openai/vectors",
  }).agents.health.check();
  expect(chosen.model).toBe("openai-proxy/big");
});

test("nobody at the address: start it or correct LETTA_BASE_URL", async () => {
  const letta = await scriptedLetta();
  await letta.close();
  const { code, sentence } = await refusal(letta.url);
  expect(code).toBe("agent_unavailable");
  expect(sentence).toMatch(/LETTA_BASE_URL.*Start it/);
});

test.each([
  ["the App Server", json(404, { error: "not found" })],
  ["an older route table", json(404, { detail: "Not Found" })],
  [
    "a web page",
    (response: import("node:http").ServerResponse) =>
      void response.writeHead(200, { "content-type": "text/html" }).end("<h1>hi</h1>"),
  ],
])("%s at the address is not Letta", async (_what, answer) => {
  const letta = await healthy();
  letta.on("GET", /^\/v1\/health\/$/, answer);
  const { code, sentence } = await refusal(letta.url);
  expect(code).toBe("misconfigured");
  expect(sentence).toMatch(/not a Letta 0\.16 server.*App Server/);
});

test("a server older than 0.16.7 is refused with what to do, however it names its version", async () => {
  const letta = await healthy();
  letta.on("POST", /\/recompile$/, json(404, { detail: "Not Found" }));
  letta.on("GET", /^\/v1\/health\/$/, json(200, { version: "0.16.4", status: "ok" }));
  const { code, sentence } = await refusal(letta.url);
  expect(code).toBe("misconfigured");
  expect(sentence).toMatch(/version 0\.16\.4.*0\.16\.7 or newer.*letta\/letta:0\.16\.8/);
});

test("a wrong or missing password is one sentence that names LETTA_API_KEY", async () => {
  const letta = await healthy("right");
  letta.on("POST", /\/recompile$/, json(401, { detail: "Unauthorized" }));
  for (const options of [{}, { apiKey: "wrong" }]) {
    const { code, sentence } = await refusal(letta.url, options);
    expect(code).toBe("misconfigured");
    expect(sentence).toMatch(/LETTA_API_KEY/);
  }
});

test.each([{ model: "openai-proxy/late" }, { model: "openai-proxy/big", embedding: "openai/late" }])(
  "a handle that Letta does not list is refused: restart Letta once the endpoint is up (%o)",
  async (options) => {
    const { code, sentence } = await refusal((await healthy()).url, options);
    expect(code).toBe("misconfigured");
    expect(sentence).toMatch(/restart Letta once the model's endpoint is up/);
  },
);

test("a server with the hosted model alone has no model", async () => {
  const letta = await healthy();
  letta.on("GET", /^\/v1\/models\/$/, page([{ handle: "letta/letta-free" }]));
  expect((await refusal(letta.url)).sentence).toMatch(/no model/);
  expect((await agentsAt(letta.url, { model: "letta/letta-free" }).agents.health.check()).model).toBe(
    "letta/letta-free",
  );
});

test("a password that the server does not ask for is warned about", async () => {
  const open = agentsAt((await healthy()).url, { apiKey: "right" });
  await open.agents.health.check();
  expect(open.lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    expect.stringMatching(/^warn: Letta accepts requests without a password/),
  ]);
  const closed = agentsAt((await healthy("right")).url, { apiKey: "right" });
  await closed.agents.health.check();
  expect(closed.lines).toEqual([]);
});

test("who asks often whether Letta is ready costs it one request, which needs the password", async () => {
  const letta = await healthy("right");
  await agentsAt(letta.url, { apiKey: "right" }).agents.health.ping();
  expect(letta.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /v1/agents/"]);
  const wrong = await failureFrom(agentsAt(letta.url, { apiKey: "wrong" }).agents.health.ping());
  expect(codeOf(wrong)).toBe("misconfigured");
  letta.on("GET", /^\/v1\/agents\/$/, json(500, { detail: "A database error occurred." }));
  const before = letta.asked.length;
  expect(codeOf(await failureFrom(agentsAt(letta.url).agents.health.ping()))).toBe("agent_unavailable");
  expect(letta.asked.length - before).toBe(1);
});
