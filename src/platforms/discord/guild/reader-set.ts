import { createHash } from "node:crypto";
import { PermissionFlagsBits as Bit } from "discord-api-types/v10";
import { sentences } from "../../../sentences/sentences.ts";

/*
 * Who of a server can read a channel, in a normal form. Of a person nothing is known but that Discord asks for their roles,
 * so the set of readers is a function from roles to yes or no, and two channels have the same readers when that function is
 * the same. It is written as a binary decision diagram over the roles in one order, reduced on the way: such diagrams are
 * equal exactly when their functions are, whatever the overwrites looked like that made them.
 * Discord's rules: https://docs.discord.com/developers/topics/permissions#permission-overwrites
 *
 * Owner and administrators read every channel, so nothing about them is in the form. Neither is anything about bots: the
 * managed role of a bot can be given to nobody else.
 */

export interface Role {
  readonly name: string;
  readonly permissions: bigint;
  /** The bot whose own, managed role this is. */
  readonly bot: string | undefined;
}

/** What of a server decides who can read its channels. */
export interface GuildRoles {
  readonly id: string;
  readonly owner: string;
  /** The role that everyone has bears the id of the server. */
  readonly roles: ReadonlyMap<string, Role>;
  /** The bot itself. */
  readonly self: string;
}

/** An exception that a channel makes for a role or a member. */
export interface Overwrite {
  readonly id: string;
  readonly type: number;
  readonly allow: bigint;
  readonly deny: bigint;
}

export interface ReaderSet {
  /** Everyone in the server, and who joins later. */
  readonly isEveryone: boolean;
  /** At most 64 characters; equal for the same readers, and only then. */
  readonly set: string;
  /** `@Staff`, `everyone but @Muted` */
  readonly named: string;
}

const FOR_MEMBER = 1;

/** What roles and overwrites say of one permission, a later one beating those before it. */
const SAYS = { nothing: 0, granted: 1, denied: 2, allowed: 3, keptOut: 4, letIn: 5 } as const;
type Says = (typeof SAYS)[keyof typeof SAYS];

/** How one permission is decided in a channel. */
interface Rule {
  readonly bit: bigint;
  /** What nobody's roles or overwrites say anything of. */
  readonly byDefault: boolean;
  readonly roles: ReadonlyMap<string, Says>;
}

/**
 * @param permissions what is needed to see the channel; to read what was said before, Read Message History as well. Who may
 * only see it hears what is said now, so the two make two functions, and both are in the form
 * @param note more that narrows the readers; part of the name of their set, so it stays as it is
 */
export function readerSet(
  guild: GuildRoles,
  given: readonly Overwrite[],
  { permissions, note }: { readonly permissions: readonly bigint[]; readonly note: "of age" | undefined },
): ReaderSet {
  // Where everyone is an administrator no channel keeps anybody out.
  const overwrites = isAdmin(guild.roles.get(guild.id)?.permissions ?? 0n) ? [] : given;
  const seen = permissions.map((bit) => ruleOf(guild, overwrites, bit));
  const read = [...seen, ruleOf(guild, overwrites, Bit.ReadMessageHistory)];
  const form = (own: (rule: Rule) => Says) => [diagram(seen, own), diagram(read, own)] as const;
  const others = form(() => SAYS.nothing);
  const members = overwrites
    .filter(({ id, type }) => type === FOR_MEMBER && id !== guild.owner && id !== guild.self)
    .map((overwrite) => [overwrite.id, ...form(({ bit }) => ownSays(overwrite, bit))] as const)
    .filter(([, sees, reads]) => sees !== others[0] || reads !== others[1])
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  return {
    isEveryone: others.every((each) => each === YES) && members.length === 0 && note === undefined,
    set: hash(JSON.stringify([others, members, note])),
    named: [named(guild, seen, { others, members }), note && sentences.discord.readers.ofAge]
      .filter(Boolean)
      .join(" "),
  };
}

function ruleOf({ id, roles }: GuildRoles, overwrites: readonly Overwrite[], bit: bigint): Rule {
  const saidOf = (of: string) =>
    said(
      overwrites.find((overwrite) => overwrite.id === of && overwrite.type !== FOR_MEMBER),
      bit,
    );
  const everyone = roles.get(id)?.permissions ?? 0n;
  const byChannel = saidOf(id);
  const says = new Map<string, Says>();
  for (const [role, { permissions, bot }] of roles) {
    if (role === id || bot !== undefined || isAdmin(permissions)) continue;
    const own = saidOf(role);
    if (own !== undefined) says.set(role, own ? SAYS.allowed : SAYS.denied);
    // The channel's word for everyone beats what roles may in the whole server.
    else if (byChannel === undefined && has(permissions, bit)) says.set(role, SAYS.granted);
  }
  return { bit, byDefault: byChannel ?? (has(everyone, bit) || isAdmin(everyone)), roles: says };
}

const has = (permissions: bigint, bit: bigint): boolean => (permissions & bit) !== 0n;
const isAdmin = (permissions: bigint): boolean => has(permissions, Bit.Administrator);

/** What is both allowed and denied is allowed. */
function said(overwrite: Pick<Overwrite, "allow" | "deny"> | undefined, bit: bigint): boolean | undefined {
  if (!overwrite) return undefined;
  if (has(overwrite.allow, bit)) return true;
  return has(overwrite.deny, bit) ? false : undefined;
}

function ownSays(overwrite: Overwrite, bit: bigint): Says {
  const own = said(overwrite, bit);
  if (own === undefined) return SAYS.nothing;
  return own ? SAYS.letIn : SAYS.keptOut;
}

function holds({ byDefault }: Rule, says: Says): boolean {
  return says === SAYS.nothing
    ? byDefault
    : says === SAYS.granted || says === SAYS.allowed || says === SAYS.letIn;
}

const YES = "yes";
const NO = "no";

/** Who has all of these permissions, as a function of their roles. `own` is what the channel says of them by name. */
function diagram(rules: readonly Rule[], own: (rule: Rule) => Says): string {
  const order = [...new Set(rules.flatMap(({ roles }) => [...roles.keys()]))].sort();
  const made = new Map<string, string>();
  const from = (index: number, state: readonly Says[]): string => {
    const role = order[index];
    if (role === undefined) return rules.every((rule, at) => holds(rule, state[at] ?? 0)) ? YES : NO;
    const key = `${index} ${state.join()}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const without = from(index + 1, state);
    const having = from(
      index + 1,
      rules.map(({ roles }, at) => stronger(state[at] ?? 0, roles.get(role) ?? 0)),
    );
    const node = having === without ? having : hash(`${role} ${having} ${without}`);
    made.set(key, node);
    return node;
  };
  return from(0, rules.map(own));
}

const stronger = (left: Says, right: Says): Says => (left > right ? left : right);

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

const NAMES_AT_MOST = 2;

/** Roles by their names; people only by their number, since their names are not known. */
function named(
  { roles }: GuildRoles,
  rules: readonly Rule[],
  form: { others: readonly [string, string]; members: readonly (readonly [string, string, string])[] },
): string {
  const { readers: said } = sentences.discord;
  const [sees, reads] = form.others;
  const isOpen = rules.every((rule) => holds(rule, SAYS.nothing));
  const isException = (role: string) =>
    rules.every((rule) => holds(rule, rule.roles.get(role) ?? SAYS.nothing)) !== isOpen;
  const exceptions = [...roles].filter(([id]) => isException(id)).map(([, { name }]) => `@${name}`);
  const people = form.members.filter(([, own]) => own === (isOpen ? NO : YES)).length;
  const list = listed(exceptions, people);
  if (isOpen && list !== "") return said.everyoneBut(list);
  // Who cannot read back hears what is said while they are there.
  if (isOpen) return reads === YES ? said.everyone : said.everyoneNow;
  if (list !== "") return list;
  return sees === NO ? said.administrators : said.certainRoles;
}

function listed(names: readonly string[], people: number): string {
  const { readers: said } = sentences.discord;
  const all = people === 0 ? names : [...names, said.people(people)];
  if (all.length <= NAMES_AT_MOST) return said.both(all);
  return said.andMore(names.slice(0, NAMES_AT_MOST), names.length + people - NAMES_AT_MOST);
}
