import { PermissionFlagsBits as Bit } from "discord-api-types/v10";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type GuildRoles,
  type Overwrite,
  type Role,
  readerSet,
} from "../../../../src/platforms/discord/guild/reader-set.ts";

/*
 * The normal form of a set of readers, against Discord's own algorithm for what one member may do in a channel.
 */

const GUILD = "1";
const OWNER = "900";
const SELF = "901";
const BOT_ROLE = "5";
const ROLES = ["2", "3", "4", BOT_ROLE] as const;
const PEOPLE = ["800", "801", OWNER] as const;

interface Member {
  readonly id: string;
  readonly roles: readonly string[];
}

/** https://docs.discord.com/developers/topics/permissions#permission-overwrites, line by line. */
function computed({ owner, roles }: GuildRoles, member: Member, overwrites: readonly Overwrite[]): bigint {
  const ALL = ~0n;
  if (member.id === owner) return ALL;
  let permissions = roles.get(GUILD)?.permissions ?? 0n;
  for (const role of member.roles) permissions |= roles.get(role)?.permissions ?? 0n;
  if ((permissions & Bit.Administrator) === Bit.Administrator) return ALL;
  const everyone = overwrites.find(({ id }) => id === GUILD);
  if (everyone) {
    permissions &= ~everyone.deny;
    permissions |= everyone.allow;
  }
  let allow = 0n;
  let deny = 0n;
  for (const role of member.roles) {
    const overwrite = overwrites.find(({ id }) => id === role);
    allow |= overwrite?.allow ?? 0n;
    deny |= overwrite?.deny ?? 0n;
  }
  permissions &= ~deny;
  permissions |= allow;
  const own = overwrites.find(({ id }) => id === member.id);
  if (own) {
    permissions &= ~own.deny;
    permissions |= own.allow;
  }
  return permissions;
}

const VOICE = [Bit.ViewChannel, Bit.Connect] as const;

/** Nobody who is not in it, who only sees it, who reads back as well. */
function reach(guild: GuildRoles, member: Member, overwrites: readonly Overwrite[]): 0 | 1 | 2 {
  const may = computed(guild, member, overwrites);
  if (!VOICE.every((bit) => may & bit)) return 0;
  return may & Bit.ReadMessageHistory ? 2 : 1;
}

/** Whoever could ever be in this server: every person with every set of roles that people can have. */
const everybody: readonly Member[] = ["800", "801", "802", OWNER].flatMap((id) =>
  Array.from({ length: 8 }, (_, bits) => ({
    id,
    roles: ROLES.slice(0, 3).filter((_role, at) => bits & (1 << at)),
  })),
);

const read = (guild: GuildRoles, overwrites: readonly Overwrite[]) =>
  readerSet(guild, overwrites, { permissions: VOICE, note: undefined });

const bits = fc
  .subarray([Bit.ViewChannel, Bit.Connect, Bit.ReadMessageHistory, Bit.SendMessages])
  .map((each) => each.reduce((sum, bit) => sum | bit, 0n));
const rarely = fc.integer({ min: 0, max: 9 }).map((drawn) => (drawn === 0 ? Bit.Administrator : 0n));
const permissions = fc.tuple(bits, rarely).map(([some, admin]) => some | admin);

const guilds: fc.Arbitrary<GuildRoles> = fc
  .tuple(permissions, permissions, permissions, permissions, permissions)
  .map(([everyone, ...others]) => {
    const roles = new Map<string, Role>([
      [GUILD, { name: "@everyone", permissions: everyone, bot: undefined }],
    ]);
    ROLES.forEach((id, at) => {
      const bot = id === BOT_ROLE ? SELF : undefined;
      roles.set(id, { name: `Role${id}`, permissions: others[at] ?? 0n, bot });
    });
    return { id: GUILD, owner: OWNER, roles, self: SELF };
  });

const overwriteFor = (id: string, type: number): fc.Arbitrary<Overwrite> =>
  fc.record({ id: fc.constant(id), type: fc.constant(type), allow: bits, deny: bits });
const channels = fc
  .tuple(
    ...[GUILD, ...ROLES].map((id) => fc.option(overwriteFor(id, 0), { nil: undefined })),
    ...[...PEOPLE, SELF].map((id) => fc.option(overwriteFor(id, 1), { nil: undefined, freq: 3 })),
  )
  .chain((all) => fc.shuffledSubarray(all.filter((each) => each !== undefined)));
/** Two channels that often differ in one thing, or in nothing that counts. */
const pairs = channels.chain((left) =>
  fc.tuple(
    fc.constant(left),
    fc.oneof(
      channels,
      fc.shuffledSubarray(left, { minLength: left.length }),
      fc.shuffledSubarray(left, { minLength: Math.max(0, left.length - 1) }),
      overwriteFor("2", 0).map((more) => [...left.filter(({ id }) => id !== "2"), more]),
      overwriteFor("800", 1).map((more) => [...left.filter(({ id }) => id !== "800"), more]),
    ),
  ),
);

const sameReaders = (guild: GuildRoles, left: readonly Overwrite[], right: readonly Overwrite[]) =>
  everybody.every((member) => reach(guild, member, left) === reach(guild, member, right));

test("two channels have the same set exactly when the very same people can see them and read back", () => {
  fc.assert(
    fc.property(guilds, pairs, (guild, [left, right]) => {
      const isSame = read(guild, left).set === read(guild, right).set;
      expect(isSame).toBe(sameReaders(guild, left, right));
    }),
    { numRuns: 4_000 },
  );
});

test("a channel is everyone's exactly when nobody who could ever be there is kept out of it", () => {
  fc.assert(
    fc.property(guilds, channels, (guild, overwrites) => {
      const all = everybody.every((member) => reach(guild, member, overwrites) === 2);
      expect(read(guild, overwrites).isEveryone).toBe(all);
    }),
    { numRuns: 2_000 },
  );
});

test("both channels of equal readers and of others are among what was tried", () => {
  const tried = fc.sample(fc.tuple(guilds, pairs), { numRuns: 500, seed: 7 });
  const same = tried.filter(([guild, [left, right]]) => sameReaders(guild, left, right)).length;
  const whole = tried.filter(([guild, [left]]) => read(guild, left).isEveryone).length;
  expect(same).toBeGreaterThan(100);
  expect(same).toBeLessThan(400);
  expect(whole).toBeGreaterThan(10);
});

test("a server of 250 roles with an overwrite for each is no trouble", () => {
  const ids = Array.from({ length: 250 }, (_, at) => String(1_000 + at));
  const roles = new Map<string, Role>([[GUILD, { name: "@everyone", permissions: 0n, bot: undefined }]]);
  ids.forEach((id, at) => {
    roles.set(id, { name: id, permissions: at % 3 === 0 ? VOICE[0] | VOICE[1] : 0n, bot: undefined });
  });
  const guild: GuildRoles = { id: GUILD, owner: OWNER, roles, self: SELF };
  const all = [...VOICE, Bit.ReadMessageHistory];
  const overwrites = ids.map((id, at) => ({
    id,
    type: 0,
    allow: all[at % 3] ?? 0n,
    deny: (all[(at + 1) % 3] ?? 0n) | (all[(at + 2) % 3] ?? 0n),
  }));
  expect(read(guild, overwrites).set).toHaveLength(64);
});
