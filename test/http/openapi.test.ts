import { scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startBot, storyServer, type TestBot } from "../harness/bot.ts";
import { Caller } from "../harness/caller.ts";
import type { TestServer } from "../storage/servers/databases.ts";

const Content = z.record(z.string(), z.object({ schema: z.unknown() }));
const Operation = z.looseObject({
  operationId: z.string(),
  security: z.array(z.unknown()).optional(),
  parameters: z.array(
    z.looseObject({ name: z.string(), in: z.string(), required: z.boolean(), schema: z.unknown() }),
  ),
  requestBody: z.object({ content: Content }).loose().optional(),
  responses: z.record(
    z.string(),
    z.looseObject({
      description: z.string(),
      content: Content.optional(),
      headers: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});
const Document = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

let server: TestServer;
let bot: TestBot;
let caller: Caller;
let document: z.infer<typeof Document>;
let validator: Ajv2020;

beforeAll(async () => {
  server = await storyServer();
  bot = await startBot(server, { model: scriptedModel({ clock: systemClock }) });
  caller = new Caller(bot);
  document = Document.parse(await (await caller.request("/api/openapi.json")).json());
  validator = validatorOf(document);
});

afterAll(async () => {
  await bot.stop();
  await server.close();
});

test("the document lists what there is, and nothing else", () => {
  const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const routed = bot.app.http?.routes.routes
    .filter(({ method, path }) => method !== "ALL" && path !== "/api/openapi.json")
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  expect(listed.toSorted()).toEqual(routed?.toSorted());
  expect(document.openapi).toMatch(/^3\.1\./);
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

test("every schema in it compiles, and every reference leads somewhere", () => {
  for (const name of Object.keys(document.components.schemas))
    expect(validator.getSchema(`document#/components/schemas/${name}`)).toBeDefined();
  const references = JSON.stringify(document.paths).match(/#\/components\/schemas\/\w+/g) ?? [];
  expect(references.length).toBeGreaterThan(20);
  for (const reference of references) expect(validator.getSchema(`document${reference}`)).toBeDefined();
});

test("what callers send and get is as the document says", async () => {
  const said = { persona: "personal_assistant", message: "hello", conversation_id: "doc", user: "alice" };
  const { body } = await caller.says(said);
  const where = "conversation_id=doc&user=alice";
  const mira = { name: "Mira", instructions: "You are Mira." };
  const requests: readonly (readonly [string, string, string, unknown?])[] = [
    ["post", "/api/chat", "/api/chat", said],
    ["post", "/api/chat", "/api/chat", { ...said, persona: "nobody" }],
    ["post", "/api/chat", "/api/chat", { persona: "personal_assistant" }],
    ["post", "/api/chat", "/api/chat", { ...said, message: "ERR500" }],
    ["get", "/api/messages/{id}", `/api/messages/${body.id}?user=alice`],
    ["get", "/api/messages/{id}", "/api/messages/nothing"],
    ["get", "/api/conversation/history", `/api/conversation/history?${where}`],
    ["get", "/api/conversation/history", "/api/conversation/history?conversation_id=none"],
    ["get", "/api/conversation/history", "/api/conversation/history"],
    ["get", "/api/memory", `/api/memory?persona=personal_assistant&${where}`],
    ["get", "/api/memory", "/api/memory?persona=personal_assistant&user=alice"],
    ["get", "/api/personas", "/api/personas"],
    ["get", "/api/personas/{key}", "/api/personas/story_keeper"],
    ["get", "/api/personas/{key}", "/api/personas/nobody"],
    ["put", "/api/personas/{key}", "/api/personas/mira", mira],
    ["put", "/api/personas/{key}", "/api/personas/mira", mira],
    ["put", "/api/personas/{key}", "/api/personas/mira", {}],
    ["get", "/readyz", "/readyz"],
    ["get", "/healthz", "/healthz"],
    ["get", "/metrics", "/metrics"],
  ];
  for (const [method, template, path, sent] of requests) {
    const { status, type, answer } = await ask(method, path, sent);
    const operation = document.paths[template]?.[method];
    const schema = operation?.responses[status]?.content?.[type]?.schema;
    expect(schema, `${method} ${path} → ${status} ${type}`).toBeDefined();
    expect(faults(schema, answer), `${method} ${path} → ${status}`).toEqual([]);
    if (status < 300 && sent) {
      const wanted = operation?.requestBody?.content["application/json"]?.schema;
      expect(faults(wanted, sent)).toEqual([]);
    }
  }
});

test("what is answered later names where, as the document says", async () => {
  const response = await caller.request("/api/chat", {
    method: "POST",
    headers: { "content-type": "application/json", prefer: "respond-async" },
    body: JSON.stringify({ persona: "personal_assistant", message: "hello", conversation_id: "later" }),
  });
  expect(response.status).toBe(202);
  const described = Object.keys(document.paths["/api/chat"]?.post?.responses["202"]?.headers ?? {});
  expect(described).toEqual(["Location", "Retry-After"]);
  for (const name of described) expect(response.headers.get(name)).toEqual(expect.any(String));
  await bot.idle();
});

test("without a token every request of another web site is refused, and the document says so", async () => {
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { responses }] of Object.entries(methods)) {
      expect(Object.keys(responses), `${method} ${path}`).toEqual(expect.arrayContaining(["403", "421"]));
      expect(responses).not.toHaveProperty("401");
      const { status } = await caller.request(path, {
        method: method.toUpperCase(),
        headers: { origin: "https://elsewhere.example" },
      });
      expect(status, `${method} ${path}`).toBe(403);
    }
  }
});

async function ask(method: string, path: string, sent: unknown) {
  const response = await caller.request(path, {
    method: method.toUpperCase(),
    ...(sent !== undefined && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(sent),
    }),
  });
  const type = response.headers.get("content-type")?.split(";")[0] ?? "";
  const text = await response.text();
  return { status: response.status, type, answer: type.endsWith("json") ? JSON.parse(text) : text };
}

function validatorOf({ components }: z.infer<typeof Document>): Ajv2020 {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  return ajv.addSchema({ components }, "document");
}

function faults(schema: unknown, value: unknown): readonly unknown[] {
  if (typeof schema !== "object" || schema === null) return ["there is no schema"];
  // Its references are to the document that it stands in.
  const alone: object = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/'));
  const validate = validator.compile(alone);
  return validate(value) ? [] : (validate.errors ?? []);
}
