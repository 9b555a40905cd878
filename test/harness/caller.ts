import { z } from "zod";
import type { TestBot } from "./bot.ts";

/** As much of what the API answers as stories look at; `test/http/openapi.test.ts` holds all of it to the document. */
const Body = z.looseObject({
  id: z.string().default(""),
  conversation_id: z.string().default(""),
  persona: z.string().default(""),
  state: z.string().default(""),
  message: z.string().default(""),
  detail: z.string().default(""),
  code: z.string().default(""),
});

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: z.infer<typeof Body>;
}

export interface Streamed {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface ApiMessage {
  readonly persona: string;
  readonly message: string;
  readonly conversation_id?: string | undefined;
  readonly user?: string;
  readonly user_name?: string;
}

/** A program that uses the HTTP API, without a socket. */
export class Caller {
  readonly #bot: TestBot;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(bot: TestBot, headers: Readonly<Record<string, string>> = {}) {
    this.#bot = bot;
    this.#headers = { host: "127.0.0.1:4301", ...headers };
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const { http } = this.#bot.app;
    if (!http) throw new Error("this bot has no HTTP API");
    const headers = new Headers({ ...this.#headers });
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    return http.routes.request(path, { ...init, headers });
  }

  async asks(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await this.request(path, init);
    return { status: response.status, headers: response.headers, body: Body.parse(await response.json()) };
  }

  gets(path: string, query: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.asks(`${path}?${new URLSearchParams(query)}`);
  }

  sends(
    method: "POST" | "PUT",
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.asks(path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  }

  says(said: ApiMessage, headers: Record<string, string> = {}): Promise<Answer> {
    return this.sends("POST", "/api/chat", said, headers);
  }

  /** Says something and listens to the answer as it is written. */
  async listens(said: ApiMessage, headers: Record<string, string> = {}): Promise<AsyncGenerator<Streamed>> {
    const response = await this.request("/api/chat", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream", ...headers },
      body: JSON.stringify(said),
    });
    if (!response.body || response.status !== 200) throw new Error(`no stream: ${response.status}`);
    return eventsOf(response.body);
  }

  async follows(location: string): Promise<AsyncGenerator<Streamed>> {
    const response = await this.request(location, { headers: { accept: "text/event-stream" } });
    if (!response.body || response.status !== 200) throw new Error(`no stream: ${response.status}`);
    return eventsOf(response.body);
  }
}

/** Server-sent events, one after the other; comments come as events without a name. Returning early hangs up. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Streamed> {
  let rest = "";
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + piece).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) yield readBlock(block);
  }
}

const Data = z.record(z.string(), z.unknown());

function readBlock(block: string): Streamed {
  const field = (name: string) =>
    block
      .split("\n")
      .filter((line) => line.startsWith(`${name}: `))
      .map((line) => line.slice(name.length + 2))
      .join("\n");
  const data = field("data");
  return { event: field("event"), data: data === "" ? {} : Data.parse(JSON.parse(data)) };
}

export async function allOf(events: AsyncGenerator<Streamed>): Promise<readonly Streamed[]> {
  const all: Streamed[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** The text a stream shows in the end. */
export function painted(events: readonly Streamed[]): string {
  let text = "";
  for (const { event, data } of events) {
    if (event === "text") text += String(data.delta);
    if (event === "replace") text = String(data.text);
  }
  return text;
}
