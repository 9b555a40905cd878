import type { Clock } from "../../emulators/kit/clock.ts";
import type { Fault, Faults } from "../../emulators/kit/faults.ts";
import { parseJson } from "../../emulators/kit/http/body.ts";
import type { HttpRequest, PlannedReply, Reply, Service } from "../../emulators/kit/http/exchange.ts";
import type { Routes } from "../../emulators/kit/http/routes.ts";
import type { Journal } from "../../emulators/kit/journal.ts";
import { newId } from "../ids.ts";
import { type Call, EventStream, NoContent, type Route } from "../routes/route.ts";
import { failureItem, turnFailure } from "../turn/failure.ts";
import type { Frame } from "../turn/live-run.ts";
import {
  conversationBusy,
  HttpError,
  noRoute,
  unauthorized,
  unknownError,
  unprocessable,
  wrongMethod,
} from "./errors.ts";

const OPEN_PATHS = ["/v1/health/", "/v1/health", "/v1/ready/", "/v1/ready"];

export interface ServiceParts {
  readonly routes: Routes<Route>;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly password: string | undefined;
  /** Told of what a route did not expect; the caller sees a 500. */
  readonly onCrash: (error: unknown) => void;
}

/** Letta's own way with requests: its password, its bodies and its errors. */
export function lettaService(parts: ServiceParts): Service {
  const { clock, faults, journal } = parts;
  return {
    clock,
    faults,
    journal,
    jsonType: "application/json",
    plan: (request) => plan(parts, request),
    refused(error) {
      if (error instanceof HttpError) return refusal(error);
      parts.onCrash(error);
      return refusal(unknownError());
    },
    failed(fault) {
      if (fault.type === "busy") return refusal(conversationBusy(newId("run")));
      if (fault.type !== "status") return undefined;
      const body = fault.body ?? { detail: `The sandbox was told to answer ${fault.status}.` };
      return { status: fault.status, body, headers: fault.headers ?? {} };
    },
  };
}

const refusal = ({ status, body, headers }: HttpError): Reply => ({ status, body, headers });

async function plan({ routes, password }: ServiceParts, request: HttpRequest): Promise<PlannedReply> {
  const text = (await request.read()).toString("utf8");
  const body = text === "" ? undefined : parseJson(text);
  const match = routes.match(request.method, request.url.pathname);
  return {
    pattern: match.route?.pattern,
    body,
    async run(failure) {
      if (!isAllowed(request, password)) throw unauthorized();
      if (!match.route) throw match.reason === "wrong-method" ? wrongMethod() : noRoute();
      if (text !== "" && (body === undefined || isNoJson(request))) {
        throw unprocessable([
          { type: "json_invalid", loc: ["body", 0], msg: "JSON decode error", input: {} },
        ]);
      }
      const call = {
        params: match.params,
        query: request.url.searchParams,
        body,
        signal: request.whenLeft(),
      };
      return await answer(match.route, call, failure);
    },
  };
}

async function answer({ handle }: Route, call: Call, failure: Fault | undefined): Promise<Reply> {
  const result = await handle(call);
  if (result instanceof NoContent) return { status: 204 };
  if (!(result instanceof EventStream)) return { status: 200, body: result };
  const { frames } = result;
  return { status: 200, events: failure?.type === "error-after-text" ? breakingOff(frames) : frames };
}

/** What a model's failure in the middle of its answer looks like. */
async function* breakingOff(frames: AsyncIterable<Frame>): AsyncGenerator<Frame> {
  for await (const frame of frames) {
    yield frame;
    if (frame.type !== "event" || frame.data.message_type !== "assistant_message") continue;
    const failure = turnFailure(new Error("The sandbox was told to fail after some text."));
    const data = failureItem(String(frame.data.run_id), failure, { late: true });
    yield { type: "event", data: { message_type: "stop_reason", stop_reason: failure.stopReason } };
    yield { type: "event", name: "error", data };
    return;
  }
}

/** A form or plain text, which a browser sends for any site: the real server does not read them as JSON either. */
const isNoJson = ({ contentType }: HttpRequest): boolean =>
  /^\s*(?:text\/|application\/x-www-form-urlencoded)/i.test(contentType);

function isAllowed({ url, headers }: HttpRequest, password: string | undefined): boolean {
  if (password === undefined || OPEN_PATHS.includes(url.pathname)) return true;
  return (
    headers.authorization === `Bearer ${password}` || headers["x-bare-password"] === `password ${password}`
  );
}
