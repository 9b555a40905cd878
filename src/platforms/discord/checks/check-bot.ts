import { ApplicationFlags } from "discord-api-types/v10";
import { z } from "zod";
import { type CheckResult, runChecks } from "../../../core/domain/check-result.ts";
import type { DiscordCommand } from "../commands/definitions.ts";
import { compare } from "../commands/registrar.ts";
import type { DiscordApi } from "../rest/api.ts";
import { translateErrors } from "../rest/errors.ts";
import { Snowflake } from "../wire.ts";
import { MESSAGES_HIDDEN } from "./developer-portal.ts";
import { inviteLink, missingPermissions } from "./permissions.ts";

const Application = z.object({ id: Snowflake, name: z.string(), flags: z.number().default(0) });
const Connecting = z.object({
  session_start_limit: z.object({ total: z.number(), remaining: z.number(), reset_after: z.number() }),
});
const Guilds = z.array(z.object({ id: Snowflake, name: z.string(), permissions: z.string() }));
type Guild = z.infer<typeof Guilds>[number];

const GUILDS_A_PAGE = 200;
/** A bot in hundreds of servers is told about the first of those that lack something. */
const GUILDS_NAMED = 10;
const MINUTE_MS = 60_000;

export interface CheckedBot {
  readonly api: DiscordApi;
  readonly wanted: readonly DiscordCommand[];
  readonly guild: string | undefined;
}

/** Looks at the application, its servers and its commands; changes nothing, and does not connect. */
export async function* checkBot({ api, wanted, guild }: CheckedBot): AsyncGenerator<CheckResult> {
  const look: DiscordApi = (ask) => translateErrors(() => api(ask));
  const application = Application.parse(await api({ method: "GET", path: "/applications/@me" }));
  yield ok(`The token is that of ${application.name}.`);
  yield* runChecks([
    async () => messageContent(application.flags),
    async () => sessions(await look({ method: "GET", path: "/gateway/bot" })),
    async () => servers(await guildsOf(look), guild),
    async () => commands(await compare(wanted, { api: look, application: application.id, guild }), guild),
  ]);
  yield { state: "info", text: `Invite it to a server with ${inviteLink(application.id)}` };
}

/** Bots in few servers have the limited flag, reviewed ones the other. */
function messageContent(flags: number): CheckResult {
  const { GatewayMessageContent, GatewayMessageContentLimited } = ApplicationFlags;
  if (flags & (GatewayMessageContent | GatewayMessageContentLimited)) {
    return ok("Message Content Intent is on.");
  }
  return failed(MESSAGES_HIDDEN);
}

/** Discord resets the token of a bot that connects more often than it may in a day. */
export function sessions(answer: unknown): CheckResult {
  const { total, remaining, reset_after } = Connecting.parse(answer).session_start_limit;
  const minutes = Math.ceil(reset_after / MINUTE_MS);
  if (remaining === 0) {
    return failed(
      `It has no connections left today: a start waits ${minutes} minutes until there are new ones.`,
    );
  }
  if (remaining <= total / 2) {
    return warning(
      `It has ${remaining} of ${total} connections left for the next ${minutes} minutes: something starts it over and over. Look at its log.`,
    );
  }
  return ok(`It may connect ${remaining} more times today.`);
}

async function guildsOf(look: DiscordApi): Promise<readonly Guild[]> {
  const all: Guild[] = [];
  for (;;) {
    const after = all.at(-1)?.id ?? "0";
    const query = { limit: String(GUILDS_A_PAGE), after };
    const page = Guilds.parse(await look({ method: "GET", path: "/users/@me/guilds", query }));
    all.push(...page);
    if (page.length < GUILDS_A_PAGE) return all;
  }
}

function servers(guilds: readonly Guild[], wanted: string | undefined): readonly CheckResult[] {
  const absent = wanted !== undefined && !guilds.some(({ id }) => id === wanted);
  const incomplete = guilds.flatMap((guild) => permissionsIn(guild) ?? []);
  const complete = guilds.length - incomplete.length;
  const more = incomplete.length - GUILDS_NAMED;
  return [
    ...(absent
      ? [
          failed(
            "The server in DISCORD_GUILD_ID is not one of its servers: correct it, or invite the bot there.",
          ),
        ]
      : []),
    ...(guilds.length === 0 ? [warning("It is in no server yet: open the link below.")] : []),
    ...incomplete.slice(0, GUILDS_NAMED),
    ...(more > 0 ? [warning(`${more} more servers lack permissions.`)] : []),
    ...(complete > 0 ? [ok(`It has the permissions it needs in ${count(complete, "server")}.`)] : []),
  ];
}

/** As its roles have it in the server; what single channels deny or allow comes on top. */
function permissionsIn({ name, permissions }: Guild): CheckResult | undefined {
  const missing = missingPermissions(BigInt(permissions));
  if (!missing) return undefined;
  const names = missing.names.join(", ");
  const remedy = "give them to its role under Server Settings → Roles, or open the link below again";
  return missing.consequences === undefined
    ? failed(`In “${name}” its role lacks ${names}: ${remedy}.`)
    : warning(`In “${name}” its role lacks ${names} (lost: ${missing.consequences.join(", ")}): ${remedy}.`);
}

function commands(
  { all, existing, differing }: Awaited<ReturnType<typeof compare>>,
  guild: string | undefined,
): CheckResult {
  if (existing.length === 0) return { state: "info", text: "The first start registers the commands." };
  const { create, change, remove } = differing;
  const where = guild === undefined ? "everywhere" : "in the one server of DISCORD_GUILD_ID";
  const differences = [
    ...create.map(({ name }) => `${name} is missing`),
    ...change.map(({ to }) => `${to.name} is outdated`),
    ...remove.map(({ name }) => `${name} is not ours`),
  ];
  if (differences.length === 0) return ok(`${count(all.length, "command")} registered, ${where}.`);
  return warning(`Registered commands differ (${differences.join(", ")}): the next start writes them.`);
}

const count = (many: number, what: string) => `${many} ${what}${many === 1 ? "" : "s"}`;
const ok = (text: string): CheckResult => ({ state: "ok", text });
const failed = (text: string): CheckResult => ({ state: "error", text });
const warning = (text: string): CheckResult => ({ state: "warning", text });
