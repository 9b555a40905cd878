import { sentences } from "../../sentences/sentences.ts";
import type { Person, Place } from "../domain/model.ts";
import { Policy } from "../domain/policy.ts";
import { type TenantSetting, tenantKey } from "../domain/stored-records.ts";
import type { TokenUsage } from "../ports/agent/runs.ts";
import type { CoreServices } from "../ports/services.ts";
import type { TurnRecord } from "../ports/turn-store.ts";
import { dayEnds, type Spent, type SpentOnDay } from "../ports/usage-store.ts";
import { mayManage } from "./owners.ts";
import { personName } from "./person-name.ts";
import { policyAt } from "./tenant-policy.ts";

/*
 * What keeps a persona from answering, in this order:
 *
 *   paused    nobody is answered in the tenant until an admin resumes
 *   denied    this person, one of their roles, or this channel; managers are never denied
 *   budget    the answers or tokens of a day are spent: of this person, or of all in the tenant
 */

export interface TurnRefusal {
  /** The same for the same reason and time, so that it is told once. */
  readonly reason: string;
  /** One plain sentence, with when it ends or who can change it. */
  readonly sentence: string;
}

export type LimitServices = Pick<
  CoreServices,
  "tenants" | "policy" | "usage" | "clock" | "isAdmin" | "isUnmanagedTenant"
>;

/** Of a tenant's budget for the day: those who run the installation hear of it then. */
const NEAR_ITS_END = 0.9;
/** What other processes count meanwhile is not seen, until little is left. */
const REMEMBERED_MS = 60_000;

/** Undefined where the person is answered. */
export async function refuseTurn(
  services: LimitServices,
  place: Place,
  author: Person,
): Promise<TurnRefusal | undefined> {
  const setting = await services.tenants.get(tenantKey(place));
  if (setting?.paused) {
    const sentence = sentences.access.paused(personName({ name: setting.paused.byName }));
    return { reason: `paused/${setting.paused.at}`, sentence };
  }
  if (setting && !mayManage(services, author) && isDenied(setting, place, author))
    return { reason: `denied/${setting.rulesAt ?? 0}`, sentence: sentences.access.denied };
  return overBudget(services, Policy.parse({ ...services.policy, ...setting?.policy }), place, author);
}

/** Who is denied, or where somebody is allowed and they are not. */
function isDenied({ allowed = [], denied = [] }: TenantSetting, place: Place, author: Person): boolean {
  const channels: ReadonlySet<string> = new Set([place.id, ...(place.parent ? [place.parent] : [])]);
  const people: ReadonlySet<string> = new Set([author.id, ...(author.roles ?? [])]);
  const isMeant = ({ kind, id }: { kind: string; id: string }) =>
    kind === "channel" ? channels.has(id) : people.has(id);
  if (denied.some(isMeant)) return true;
  const inChannels = allowed.filter(({ kind }) => kind === "channel");
  const toPeople = allowed.filter(({ kind }) => kind !== "channel");
  const isElsewhere = inChannels.length > 0 && place.kind !== "direct" && !inChannels.some(isMeant);
  return isElsewhere || (toPeople.length > 0 && !toPeople.some(isMeant));
}

async function overBudget(
  { usage, clock, isUnmanagedTenant }: LimitServices,
  policy: Policy,
  place: Place,
  author: Person,
): Promise<TurnRefusal | undefined> {
  if (!hasBudget(policy)) return undefined;
  const now = clock.now();
  const remembered = await usage.spent(place, author.id, { at: now, maxAgeMs: REMEMBERED_MS });
  const { person, tenant } = isNearItsEnd(policy, remembered)
    ? await usage.spent(place, author.id, { at: now, maxAgeMs: 0 })
    : remembered;
  const ends = dayEnds(now);
  const hours = Math.max(1, Math.round((ends - now) / 3_600_000));
  if (isSpent(person, policy.turnsPerPerson, policy.tokensPerPerson))
    return { reason: `person/${ends}`, sentence: sentences.access.personSpent(hours) };
  // Direct messages of no server are of no tenant that could have a budget.
  if (!isUnmanagedTenant(place) && isSpent(tenant, policy.turnsPerTenant, policy.tokensPerTenant))
    return { reason: `tenant/${ends}`, sentence: sentences.access.everybodySpent(hours) };
  return undefined;
}

const isSpent = (...spent: Parameters<typeof shareOf>): boolean => shareOf(...spent) >= 1;

const hasBudget = (policy: Policy): boolean =>
  policy.turnsPerPerson > 0 ||
  policy.tokensPerPerson > 0 ||
  policy.turnsPerTenant > 0 ||
  policy.tokensPerTenant > 0;

/** The largest part of what may be spent that is spent; 0 where nothing is limited. */
const shareOf = ({ turns, tokens }: Spent, mostTurns: number, mostTokens: number): number =>
  Math.max(mostTurns > 0 ? turns / mostTurns : 0, mostTokens > 0 ? tokens / mostTokens : 0);

function isNearItsEnd(policy: Policy, { person, tenant }: SpentOnDay): boolean {
  const own = shareOf(person, policy.turnsPerPerson, policy.tokensPerPerson);
  const all = shareOf(tenant, policy.turnsPerTenant, policy.tokensPerTenant);
  return Math.max(own, all) >= NEAR_ITS_END;
}

/** Stores a whole answer and counts it; says where the tenant's budget for the day is nearly spent. */
export async function storeAnswer(
  services: LimitServices & Pick<CoreServices, "emit" | "log" | "turns">,
  { id, place, persona }: Pick<TurnRecord, "id" | "place" | "persona">,
  answer: Pick<TurnRecord, "text" | "outcome">,
  { author, tokens }: { readonly author: Person; readonly tokens: TokenUsage | undefined },
): Promise<void> {
  const at = services.clock.now();
  const { promptTokens = 0, completionTokens = 0 } = tokens ?? {};
  const used = { place, person: author.id, persona: persona.key, promptTokens, completionTokens, at };
  const { tenant } = await services.turns.answered(id, answer, used);
  if (services.isUnmanagedTenant(place)) return;
  try {
    const policy = await policyAt(services, place);
    const spent = shareOf(tenant, policy.turnsPerTenant, policy.tokensPerTenant);
    if (spent >= NEAR_ITS_END) services.emit({ type: "budget", place, spent, at });
  } catch (err) {
    services.log.warn({ turn: id, err }, "could not look how much of a budget is spent");
  }
}
