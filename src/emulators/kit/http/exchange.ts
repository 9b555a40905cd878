import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import type { Fault, Faults } from "../faults.ts";
import type { Journal, JournalEntry } from "../journal.ts";
import { readAll } from "./body.ts";

/** Sent as JSON under its name, and kept in the journal; or a bare word, sent as it is: `[DONE]`. */
export type ServerSentEvent = { readonly name?: string; readonly data: unknown } | { readonly word: string };

export interface Reply {
  readonly status: number;
  /** Sent as JSON. Without it, `raw` and `events` there is no body. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: Buffer | string;
  /** Sent as they come. The headers leave with the first. */
  readonly events?: AsyncIterable<ServerSentEvent>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is known of a request before anything is done. */
export interface PlannedReply {
  /** By which faults are planned, when it is not the path of the address. */
  readonly path?: string;
  /** The route, for the journal; undefined when there is none. */
  readonly pattern: string | undefined;
  /** The body, for the journal. */
  readonly body: unknown;
  /** The work. It is given the fault that befalls its answer, for what only this service knows. */
  run(failure: Fault | undefined): Reply | Promise<Reply>;
}

/** What one emulated service does its own way. */
export interface Service {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly jsonType: string;
  plan(request: HttpRequest): Promise<PlannedReply>;
  /** The answer to what was thrown instead of one. */
  refused(error: unknown): Reply;
  /** How this fault is answered in the place of the work; undefined for those that leave the work to be done. */
  failed(fault: Fault): Reply | undefined;
  /** Called when the work is done, before it is answered. */
  settled?(request: HttpRequest, reply: Reply): Promise<void> | undefined;
}

/** A request on its way through. */
export class HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly #incoming: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(incoming: IncomingMessage, response: ServerResponse) {
    this.method = incoming.method ?? "GET";
    this.url = new URL(incoming.url ?? "/", "http://sandbox");
    this.headers = incoming.headers;
    this.#incoming = incoming;
    this.#response = response;
  }

  get contentType(): string {
    return this.headers["content-type"] ?? "";
  }

  /** @throws {BodyTooLarge} */
  read(limitBytes: number = Number.POSITIVE_INFINITY): Promise<Buffer> {
    return readAll(this.#incoming, limitBytes);
  }

  /** Aborts when whoever asked has left, or has the whole answer. */
  whenLeft(): AbortSignal {
    const left = new AbortController();
    this.#response.on("close", () => left.abort());
    return left.signal;
  }
}

/** Everything around the answers of a service: the journal, and faults on demand. */
export async function answerRequest(
  service: Service,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A reader who leaves in the middle is no mistake of ours.
  response.on("error", () => response.destroy());
  const request = new HttpRequest(incoming, response);
  const planned = await service.plan(request);
  const { method, url, headers } = request;
  const path = planned.path ?? url.pathname;
  const entry = service.journal.open({ at: service.clock.now(), method, path, query: url.search, headers });
  entry.pattern = planned.pattern;
  entry.body = planned.body;
  service.journal.announce(entry);
  await new Exchange(service, entry, { request, incoming, response }).answer(planned);
  service.journal.finish(entry);
}

class Exchange {
  readonly #service: Service;
  readonly #entry: JournalEntry;
  readonly #request: HttpRequest;
  readonly #incoming: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(
    service: Service,
    entry: JournalEntry,
    ends: {
      readonly request: HttpRequest;
      readonly incoming: IncomingMessage;
      readonly response: ServerResponse;
    },
  ) {
    this.#service = service;
    this.#entry = entry;
    this.#request = ends.request;
    this.#incoming = ends.incoming;
    this.#response = ends.response;
  }

  async answer(planned: PlannedReply): Promise<void> {
    const service = this.#service;
    const faults = service.faults.take(this.#entry.method, this.#entry.path);
    for (const fault of faults) if (fault.type === "slow") await service.clock.sleep(fault.ms);
    const failure = faults.find(({ type }) => type !== "slow");
    if (failure?.type === "cut-before-headers") return cut(this.#incoming, failure.by);
    if (failure?.type === "page") return this.#sendPage(failure);
    const reply = (failure && service.failed(failure)) ?? (await this.#run(planned, failure));
    await service.settled?.(this.#request, reply);
    if (reply.events) await this.#sendEvents(reply.events, failure);
    else if (failure?.type !== "cut-after-commit") this.#send(reply, failure?.type === "silence");
    if (failure?.type === "cut-after-commit") cut(this.#incoming, failure.by);
  }

  async #run(planned: PlannedReply, failure: Fault | undefined): Promise<Reply> {
    try {
      return await planned.run(failure);
    } catch (error) {
      return this.#service.refused(error);
    }
  }

  #send(reply: Reply, stalls: boolean): void {
    const response = this.#response;
    this.#entry.status = reply.status;
    this.#entry.answer = reply.body;
    if (response.headersSent || response.destroyed) return void response.destroy();
    const sent = reply.raw ?? (reply.body === undefined ? undefined : JSON.stringify(reply.body));
    if (sent === undefined) {
      // Without a content type: @discordjs/rest would try to parse nothing as JSON.
      response.writeHead(reply.status, { date: this.#date(), ...reply.headers }).end();
      return;
    }
    const bytes = Buffer.from(sent);
    response.writeHead(reply.status, {
      date: this.#date(),
      "content-type": this.#service.jsonType,
      "content-length": bytes.length,
      ...reply.headers,
    });
    if (stalls) response.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
    else response.end(bytes);
  }

  /** Without pings a client waits for the headers as long as for the first event. */
  async #sendEvents(events: AsyncIterable<ServerSentEvent>, failure: Fault | undefined): Promise<void> {
    const response = this.#response;
    const begin = () => response.writeHead(200, { date: this.#date(), "content-type": "text/event-stream" });
    this.#entry.status = 200;
    if (failure?.type === "silence") return void begin().flushHeaders();
    try {
      for await (const event of events) {
        if (failure?.type === "cut-after-commit") continue;
        if (!response.headersSent) begin();
        if ("data" in event) this.#service.journal.addEvent(this.#entry, event.data);
        response.write(textOf(event));
      }
    } catch (error) {
      return this.#send(this.#service.refused(error), false);
    }
    if (failure?.type !== "cut-after-commit") response.end();
  }

  /** Answers as somebody between the service and its client does. */
  #sendPage({ status, retryAfter, json }: Extract<Fault, { type: "page" }>): void {
    this.#response
      .writeHead(status, {
        date: this.#date(),
        "content-type": json === undefined ? "text/html; charset=UTF-8" : "application/json",
        ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
      })
      .end(json ?? PAGE);
  }

  /** By the emulator's clock, as everything else that it dates. */
  #date(): string {
    return new Date(this.#service.clock.now()).toUTCString();
  }
}

/** What a CDN says in the service's place. */
const PAGE =
  "<!doctype html><title>Error 1015</title><p>You are being rate limited by the owner of this site.";

function textOf(event: ServerSentEvent): string {
  if ("word" in event) return `data: ${event.word}\n\n`;
  const name = event.name ? `event: ${event.name}\n` : "";
  return `${name}data: ${JSON.stringify(event.data)}\n\n`;
}

/** Breaks the connection under a request: with an end, or with a reset as of a network that failed. */
function cut(request: IncomingMessage, by: "fin" | "rst" | undefined): void {
  if (by === "fin") request.socket.end();
  else request.socket.resetAndDestroy();
}
