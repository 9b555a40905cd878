import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

type Answer = (response: ServerResponse, asked: Asked) => void | Promise<void>;

/**
 * A server that answers with bytes written down beforehand, as a real Letta sent them: the newest matching answer
 * stands until it is replaced. Keeps what it was asked.
 */
export async function scriptedLetta(port = 0) {
  const asked: Asked[] = [];
  const answers: { readonly method: string; readonly pattern: RegExp; readonly answer: Answer }[] = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://letta");
    let text = "";
    for await (const piece of request.setEncoding("utf8")) text += piece;
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const method = request.method ?? "";
    const one = { method, path: pathname, query: searchParams, headers: request.headers, body };
    asked.push(one);
    const found = answers.findLast((each) => each.method === method && each.pattern.test(pathname));
    if (found) await found.answer(response, one);
    else await json(404, { detail: "Not Found" })(response, one);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const { port: given } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${given}`,
    asked,
    on(method: string, pattern: RegExp, answer: Answer) {
      answers.push({ method, pattern, answer });
    },
    /** The answer to every message that is sent. */
    onSend(answer: Answer) {
      answers.push({ method: "POST", pattern: /^\/v1\/conversations\/[^/]+\/messages$/, answer });
    },
    sends: () => asked.filter(({ method, path }) => method === "POST" && path.endsWith("/messages")),
    closeIdle: () => server.closeIdleConnections(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function json(status: number, body: unknown): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
}

export function page(items: readonly unknown[]): Answer {
  return json(200, items);
}

/** A whole stream of server-sent events. */
export function sse(bytes: string): Answer {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).end(bytes);
  };
}

const RUN = "run-00000000-0000-4000-8000-00000000000a";
export const GOLDEN_RUN = RUN;

const line = (frame: object) => `data: ${JSON.stringify(frame)}\n\n`;
const common = {
  date: "2026-01-01T10:00:02+00:00",
  name: null,
  sender_id: null,
  step_id: "step-00000000-0000-4000-8000-00000000000b",
  is_err: null,
  seq_id: null,
  run_id: RUN,
};

/** Frames as 0.16.7 writes them: unset fields are null. */
export const golden = {
  ping: line({
    ...common,
    id: "ping-00000000-0000-4000-8000-00000000000c",
    message_type: "ping",
    otid: null,
    step_id: null,
  }),
  text: (content: unknown, id = "message-00000000-0000-4000-8000-000000000001") =>
    line({
      ...common,
      id,
      message_type: "assistant_message",
      otid: "00000000-0000-4000-8000-000000000002",
      content,
    }),
  reasoning: line({
    ...common,
    id: "message-00000000-0000-4000-8000-000000000001",
    message_type: "reasoning_message",
    otid: null,
    source: "reasoner_model",
    reasoning: "SECRET THOUGHT",
    signature: null,
  }),
  toolStep: line({
    ...common,
    id: "message-00000000-0000-4000-8000-000000000003",
    message_type: "tool_call_message",
    otid: null,
    tool_call: { name: "memory_insert", arguments: '{"SECRET":"ARGUMENT"}', tool_call_id: "call-1" },
    tool_calls: [{ name: "memory_insert", arguments: '{"SECRET":"ARGUMENT"}', tool_call_id: "call-1" }],
  }),
  toolTokens: ["memory_insert", null, null]
    .map((name, piece) =>
      line({
        ...common,
        id: "message-00000000-0000-4000-8000-000000000003",
        message_type: "tool_call_message",
        otid: null,
        tool_call: { name, arguments: `SECRET${piece}`, tool_call_id: "call-1" },
        tool_calls: { name, arguments: `SECRET${piece}`, tool_call_id: "call-1" },
      }),
    )
    .join(""),
  toolReturn: line({
    ...common,
    id: "message-00000000-0000-4000-8000-000000000004",
    message_type: "tool_return_message",
    otid: null,
    tool_return: "SECRET RETURN",
    status: "success",
    tool_call_id: "call-1",
    stdout: null,
    stderr: null,
    tool_returns: [],
  }),
  summary: line({
    ...common,
    id: "message-00000000-0000-4000-8000-000000000005",
    message_type: "user_message",
    otid: null,
    content: '{"type":"system_alert","message":"Note: prior messages SECRET","compaction_stats":null}',
  }),
  stop: (reason: string) => line({ message_type: "stop_reason", stop_reason: reason }),
  usage: line({
    message_type: "usage_statistics",
    completion_tokens: 5,
    prompt_tokens: 100,
    total_tokens: 105,
    step_count: 1,
    run_ids: null,
    context_tokens: 105,
  }),
  error: (error_type: string, message: string, detail: string | null = null) =>
    `event: error\n${line({ message_type: "error_message", run_id: RUN, error_type, message, detail, seq_id: null })}`,
  done: "data: [DONE]\n\n",
};

/** A turn that went well, around what was said. */
export function goldenTurn(...frames: readonly string[]): string {
  return [golden.ping, ...frames, golden.stop("end_turn"), golden.usage, golden.done].join("");
}
