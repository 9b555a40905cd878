import { z } from "zod";
import { policyAt } from "../src/core/access/tenant-policy.ts";
import { action, type CommandContext, type CommandOf } from "../src/core/commands/declaration.ts";
import { signatureOf } from "../src/core/domain/audience.ts";
import { AppError } from "../src/core/domain/errors.ts";
import { Policy } from "../src/core/domain/policy.ts";
import { type Subject, type TenantSetting, tenantKey } from "../src/core/domain/stored-records.ts";
import { subjectsLike, subjectsNamed } from "../src/core/domain/subjects.ts";
import { personasAt } from "../src/core/personas/catalogue.ts";
import { truncate } from "../src/core/text/truncate.ts";
import { sentences } from "../src/sentences/sentences.ts";

const { admin: words } = sentences.commands;
const count = z.number().int().min(0).max(1_000_000_000).optional();
const forManagers = { managersOnly: true, confidential: true } as const;
const what = z.string().trim().min(1, words.options.whatMissing).max(200).describe(words.options.what);

export const admin: CommandOf<"admin"> = {
  name: "admin",
  description: words.description,
  actions: {
    status: action({
      ...forManagers,
      description: words.actions.status,
      options: z.object({}),
      run: async (_options, context) => ({ text: await status(context) }),
    }),
    pause: action({
      ...forManagers,
      description: words.actions.pause,
      options: z.object({}),
      async run(_options, context) {
        const { author, clock } = context;
        await settleRules(context, (current) => ({
          ...current,
          paused: current.paused ?? { by: author.id, byName: author.name, at: clock.now() },
        }));
        return {
          text: words.paused,
        };
      },
    }),
    resume: action({
      ...forManagers,
      description: words.actions.resume,
      options: z.object({}),
      async run(_options, context) {
        await settleRules(context, ({ paused: _, ...current }) => current);
        return { text: words.resumed };
      },
    }),
    allow: action({
      ...forManagers,
      description: words.actions.allow,
      options: z.object({ what }),
      suggest: { what: (typed, context) => suggestSubjects(typed, context) },
      async run({ what: typed }, context) {
        const subject = await subjectMeant(context, typed);
        const { denied = [] } = await settingHere(context);
        if (denied.some(same(subject))) {
          await settleRules(context, (current) => ({ ...current, denied: without(current.denied, subject) }));
          return { text: words.deniedNoLonger(subject.name) };
        }
        await settleRules(context, (current) => ({
          ...current,
          allowed: [...without(current.allowed, subject), subject],
        }));
        return { text: words.allowed(subject.name, subject.kind === "channel") };
      },
    }),
    deny: action({
      ...forManagers,
      description: words.actions.deny,
      options: z.object({ what }),
      suggest: { what: (typed, context) => suggestSubjects(typed, context) },
      async run({ what: typed }, context) {
        const subject = await subjectMeant(context, typed);
        const { allowed = [] } = await settingHere(context);
        if (allowed.some(same(subject))) {
          await settleRules(context, (current) => ({
            ...current,
            allowed: without(current.allowed, subject),
          }));
          return { text: words.allowedNoLonger(subject.name) };
        }
        await settleRules(context, (current) => ({
          ...current,
          denied: [...without(current.denied, subject), subject],
        }));
        if (subject.kind === "channel") return { text: words.deniedChannel(subject.name) };
        const { platforms, place } = context;
        const isDirectElsewhere = platforms.get(place.platform)?.unmanagedTenant !== undefined;
        return { text: words.denied(subject.name, isDirectElsewhere) };
      },
    }),
    everyone: action({
      ...forManagers,
      description: words.actions.everyone,
      options: z.object({
        reset: z.boolean().optional().describe(words.options.reset),
      }),
      run: async ({ reset = false }, context) => ({ text: await nameEveryone(context, reset) }),
    }),
    limits: action({
      ...forManagers,
      description: words.actions.limits,
      options: z.object({
        turns_each: count.describe(words.options.turnsEach),
        turns_all: count.describe(words.options.turnsAll),
        tokens_each: count.describe(words.options.tokensEach),
        tokens_all: count.describe(words.options.tokensAll),
        personas_each: count.describe(words.options.personasEach),
        keep_days: count.describe(words.options.keepDays),
        creators: Policy.shape.personaCreators.optional().describe(words.options.creators),
        defaults: z.boolean().optional().describe(words.options.defaults),
      }),
      async run(options, context) {
        const chosen = policyOf(options);
        if (options.defaults || Object.keys(chosen).length > 0)
          await settle(context, (current) => ({
            ...current,
            policy: { ...(options.defaults ? {} : current.policy), ...chosen },
          }));
        return { text: words.limits(await policyAt(context, context.place)) };
      },
    }),
  },
};

/**
 * In a server whose channels are open to a role that nearly all have, its memory is the shared one, 🏠. It only names the
 * memory: each set of readers keeps its own.
 *
 * @throws {AppError} `invalid_input` where people are let in one by one
 */
async function nameEveryone(context: CommandContext, reset: boolean): Promise<string> {
  const { place, author, readersOf } = context;
  const readers = reset ? ({ who: "everyone" } as const) : await readersOf(place);
  if (place.kind === "direct" || readers.who === "members" || readers.who === "unknown")
    throw new AppError("invalid_input", words.notEveryone);
  const { key } = signatureOf(place, author, readers);
  await settle(context, ({ base: _, ...current }) =>
    readers.who === "some" ? { ...current, base: key } : current,
  );
  const told = [
    words.everyoneMeans(readers.who === "some" ? readers.named : undefined),
    await everywhereToo(context),
  ];
  return told.filter(Boolean).join(" ");
}

/** What a persona of the installation learns from everyone here is told in its other servers and workspaces. */
async function everywhereToo(context: CommandContext): Promise<string | undefined> {
  const all = await personasAt(context, context.place, context.author);
  const names = all.flatMap(({ persona }) => (persona.scope === "global" ? [persona.name] : []));
  return names.length === 0 ? undefined : words.knownEverywhere(names);
}

interface Limits {
  readonly turns_each?: number | undefined;
  readonly turns_all?: number | undefined;
  readonly tokens_each?: number | undefined;
  readonly tokens_all?: number | undefined;
  readonly personas_each?: number | undefined;
  readonly keep_days?: number | undefined;
  readonly creators?: Policy["personaCreators"] | undefined;
}

function policyOf(options: Limits): Partial<Policy> {
  const all = {
    turnsPerPerson: options.turns_each,
    turnsPerTenant: options.turns_all,
    tokensPerPerson: options.tokens_each,
    tokensPerTenant: options.tokens_all,
    personasPerPerson: options.personas_each,
    retentionDays: options.keep_days,
    personaCreators: options.creators,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

async function status(context: CommandContext): Promise<string> {
  const { place, author, clock, usage } = context;
  const { paused, allowed = [], denied = [] } = await settingHere(context);
  const { tenant } = await usage.spent(place, author.id, { at: clock.now(), maxAgeMs: 0 });
  const names = (subjects: readonly Subject[]) => subjects.map(({ name }) => name);
  const told = words.status({
    pausedBy: paused?.byName,
    allowed: names(allowed),
    denied: names(denied),
    turns: tenant.turns,
    tokens: tenant.tokens,
  });
  return [told, words.limits(await policyAt(context, place))].join("\n");
}

const blank = ({ place: { platform, tenant } }: CommandContext): TenantSetting => ({ platform, tenant });

const settingHere = async (context: CommandContext): Promise<TenantSetting> =>
  (await context.tenants.get(tenantKey(context.place))) ?? blank(context);

async function settle(
  context: CommandContext,
  change: (current: TenantSetting) => TenantSetting,
): Promise<void> {
  await context.tenants.update(tenantKey(context.place), async (current) =>
    change(current ?? blank(context)),
  );
  const { event, place, author, log } = context;
  log.info(
    { action: event.action, tenant: place.tenant, by: author.id },
    "an admin changed the settings of a tenant",
  );
}

/** Changes whom we answer. */
const settleRules = (
  context: CommandContext,
  change: (current: TenantSetting) => TenantSetting,
): Promise<void> => settle(context, (current) => ({ ...change(current), rulesAt: context.clock.now() }));

const same =
  ({ kind, id }: Subject) =>
  (other: Subject) =>
    other.kind === kind && other.id === id;
const without = (subjects: readonly Subject[] = [], gone: Subject) =>
  subjects.filter((each) => !same(gone)(each));

/** @throws {AppError} `not_found` for what nobody knows, `conflict` for what may be several */
async function subjectMeant({ place, findSubjects }: CommandContext, typed: string): Promise<Subject> {
  if (typed.toLowerCase() === "here" && place.kind !== "direct")
    return { kind: "channel", id: place.parent ?? place.id, name: place.mention ?? words.thisChannel };
  const found = subjectsNamed(await findSubjects(place, typed), typed);
  const [subject] = found;
  if (subject && found.length === 1) return subject;
  if (subject) {
    const names = found.slice(0, 5).map(({ kind, name }) => `${words.kinds[kind]} ${name}`);
    throw new AppError("conflict", words.ambiguous(truncate(typed, 40), names));
  }
  throw new AppError("not_found", words.unknown(truncate(typed, 40)));
}

async function suggestSubjects(
  typed: string,
  { place, findSubjects }: Pick<CommandContext, "place" | "findSubjects">,
) {
  const found = subjectsLike(await findSubjects(place, typed), typed);
  return found.map(({ kind, id, name }) => ({ label: `${name} · ${words.kinds[kind]}`, value: id }));
}
