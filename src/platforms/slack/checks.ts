import { z } from "zod";
import { type CheckResult, runChecks } from "../../core/domain/check-result.ts";
import { AppError } from "../../core/domain/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { sentences } from "../../sentences/sentences.ts";
import { PlatformUnavailable } from "../shared/unavailable.ts";
import { INSTALLATION_GONE, isRejected, PlatformRejection, toAppError } from "./web-api/errors.ts";
import { OPTIONAL_SCOPES, requiredScopes } from "./web-api/methods.ts";

/** The app in one workspace by its token, or in all that install it; over sockets, or called by Slack. */
export interface CheckedApp {
  readonly installed:
    | { readonly by: "token"; readonly botToken: string }
    | { readonly by: "oauth"; readonly clientId: string };
  readonly transport:
    | { readonly by: "sockets"; readonly appToken: string }
    | { readonly by: "http"; readonly signingSecret: string; readonly port: number; readonly host: string };
  /** Another Slack than the real one: `http://127.0.0.1:…/api/`. */
  readonly apiUrl?: string | undefined;
  readonly clock: Clock;
}

const API = "https://slack.com/api/";
const ANSWER_WITHIN_MS = 10_000;
/** What is shorter is no news to who operates the bot. */
const LONG_MS = 60_000;
/** Slack's signatures are good for five minutes. */
const MAX_SKEW_MS = 60_000;

/** Looks at an app and its installation; changes nothing, and opens no connection. */
export async function* checkSlack(inspected: CheckedApp): AsyncGenerator<CheckResult> {
  const { installed, transport } = inspected;
  const told = new Set<string>();
  for await (const result of runChecks([
    async () =>
      installed.by === "token" ? installation(inspected, installed.botToken) : installable(installed),
    async () => (transport.by === "sockets" ? socket(inspected, transport.appToken) : calls(transport)),
  ])) {
    // Where Slack is away, each question finds the same.
    if (!told.has(result.text)) yield result;
    told.add(result.text);
  }
}

const Me = z.object({ url: z.url(), team: z.string(), user: z.string() });

async function installation(inspected: CheckedApp, botToken: string): Promise<readonly CheckResult[]> {
  const { transport } = inspected;
  const { answer, scopes, skewMs } = await ask(inspected, "auth.test", botToken).catch((error: unknown) => {
    throw isRejected(error, ...INSTALLATION_GONE, "not_authed") ? unknownToken(error) : toAppError(error);
  });
  const { url, team, user } = Me.parse(answer);
  return [
    ok(sentences.slackChecks.tokenOf({ user, team, host: new URL(url).host })),
    ...permissions(scopes, appPage(transport.by === "sockets" ? transport.appToken : undefined)),
    ...clocks(skewMs),
    { state: "info", text: sentences.slackChecks.eventsUnknown },
    { state: "info", text: sentences.slackChecks.invite(user) },
  ];
}

const unknownToken = (cause: unknown) =>
  new AppError("misconfigured", sentences.slackChecks.badBotToken, { cause });

/** Slack grants it to agents alone, and they need it. */
const AGENT = "assistant:write";

function permissions(granted: ReadonlySet<string>, page: string): readonly CheckResult[] {
  const missing = requiredScopes().filter((scope) => !granted.has(scope));
  const declined = OPTIONAL_SCOPES.filter((scope) => !granted.has(scope));
  const lost = declined.map((scope) => ({ scope, lost: CONSEQUENCES[scope] }));
  return [
    missing.length > 0
      ? failed(
          sentences.slackChecks.lacksScopes({
            scopes: missing,
            agentScope: missing.includes(AGENT) ? AGENT : undefined,
            page,
          }),
        )
      : ok(sentences.slackChecks.allScopes),
    ...(lost.length > 0 ? [warning(sentences.slackChecks.lacksOptional({ scopes: lost, page }))] : []),
  ];
}

const CONSEQUENCES = {
  "chat:write.customize": sentences.slackChecks.losses.names,
  "chat:write.public": sentences.slackChecks.losses.publicChannels,
} satisfies Record<(typeof OPTIONAL_SCOPES)[number], string>;

function clocks(skewMs: number): readonly CheckResult[] {
  if (Math.abs(skewMs) <= MAX_SKEW_MS) return [];
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  return [warning(sentences.slackChecks.clock(seconds))];
}

/** The address that comes back is used by nobody, and forgets itself. */
async function socket(inspected: CheckedApp, appToken: string): Promise<CheckResult> {
  try {
    await ask(inspected, "apps.connections.open", appToken);
  } catch (error) {
    if (error instanceof PlatformRejection) {
      return failed(sentences.slackChecks.makeAppToken(sentences.slackChecks.badAppToken, appPage(appToken)));
    }
    throw toAppError(error);
  }
  return ok(sentences.slackChecks.socketMode);
}

function installable({ clientId }: { readonly clientId: string }): CheckResult {
  return /^\d+\.\d+$/.test(clientId)
    ? ok(sentences.slackChecks.installable)
    : failed(sentences.slackChecks.badClientId);
}

/** What Slack signs with is 32 hexadecimal digits; a client secret looks the same. */
function calls({
  signingSecret,
  port,
  host,
}: Extract<CheckedApp["transport"], { by: "http" }>): readonly CheckResult[] {
  const at = `${host}:${port}`;
  return [
    /^[0-9a-f]{32}$/.test(signingSecret)
      ? ok(sentences.slackChecks.listens(at))
      : failed(sentences.slackChecks.badSigningSecret),
    { state: "info", text: sentences.slackChecks.address(at) },
  ];
}

const Answer = z.looseObject({ ok: z.boolean(), error: z.string().default("no_reason_given") });

interface CheckedAnswer {
  readonly answer: unknown;
  readonly scopes: ReadonlySet<string>;
  /** How far this machine's clock is before Slack's. */
  readonly skewMs: number;
}

/** One question without the SDK, which keeps the headers to itself. Throws Refusal or Outage. */
async function ask(
  { apiUrl = API, clock }: CheckedApp,
  method: string,
  token: string,
): Promise<CheckedAnswer> {
  const response = await fetch(new URL(method, apiUrl), {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/x-www-form-urlencoded" },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch((cause: unknown) => {
    throw new AppError("platform_unavailable", sentences.slackChecks.unreachable, { cause });
  });
  const retryAfterMs = Number(response.headers.get("retry-after") ?? 0) * 1_000;
  if (response.status === 429 && retryAfterMs > 0) {
    const [until, isLong] = [clock.now() + retryAfterMs, retryAfterMs > LONG_MS];
    throw new PlatformUnavailable(`${method}: rate limited`, { mayHaveSucceeded: false, until, isLong });
  }
  const { data } = Answer.safeParse(await response.json().catch(() => undefined));
  if (!data) throw new PlatformUnavailable(`${method}: no answer`, { mayHaveSucceeded: false });
  if (!data.ok) throw new PlatformRejection(method, { code: data.error });
  const date = Date.parse(response.headers.get("date") ?? "");
  return {
    answer: data,
    scopes: new Set((response.headers.get("x-oauth-scopes") ?? "").split(/[\s,]+/).filter(Boolean)),
    skewMs: Number.isNaN(date) ? 0 : clock.now() - date,
  };
}

const ok = (text: string): CheckResult => ({ state: "ok", text });
const failed = (text: string): CheckResult => ({ state: "error", text });
const warning = (text: string): CheckResult => ({ state: "warning", text });

const APPS = "https://api.slack.com/apps";

/** Where an app is set up. An app-level token tells which one: `xapp-1-A0123456789-…`. */
function appPage(appToken: string | undefined): string {
  const app = /^xapp-\d-(A[A-Z0-9]+)-/.exec(appToken ?? "")?.[1];
  return app === undefined ? APPS : `${APPS}/${app}`;
}
