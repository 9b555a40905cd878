import pino from "pino";
import { prettyFactory } from "pino-pretty";
import { z } from "zod";
import { AppError, reasonOf } from "../core/domain/errors.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { Terminal } from "./terminal.ts";

/** Anything by these names is a secret or holds one. */
const SECRETS = ["token", "apiKey", "password", "authorization", "url", "requestBody", "connectionString"];

/**
 * For people at a terminal, lines to read; for everything else, JSON. With `texts` errors are told whole: what others say
 * in them may hold what people or personas said.
 */
export function createLog({ level, terminal, texts = false, to }: LogOptions): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]);
  const options = {
    level,
    base: null,
    redact: { paths, censor: "[hidden]" },
    serializers: { err: (error: unknown) => describeError(error, texts) },
  };
  if (to) return pino(options, to);
  return terminal ? pino(options, linesAt(terminal)) : pino(options);
}

interface LogOptions {
  readonly level: string;
  readonly terminal?: Terminal | undefined;
  readonly texts?: boolean;
  /** Where the lines go; standard output when absent. */
  readonly to?: pino.DestinationStream;
}

/** While something is being done, that alone is news, unless it goes wrong or somebody looks for a mistake. */
function linesAt(terminal: Terminal): pino.DestinationStream {
  const { info } = pino.levels.values;
  const format = prettyFactory({
    colorize: terminal.colours,
    translateTime: "HH:MM:ss",
    ignore: "pid,hostname",
    singleLine: true,
  });
  return {
    write(line) {
      const { level } = JSON.parse(line);
      if (!(terminal.busy && level === info)) terminal.write(format(line));
    },
  };
}

/**
 * What went wrong and why, without what others put on their errors: bodies and addresses hold secrets, and words. The
 * causes stand in a list, the nearest first, and the stack is that of the last of them: where it began.
 */
function describeError(error: unknown, texts: boolean): unknown {
  if (!(error instanceof Error)) return texts ? String(error) : typeof error;
  const causes = causesOf(error);
  const first = causes.findLast((cause) => cause instanceof Error) ?? error;
  const told = causes.map((cause) => fieldsOf(cause, texts));
  return {
    ...fieldsOf(error, texts),
    ...(told.length > 0 && { causes: told }),
    stack: stackOf(first, texts),
  };
}

/** Errors that cause each other are a mistake, and end somewhere all the same. */
const MOST_CAUSES = 8;

function causesOf(error: Error): readonly unknown[] {
  const causes: unknown[] = [];
  let at: unknown = error;
  while (at instanceof Error && at.cause !== undefined && causes.length < MOST_CAUSES) {
    causes.push(at.cause);
    at = at.cause;
  }
  return causes;
}

function fieldsOf(error: unknown, texts: boolean): object {
  if (!(error instanceof Error)) return { message: texts ? String(error) : typeof error };
  return {
    type: error.name,
    ...(texts ? { message: withoutSecrets(error.message) } : wordless(error)),
    ...("code" in error && { code: error.code }),
    ...("status" in error && { status: error.status }),
  };
}

const stackOf = ({ stack = "", message }: Error, texts: boolean): string =>
  texts ? withoutSecrets(stack) : framesOf(stack, message);

/** What may be told of an error without telling what anybody said. */
function wordless(error: Error): object {
  if (error instanceof AppError) return { message: firstLine(reasonOf(error)) };
  if (error instanceof z.ZodError)
    return { message: error.issues.map(({ path, code }) => `${path.join(".")}: ${code}`).join(", ") };
  // Quotes what it could not read.
  if (error instanceof SyntaxError) return { message: "something could not be read" };
  const { data: answer } = HttpError.safeParse(error);
  if (answer) return { message: "an error was answered", ...evidenceIn(answer.error) };
  return { message: firstLine(error.message) };
}

/** What follows lists what was refused, with its values. */
const firstLine = (message: string): string =>
  withoutSecrets(message.split("\n", 1).join("")).slice(0, LONGEST_MESSAGE);
const LONGEST_MESSAGE = 300;

/** Others name addresses in their errors, which hold tokens or a password, and headers that they do not take. */
const withoutSecrets = (text: string): string =>
  text
    .replace(/\b(?<kind>Bearer|Basic|Bot) [^\s"']+/g, "$<kind> [hidden]")
    .replace(/\b(?:https?|wss?|postgres|postgresql):\/\/[^\s"'<>]+/g, originOf);

const originOf = (address: string): string => {
  const { protocol, host, pathname, search } = URL.canParse(address) ? new URL(address) : NO_ADDRESS;
  return `${protocol}//${host}${pathname.length + search.length > 1 ? "/[hidden]" : ""}`;
};
const NO_ADDRESS = { protocol: "https:", host: "", pathname: "[hidden]", search: "" };

/** As clients throw it whose message is the body: it may repeat what was asked, word for word. */
const HttpError = z
  .looseObject({
    status: z.number().optional(),
    error: z.unknown(),
    headers: z.unknown().refine((headers) => headers === undefined || typeof headers === "object"),
  })
  .refine((error) => "error" in error && "headers" in error && "status" in error);

const word = z
  .string()
  .regex(/^[\w.-]{1,80}$/)
  .optional()
  .catch(undefined);
const coded = z
  .string()
  .transform((text) => /^[A-Z][A-Z_]{2,60}(?=: )/.exec(text)?.[0])
  .optional()
  .catch(undefined);
const Body = z.object({
  error_type: word,
  type: word,
  code: word,
  message: coded,
  detail: z
    .union([
      coded,
      z
        .array(z.object({ loc: z.array(z.union([z.string(), z.number()])), type: word }))
        .transform((refused) => refused.map(({ loc, type }) => `${loc.join(".")}: ${type}`)),
    ])
    .optional()
    .catch(undefined),
});

/** What kind of error it is, in the words that programs have for it. */
function evidenceIn(body: unknown): object {
  const inner = z.object({ error: Body }).safeParse(body).data?.error;
  const {
    error_type,
    type = inner?.type,
    code = inner?.code,
    message,
    detail,
  } = Body.safeParse(body).data ?? {};
  const evidence = { error_type, error_kind: type ?? code, refused: detail ?? message };
  return Object.fromEntries(Object.entries(evidence).filter(([, value]) => value !== undefined));
}

/** Where it happened. A stack begins with the message. */
function framesOf(stack: string, message: string): string {
  const begins = message === "" ? 0 : stack.indexOf(message) + message.length;
  const frames = stack.indexOf("\n    at ", Math.max(0, begins));
  return frames < 0 ? "" : stack.slice(frames + 1);
}
