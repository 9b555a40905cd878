import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

/*
 * A model behind the OpenAI protocol that obeys words in what was said last; any Letta can be put in front of it.
 *
 *   HOLD            waits until it is released, then answers       ERR500, RATE429   fails with that status
 *   HALFWAY         says one word, waits, then says the rest       EMPTYSTR          says nothing
 *   TOOL:name       calls that tool, then answers                  AFTERTOOL500      fails once the tool returned
 *   USAGE9000       claims 9,000 tokens, so that Letta compacts    BLIND             refuses pictures with a 400
 *   anything else   "echo: " and what was said
 *
 * GET /log tells what it was asked, GET /until?words=… answers as soon as it was asked about these; POST /release
 * lets everything go on that waits.
 */

const Part = z.object({ text: z.string().optional(), image_url: z.object({ url: z.string() }).optional() });

const Request = z.object({
  stream: z.boolean().optional(),
  messages: z.array(
    z.object({
      role: z.string(),
      content: z.union([z.string(), z.array(Part)]).nullish(),
    }),
  ),
  tools: z.array(z.object({ function: z.object({ name: z.string() }) })).nullish(),
});
type Request = z.infer<typeof Request>;

const Asked = z.object({
  system: z.string(),
  messages: z.array(z.object({ role: z.string(), text: z.string(), pictures: z.array(z.string()) })),
  tools: z.array(z.string()),
});
export type Asked = z.infer<typeof Asked>;

/** What the model at this address was asked, oldest first. */
export async function askedOf(url: string): Promise<readonly Asked[]> {
  return Asked.array().parse(await (await fetch(`${url}/log`)).json());
}

const ARGUMENTS: Readonly<Record<string, object>> = {
  conversation_search: { query: "hello" },
  memory_insert: { label: "human", new_string: "[Alice] likes tea", insert_line: 0 },
  archival_memory_insert: { content: "Alice's cat is called Miso" },
};

interface ScriptedReply {
  readonly text: string;
  readonly tool: string | undefined;
}

/** What is answered at once. */
const TOLD: Readonly<Record<string, (log: readonly Asked[], body: string) => unknown>> = {
  "/log": (log) => log,
  "/until": () => ({}),
  "/release": () => ({}),
  "/models": () => ({ object: "list", data: [{ id: "scripted", object: "model" }] }),
  "/embeddings": (_log, body) => embeddings(JSON.parse(body)),
};

export async function startScriptedModel(port = 0) {
  const log: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://model");
    const path = pathname.replace(/^\/v1/, "");
    if (path === "/until") await untilAsked(searchParams.get("words") ?? "");
    if (path === "/release") server.emit("release");
    const told = TOLD[path]?.(log, body);
    if (told) return send(response, 200, told);
    if (path !== "/chat/completions") return send(response, 404, { error: { message: "no such path" } });
    const asked = Request.parse(JSON.parse(body));
    const released = once(server, "release");
    log.push(loggedOf(asked));
    server.emit("asked");
    return complete(asked, response, () => released);
  });
  const untilAsked = async (words: string) => {
    while (!log.some(({ messages }) => messages.some(({ text }) => text.includes(words))))
      await once(server, "asked");
  };
  // Each request listens for its release.
  server.setMaxListeners(0);
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** In one request, those of earlier turns included: providers count bytes, and it comes to the same. */
const PICTURES_TAKEN = 4;

async function complete(
  asked: Request,
  response: ServerResponse,
  released: () => Promise<unknown>,
): Promise<void> {
  const text = lastSaid(asked);
  const afterTool = asked.messages.at(-1)?.role === "tool";
  if (text.includes("HOLD") && !afterTool) await released();
  if (text.includes("BLIND") && asked.messages.some((message) => picturesOf(message).length > 0))
    return send(response, 400, { error: { message: "this model takes no image_url", type: "invalid" } });
  if (asked.messages.flatMap(picturesOf).length > PICTURES_TAKEN) {
    const code = text.includes("TOKENS") ? "context_length_exceeded" : "request_too_large";
    return send(response, 413, { error: { message: "request too large", code } });
  }
  if (text.includes("RATE429"))
    return send(response, 429, { error: { message: "slow down", type: "rate_limit" } });
  if (text.includes("ERR500") || (text.includes("AFTERTOOL500") && afterTool)) {
    return send(response, 500, { error: { message: "boom", type: "server_error" } });
  }
  const said = answerTo(text, afterTool);
  const total = Number(/USAGE(\d+)/.exec(text)?.[1] ?? 105);
  const usage = { prompt_tokens: total - 5, completion_tokens: 5, total_tokens: total };
  if (!asked.stream) return send(response, 200, completionOf(said, usage));
  await stream(response, said, usage, text.includes("HALFWAY") ? released : undefined);
}

function answerTo(text: string, afterTool: boolean): ScriptedReply {
  const tool = /TOOL:(\w+)/.exec(text)?.[1];
  if (tool && !afterTool) return { text: "", tool };
  return { text: text.includes("EMPTYSTR") ? "" : `echo: ${text}`, tool: undefined };
}

function completionOf({ text, tool }: ScriptedReply, usage: object) {
  const message = {
    role: "assistant",
    content: tool ? null : text,
    ...(tool ? { tool_calls: [callOf(tool)] } : {}),
  };
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "scripted",
    choices: [{ index: 0, finish_reason: tool ? "tool_calls" : "stop", message }],
    usage,
  };
}

async function stream(
  response: ServerResponse,
  { text, tool }: ScriptedReply,
  usage: object,
  pause: (() => Promise<unknown>) | undefined,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const chunk = (choices: readonly object[], extra: object = {}) => {
    const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "scripted" };
    response.write(`data: ${JSON.stringify({ ...head, choices, ...extra })}\n\n`);
  };
  const delta = (content: object, finish_reason: string | null = null) =>
    chunk([{ index: 0, delta: content, finish_reason }]);
  delta({ role: "assistant", content: "" });
  if (tool) delta({ tool_calls: [{ index: 0, ...callOf(tool) }] });
  for (const [place, word] of (text.match(/\S+\s*/g) ?? []).entries()) {
    if (place === 1) await pause?.();
    delta({ content: word });
  }
  delta({}, tool ? "tool_calls" : "stop");
  chunk([], { usage });
  response.end("data: [DONE]\n\n");
}

let calls = 0;
function callOf(name: string) {
  calls += 1;
  return {
    id: `call_${calls}`,
    type: "function",
    function: { name, arguments: JSON.stringify(ARGUMENTS[name] ?? {}) },
  };
}

/** What people said since the model last spoke. */
function lastSaid({ messages }: Request): string {
  const spoken = messages.findLastIndex(({ role }) => role === "assistant" || role === "tool");
  const tail = messages.slice(spoken + 1).filter(({ role }) => role === "user");
  const last = tail.length > 0 ? tail : messages.filter(({ role }) => role === "user").slice(-1);
  return last.map(textOf).join(" | ");
}

function textOf({ content }: Request["messages"][number]): string {
  if (!content) return "";
  return typeof content === "string" ? content : content.map(({ text }) => text ?? "").join("");
}

function picturesOf({ content }: Request["messages"][number]): string[] {
  return Array.isArray(content) ? content.flatMap(({ image_url }) => image_url?.url ?? []) : [];
}

function loggedOf({ messages, tools }: Request): Asked {
  const [system] = messages;
  return {
    system: system ? textOf(system) : "",
    messages: messages.slice(1).map((message) => ({
      role: message.role,
      text: textOf(message),
      pictures: picturesOf(message),
    })),
    tools: (tools ?? []).map((tool) => tool.function.name),
  };
}

/** Enough to be stored, not to be searched. */
function embeddings(body: unknown) {
  const { input } = z.object({ input: z.union([z.string(), z.array(z.unknown())]) }).parse(body);
  const inputs = Array.isArray(input) ? input : [input];
  const data = inputs.map((_one, index) => ({
    object: "embedding",
    index,
    embedding: new Array(1536).fill(0.01),
  }));
  return { object: "list", data, model: "scripted", usage: { prompt_tokens: 1, total_tokens: 1 } };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
