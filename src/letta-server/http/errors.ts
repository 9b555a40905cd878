import { z } from "zod";

/** An answer that is a refusal: its status and body are Letta's own. */
export class HttpError extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(JSON.stringify(body));
    this.name = "HttpError";
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export const unauthorized = () => new HttpError(401, { detail: "Unauthorized" });
export const noRoute = () => new HttpError(404, { detail: "Not Found" });
export const wrongMethod = () => new HttpError(405, { detail: "Method Not Allowed" });
export const notFound = (detail: string) => new HttpError(404, { detail });
export const badRequest = (detail: string) => new HttpError(400, { detail });
export const invalidArgument = (detail: string) => badRequest(`INVALID_ARGUMENT: ${detail}`);
export const unknownError = () => new HttpError(500, { detail: "An unknown error occurred" });

export const agentNotFound = () => notFound("Agent not found");
export const conversationNotFound = (id: string) => notFound(`Conversation not found with id='['${id}']'`);
export const blockNotFound = (id: string) => notFound(`Block with id ${id} not found`);
export const labelNotFound = (label: string, agentId: string) =>
  notFound(`No block with label '${label}' found for agent '${agentId}'`);
export const runNotFound = (id: string) => notFound(`Run with id ${id} not found`);

/** A label, an archive: what an agent may have once. The real server lets the database's words through. */
export const uniqueViolation = (constraint: string, key: string) =>
  new HttpError(409, {
    detail:
      "(sqlalchemy.dialects.postgresql.asyncpg.IntegrityError) <class 'asyncpg.exceptions." +
      `UniqueViolationError'>: duplicate key value violates unique constraint "${constraint}"\n` +
      `DETAIL:  Key ${key} already exists.`,
  });

export const conversationBusy = (runId: string) =>
  new HttpError(409, {
    detail:
      `CONFLICT: Cannot send a new message: Another request (run_id=${runId}) is currently being ` +
      "processed for this conversation. Please wait for it to complete before sending another message.",
    run_id: runId,
  });

export const nothingToCancel = (place: string) =>
  new HttpError(409, { detail: `CONFLICT: No active runs to cancel for ${place}` });

export const redisMissing = () =>
  new HttpError(503, {
    detail:
      "Background streaming requires Redis to be running. Please ensure Redis is properly configured. " +
      "LETTA_REDIS_HOST: None, LETTA_REDIS_PORT: 6379",
  });

export const runExpired = () =>
  new HttpError(410, { detail: "Run was created more than 3 hours ago, and is now expired." });

interface Complaint {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
}

/** 422 whose detail is the text of a Python list, as the real server answers (its contract says an array). */
export function unprocessable(complaints: readonly Complaint[]): HttpError {
  const detail = complaints
    .map(({ type, loc, msg, input }) => {
      const place = `(${loc.map(python).join(", ")}${loc.length === 1 ? "," : ""})`;
      return `{'type': ${python(type)}, 'loc': ${place}, 'msg': ${python(msg)}, 'input': ${python(input)}}`;
    })
    .join(", ");
  return new HttpError(422, { trace_id: "0".repeat(32), detail: `[${detail}]` });
}

export function malformedId(place: string, pattern: string, input: string): HttpError {
  const msg = `String should match pattern '${pattern}'`;
  return unprocessable([{ type: "string_pattern_mismatch", loc: ["path", place], msg, input }]);
}

/** Reads a body by its schema, or refuses it as the real server does. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw unprocessable(
    parsed.error.issues.map((issue) => ({
      type: issue.code,
      loc: ["body", ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))],
      msg: issue.message,
      input: z.unknown().parse(issue.input),
    })),
  );
}

function python(value: unknown): string {
  if (typeof value === "string") {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    const escaped = value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
    return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
  }
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (value === null || value === undefined || typeof value !== "object") return "None";
  const pairs = Object.entries(value).map(([key, held]) => `${python(key)}: ${python(held)}`);
  return `{${pairs.join(", ")}}`;
}
