import { z } from "zod";
import { policyAt } from "../src/core/access/tenant-policy.ts";
import { action, type Command, type CommandContext } from "../src/core/commands/declaration.ts";
import { signatureOf } from "../src/core/domain/audience.ts";
import { AppError } from "../src/core/domain/errors.ts";
import { Policy } from "../src/core/domain/policy.ts";
import { type Subject, type TenantSetting, tenantKey } from "../src/core/domain/stored-records.ts";
import { subjectsLike, subjectsNamed } from "../src/core/domain/subjects.ts";
import { personasAt } from "../src/core/personas/catalogue.ts";
import { truncate } from "../src/core/text/truncate.ts";

const count = z.number().int().min(0).max(1_000_000_000).optional();
const forManagers = { managersOnly: true, confidential: true } as const;
const what = z
  .string()
  .trim()
  .min(1, "name a person, a role or a channel")
  .max(200)
  .describe("A person, a role or a channel; `here` for this channel.");

export const admin: Command = {
  name: "admin",
  description: "For admins: whom I answer here, and how much.",
  actions: {
    status: action({
      ...forManagers,
      description: "Whether I answer here, whom, and what was used today.",
      options: z.object({}),
      run: async (_options, context) => ({ text: await status(context) }),
    }),
    pause: action({
      ...forManagers,
      description: "Answer nobody here until somebody resumes.",
      options: z.object({}),
      async run(_options, context) {
        const { author, clock } = context;
        await settle(context, (current) => ({
          ...current,
          paused: current.paused ?? { by: author.id, byName: author.name, at: clock.now() },
        }));
        return {
          text: "⏸️ I answer nobody here from now on. `/admin resume` ends that. Answers that began already are finished.",
        };
      },
    }),
    resume: action({
      ...forManagers,
      description: "Answer again.",
      options: z.object({}),
      async run(_options, context) {
        await settle(context, ({ paused: _, ...current }) => current);
        return { text: "▶️ I answer again. What was said meanwhile stays unanswered; ask again." };
      },
    }),
    allow: action({
      ...forManagers,
      description: "Lift a denial; else answer only those who are allowed.",
      options: z.object({ what }),
      suggest: { what: (typed, context) => suggestSubjects(typed, context) },
      async run({ what: typed }, context) {
        const subject = await subjectMeant(context, typed);
        const { denied = [] } = await settingHere(context);
        if (denied.some(same(subject))) {
          await settle(context, (current) => ({ ...current, denied: without(current.denied, subject) }));
          return { text: `**${subject.name}** is denied no longer.` };
        }
        await settle(context, (current) => ({
          ...current,
          allowed: [...without(current.allowed, subject), subject],
        }));
        const others = subject.kind === "channel" ? "In other channels" : "Others but admins";
        return {
          text: `**${subject.name}** is allowed. ${others} I answer nobody from now on, unless they are allowed too. \`/admin deny\` with the same takes it back.`,
        };
      },
    }),
    deny: action({
      ...forManagers,
      description: "Do not answer a person, a role or in a channel.",
      options: z.object({ what }),
      suggest: { what: (typed, context) => suggestSubjects(typed, context) },
      async run({ what: typed }, context) {
        const subject = await subjectMeant(context, typed);
        const { allowed = [] } = await settingHere(context);
        if (allowed.some(same(subject))) {
          await settle(context, (current) => ({ ...current, allowed: without(current.allowed, subject) }));
          return { text: `**${subject.name}** is on the list of the allowed no longer.` };
        }
        await settle(context, (current) => ({
          ...current,
          denied: [...without(current.denied, subject), subject],
        }));
        const where = subject.kind === "channel" ? "in " : "";
        return {
          text: `I do not answer ${where}**${subject.name}** any more. \`/admin allow\` with the same takes it back.`,
        };
      },
    }),
    everyone: action({
      ...forManagers,
      description: "Say that those who read this channel are everyone here.",
      options: z.object({
        reset: z.boolean().optional().describe("Back to everyone in the server or workspace."),
      }),
      run: async ({ reset = false }, context) => ({ text: await nameEveryone(context, reset) }),
    }),
    limits: action({
      ...forManagers,
      description: "How much a day, and who makes personas; 0 is no limit.",
      options: z.object({
        turns_each: count.describe("Answers a day to one person."),
        turns_all: count.describe("Answers a day to everybody together."),
        tokens_each: count.describe("Tokens a day for one person."),
        tokens_all: count.describe("Tokens a day for everybody together."),
        personas_each: count.describe("Personas that one person may make."),
        keep_days: count.describe("Days that answers and figures are kept."),
        creators: Policy.shape.personaCreators.optional().describe("Who may make personas."),
        defaults: z.boolean().optional().describe("Back to what this installation has."),
      }),
      async run(options, context) {
        const chosen = policyOf(options);
        if (options.defaults || Object.keys(chosen).length > 0)
          await settle(context, (current) => ({
            ...current,
            policy: { ...(options.defaults ? {} : current.policy), ...chosen },
          }));
        return { text: limitsText(await policyAt(context, context.place)) };
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
    throw new AppError(
      "invalid_input",
      "Who reads this place is no role and not everyone. Use it in the channel that all of you read.",
    );
  const { key } = signatureOf(place, author, readers);
  await settle(context, ({ base: _, ...current }) =>
    readers.who === "some" ? { ...current, base: key } : current,
  );
  const who = readers.who === "some" ? `**${readers.named}**` : "everyone who can join";
  const told = [
    `From now on 🏠 “everyone here” means ${who}. Nothing that is remembered moves.`,
    await everywhereToo(context),
  ];
  return told.filter(Boolean).join(" ");
}

/** What a persona of the installation learns from everyone here is told in its other servers and workspaces. */
async function everywhereToo(context: CommandContext): Promise<string | undefined> {
  const all = await personasAt(context, context.place, context.author);
  const names = all.flatMap(({ persona }) =>
    persona.scope === "global" ? [`**${persona.name}** (🌐)`] : [],
  );
  if (names.length === 0) return undefined;
  const one = names.length === 1;
  const who = one ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `What ${who} ${one ? "learns" : "learn"} where everyone here reads, ${one ? "it knows" : "they know"} everywhere else in this installation.`;
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

const shown = (limit: number) => (limit === 0 ? "any number" : limit.toLocaleString("en"));

const limitsText = (policy: Policy): string =>
  [
    `Answers a day: **${shown(policy.turnsPerPerson)}** to one person, **${shown(policy.turnsPerTenant)}** to all together.`,
    `Tokens a day: **${shown(policy.tokensPerPerson)}** for one person, **${shown(policy.tokensPerTenant)}** for all together.`,
    `Personas: **${policy.personaCreators}** may make them, **${shown(policy.personasPerPerson)}** each.`,
    `Answers and figures of use are kept for **${policy.retentionDays === 0 ? "ever" : `${policy.retentionDays} days`}**.`,
  ].join("\n");

async function status(context: CommandContext): Promise<string> {
  const { place, author, clock, usage } = context;
  const { paused, allowed = [], denied = [] } = await settingHere(context);
  const { tenant } = await usage.spent(place, author.id, clock.now());
  const names = (subjects: readonly Subject[]) => subjects.map(({ name }) => name).join(", ");
  return [
    paused ? `⏸️ Paused by **${paused.byName}**. \`/admin resume\` ends that.` : "▶️ I answer here.",
    allowed.length > 0 && `Allowed alone: ${names(allowed)}.`,
    denied.length > 0 && `Denied: ${names(denied)}.`,
    `Today (UTC): **${tenant.turns.toLocaleString("en")}** answers, **${tenant.tokens.toLocaleString("en")}** tokens.`,
    limitsText(await policyAt(context, place)),
  ]
    .filter(Boolean)
    .join("\n");
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
  log.info({ action: event.action, tenant: place.tenant, by: author.id }, "an admin changed what holds here");
}

const same =
  ({ kind, id }: Subject) =>
  (other: Subject) =>
    other.kind === kind && other.id === id;
const without = (subjects: readonly Subject[] = [], gone: Subject) =>
  subjects.filter((each) => !same(gone)(each));

/** @throws {AppError} `not_found` for what nobody knows, `conflict` for what may be several */
async function subjectMeant({ place, findSubjects }: CommandContext, typed: string): Promise<Subject> {
  if (typed.toLowerCase() === "here" && place.kind !== "direct")
    return { kind: "channel", id: place.parent ?? place.id, name: place.mention ?? "this channel" };
  const found = subjectsNamed(await findSubjects(place, typed), typed);
  const [subject] = found;
  if (subject && found.length === 1) return subject;
  if (subject) {
    const names = found.slice(0, 5).map(({ kind, name }) => `${kind} ${name}`);
    throw new AppError(
      "conflict",
      `“${truncate(typed, 40)}” may be ${names.join(" or ")}. Mention the one you mean.`,
    );
  }
  throw new AppError(
    "not_found",
    `I know nobody and nothing called “${truncate(typed, 40)}” here. Mention the person, role or channel, or say \`here\` for this channel.`,
  );
}

async function suggestSubjects(
  typed: string,
  { place, findSubjects }: Pick<CommandContext, "place" | "findSubjects">,
) {
  const found = subjectsLike(await findSubjects(place, typed), typed);
  return found.map(({ kind, id, name }) => ({ label: `${name} · ${kind}`, value: id }));
}
