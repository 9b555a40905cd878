import { setOverwrite } from "./channels.ts";
import { guildPermissions, permissionBits } from "./permissions.ts";
import type { ChannelRecord, RoleRecord } from "./records.ts";
import type { World } from "./world.ts";

/** Who can look into a channel of the server, as the settings of the channel show it. */
export interface ChannelReaders {
  /** Every member can. */
  readonly isOpen: boolean;
  readonly everyone: RoleReader;
  /** All others, with those who have them. */
  readonly roles: readonly RoleReader[];
}

interface RoleReader {
  readonly id: string;
  readonly name: string;
  /** Whom this role alone lets in. */
  readonly sees: boolean;
  /** The bot's own. */
  readonly isBots: boolean;
  readonly memberIds: readonly string[];
}

const VIEW = permissionBits("ViewChannel");

export function channelReaders(world: World, channel: ChannelRecord): ChannelReaders {
  const isOpenToAll = everyoneSees(world, channel);
  const roles = [...world.roles.values()].map((role): RoleReader => {
    const { allow, deny } = exceptionOf(channel, role.id);
    const isAdded = (allow & VIEW) !== 0n || (isOpenToAll && (deny & VIEW) === 0n);
    return {
      id: role.id,
      name: role.name,
      sees: role.id === world.guild.id ? isOpenToAll : isAdded,
      isBots: role.botId !== undefined,
      memberIds: membersWith(world, role),
    };
  });
  const isKeptOut = channel.overwrites.some(({ deny }) => (BigInt(deny) & VIEW) !== 0n);
  const [everyone, ...others] = roles.toSorted((one) => (one.id === world.guild.id ? -1 : 1));
  if (!everyone) throw new Error("a server has the role of everyone");
  return { isOpen: isOpenToAll && !isKeptOut, everyone, roles: others };
}

/** Lets a role look into a channel, or keeps it out; what else it may do there stays. */
export function letRoleSee(world: World, channel: ChannelRecord, role: RoleRecord, sees: boolean): void {
  const { allow, deny } = exceptionOf(channel, role.id);
  const others = { allow: allow & ~VIEW, deny: deny & ~VIEW };
  const isBase = role.id === world.guild.id;
  // Who sees it anyway needs no exception, and who sees it in no case needs none either.
  const byItself = isBase ? (BigInt(role.permissions) & VIEW) !== 0n : everyoneSees(world, channel);
  const bit = sees === byItself ? 0n : VIEW;
  setOverwrite(world, channel, {
    id: role.id,
    type: 0,
    allow: (sees ? others.allow | bit : others.allow).toString(),
    deny: (sees ? others.deny : others.deny | bit).toString(),
  });
}

/** Those who see it whatever its settings say, by what they may do in the whole server. */
export function seesEverything(world: World, userId: string): boolean {
  const wanted = permissionBits("Administrator");
  return (guildPermissions(world, userId) & wanted) === wanted;
}

function everyoneSees(world: World, channel: ChannelRecord): boolean {
  const base = BigInt(world.roles.get(world.guild.id)?.permissions ?? "0");
  const { allow, deny } = exceptionOf(channel, world.guild.id);
  return (((base & ~deny) | allow) & VIEW) !== 0n;
}

function exceptionOf(channel: ChannelRecord, id: string): { readonly allow: bigint; readonly deny: bigint } {
  const found = channel.overwrites.find((one) => one.id === id);
  return { allow: BigInt(found?.allow ?? "0"), deny: BigInt(found?.deny ?? "0") };
}

function membersWith(world: World, role: RoleRecord): readonly string[] {
  return [...world.members.values()]
    .filter(({ roles }) => roles.includes(role.id))
    .map(({ userId }) => userId);
}
