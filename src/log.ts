import pino from "pino";
import type { Logger } from "./core/logger.ts";

/** Anything by these names is a secret or holds one. */
const SECRETS = ["token", "apiKey", "password", "authorization", "url", "requestBody", "connectionString"];

/** For people at a terminal, lines to read; for everything else, JSON. */
export function createLog(options: { level: string; pretty: boolean }): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]);
  return pino({
    level: options.level,
    base: null,
    redact: { paths, censor: "[hidden]" },
    serializers: { err: describeError },
    ...(options.pretty && {
      transport: {
        target: "pino-pretty",
        options: { colorize: true, translateTime: "HH:MM:ss", ignore: "pid,hostname", singleLine: true },
      },
    }),
  });
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
