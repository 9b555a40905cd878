import { ApplicationFlags } from "discord-api-types/v10";
import { z } from "zod";
import { type CheckResult, runChecks } from "../../../core/domain/check-result.ts";
import { sentences } from "../../../sentences/sentences.ts";
import type { DiscordCommand } from "../commands/definitions.ts";
import { compare } from "../commands/registrar.ts";
import type { DiscordApi } from "../rest/api.ts";
import { translateErrors } from "../rest/errors.ts";
import { Snowflake } from "../wire.ts";
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
  yield ok(sentences.discordChecks.tokenOf(application.name));
  yield* runChecks([
    async () => messageContent(application.flags),
    async () => sessions(await look({ method: "GET", path: "/gateway/bot" })),
    async () => servers(await guildsOf(look), guild),
    async () => commands(await compare(wanted, { api: look, application: application.id, guild }), guild),
  ]);
  yield { state: "info", text: sentences.discordChecks.invite(inviteLink(application.id)) };
}

/** Bots in few servers have the limited flag, reviewed ones the other. */
function messageContent(flags: number): CheckResult {
  const { GatewayMessageContent, GatewayMessageContentLimited } = ApplicationFlags;
  if (flags & (GatewayMessageContent | GatewayMessageContentLimited)) {
    return ok(sentences.discordChecks.contentIntent);
  }
  return failed(sentences.discordChecks.messagesHidden);
}

/** Discord resets the token of a bot that connects more often than it may in a day. */
export function sessions(answer: unknown): CheckResult {
  const { total, remaining, reset_after } = Connecting.parse(answer).session_start_limit;
  const minutes = Math.ceil(reset_after / MINUTE_MS);
  if (remaining === 0) {
    return failed(sentences.discordChecks.noConnectionsLeft(minutes));
  }
  if (remaining <= total / 2) {
    return warning(sentences.discordChecks.fewConnectionsLeft({ left: remaining, total, minutes }));
  }
  return ok(sentences.discordChecks.connectionsLeft(remaining));
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
    ...(absent ? [failed(sentences.discordChecks.wrongServer)] : []),
    ...(guilds.length === 0 ? [warning(sentences.discordChecks.noServer)] : []),
    ...incomplete.slice(0, GUILDS_NAMED),
    ...(more > 0 ? [warning(sentences.discordChecks.moreServersLack(more))] : []),
    ...(complete > 0 ? [ok(sentences.discordChecks.permissionsIn(complete))] : []),
  ];
}

/** As its roles have it in the server; what single channels deny or allow comes on top. */
function permissionsIn({ name, permissions }: Guild): CheckResult | undefined {
  const missing = missingPermissions(BigInt(permissions));
  if (!missing) return undefined;
  const { names: lacking, consequences: lost } = missing;
  const text = sentences.discordChecks.lacks({ server: name, permissions: lacking, lost });
  return lost === undefined ? failed(text) : warning(text);
}

function commands(
  { all, existing, differing }: Awaited<ReturnType<typeof compare>>,
  guild: string | undefined,
): CheckResult {
  if (existing.length === 0) return { state: "info", text: sentences.discordChecks.notRegistered };
  const { create, change, remove } = differing;
  const differences = [
    ...create.map(({ name }) => sentences.discordChecks.missing(name)),
    ...change.map(({ to }) => sentences.discordChecks.outdated(to.name)),
    ...remove.map(({ name }) => sentences.discordChecks.foreign(name)),
  ];
  if (differences.length === 0)
    return ok(sentences.discordChecks.registered(all.length, guild !== undefined));
  return warning(sentences.discordChecks.commandsDiffer(differences));
}

const ok = (text: string): CheckResult => ({ state: "ok", text });
const failed = (text: string): CheckResult => ({ state: "error", text });
const warning = (text: string): CheckResult => ({ state: "warning", text });
