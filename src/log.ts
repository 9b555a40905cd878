import pino from "pino";
import { prettyFactory } from "pino-pretty";
import type { Logger } from "./core/logger.ts";
import type { Terminal } from "./terminal.ts";

/** Anything by these names is a secret or holds one. */
const SECRETS = ["token", "apiKey", "password", "authorization", "url", "requestBody", "connectionString"];

/** For people at a terminal, lines to read; for everything else, JSON. */
export function createLog({ level, terminal }: { level: string; terminal?: Terminal | undefined }): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]);
  const options = {
    level,
    base: null,
    redact: { paths, censor: "[hidden]" },
    serializers: { err: describeError },
  };
  return terminal ? pino(options, linesAt(terminal)) : pino(options);
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

/** What went wrong and why, without what others put on their errors: bodies and addresses hold secrets. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const code = "code" in error ? { code: error.code } : {};
  const status = "status" in error ? { status: error.status } : {};
  return {
    type: name,
    message,
    ...code,
    ...status,
    stack,
    ...(cause !== undefined && { cause: describeError(cause) }),
  };
}
