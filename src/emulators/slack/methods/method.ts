import type { z } from "zod";
import { refuseWithReasons, SlackApiError } from "../http/api-error.ts";
import type { LimitRule } from "../http/rate-limits.ts";
import type { JsonObject } from "../wire.ts";
import type { InstallationRecord } from "../world/records.ts";

/** Who asks: the app in one workspace. */
interface BotCall<Args> {
  readonly args: Args;
  readonly caller: InstallationRecord;
}

export interface Method {
  readonly name: string;
  /** Which token it takes. */
  readonly token: "bot" | "app" | "none";
  readonly scope: string | undefined;
  readonly limit: LimitRule;
  /** What has a bucket of its own in this method: the channel of a post. */
  limitKey(args: JsonObject): string;
  run(args: JsonObject, caller: InstallationRecord | undefined, secret: Credentials | undefined): JsonObject;
}

/** HTTP Basic authorisation, as oauth.v2.access takes it. */
export interface Credentials {
  readonly id: string;
  readonly secret: string;
}

/** Calls a minute [Slack's documentation, "20+" and so on: the least that is promised]. */
export const TIER_2: LimitRule = { limit: 20, windowMs: 60_000 };
export const TIER_3: LimitRule = { limit: 50, windowMs: 60_000 };
export const TIER_4: LimitRule = { limit: 100, windowMs: 60_000 };

interface BotDefinition<Schema extends z.ZodType> {
  readonly name: string;
  readonly scope?: string;
  readonly limit: LimitRule;
  readonly limitKey?: (args: JsonObject) => string;
  readonly args: Schema;
  readonly run: (call: BotCall<z.output<Schema>>) => JsonObject;
}

/** A method that a bot token calls. */
export function botMethod<Schema extends z.ZodType>(definition: BotDefinition<Schema>): Method {
  return {
    name: definition.name,
    token: "bot",
    scope: definition.scope,
    limit: definition.limit,
    limitKey: definition.limitKey ?? (() => ""),
    run(args, caller) {
      if (!caller) throw new SlackApiError("not_authed");
      return definition.run({ args: parseArguments(definition.args, args), caller });
    },
  };
}

/** A method that is called with the app-level token, or with none. */
export function appMethod<Schema extends z.ZodType>(definition: {
  readonly name: string;
  readonly token: "app" | "none";
  readonly limit: LimitRule;
  readonly args: Schema;
  readonly run: (args: z.output<Schema>, secret: Credentials | undefined) => JsonObject;
}): Method {
  return {
    name: definition.name,
    token: definition.token,
    scope: undefined,
    limit: definition.limit,
    limitKey: () => "",
    run: (args, _caller, secret) => definition.run(parseArguments(definition.args, args), secret),
  };
}

function parseArguments<Schema extends z.ZodType>(schema: Schema, args: JsonObject): z.output<Schema> {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  throw refuseWithReasons(
    "invalid_arguments",
    parsed.error.issues.map(({ path, message }) => {
      const isMissing = path.length > 0 && args[String(path[0])] === undefined;
      return isMissing
        ? `missing required field: ${path.join(".")}`
        : `${message} [json-pointer:/${path.join("/")}]`;
    }),
  );
}

export function needScope(caller: InstallationRecord, scope: string): void {
  if (caller.scopes.includes(scope)) return;
  throw new SlackApiError("missing_scope", { needed: scope, provided: caller.scopes.join(",") });
}
