import { GatewayDispatchEvents as Packet, PermissionFlagsBits as Permission } from "discord-api-types/v10";
import { z } from "zod";
import { Snowflake, WireChannel, WireGuild, WireMember, WireRole } from "../wire.ts";
import { isHidden } from "./channel-readers.ts";
import { createOwnThreads } from "./own-threads.ts";
import type { GuildRoles, Role } from "./reader-set.ts";

/** What must be known of a server to read what is said there: who may do what, and what things are called. */
export interface Directory {
  /** The bot itself; undefined before it is connected. */
  readonly self: Self | undefined;
  /** A connection that is resumed after a restart does not say who the bot is. */
  assume(self: Self): void;
  channel(id: string): WireChannel | undefined;
  /** Every channel and open thread that is known. */
  channels(): readonly WireChannel[];
  /** Notes a channel that the gateway did not tell of, such as a thread that was archived before we came. */
  recordChannel(channel: WireChannel): void;
  /** Whether the bot is in a private thread: it may see more than it was let into. */
  isIn(thread: string): boolean;
  /** The threads that it was let into since this was last asked. */
  joinedThreads(): readonly WireChannel[];
  /** What decides who can read the channels of a server; undefined where that may not be up to date. */
  guildRoles(guild: string): GuildRoles | undefined;
  /** The roles of the bot itself; undefined where that is not known. */
  ownRoles(guild: string): readonly string[] | undefined;
  roleName(guild: string, role: string): string | undefined;
  /** Whether a role is the bot's own: pinging it means the bot. */
  isOwnRole(guild: string, role: string): boolean;
  /** Resolves when every server that the bot is in has told of itself. */
  recordGuild(): Promise<void>;
  manages(guild: string, user: string, member: WireMember | undefined): boolean;
  /** Follows a packet; gives the channels that are gone by it. */
  follow(packet: string, data: unknown): readonly WireChannel[];
}

export interface Self {
  readonly user: string;
  readonly application: string;
}

interface Guild {
  readonly owner: string;
  readonly roles: Map<string, Role>;
  /** Those of the bot. */
  readonly own: readonly string[] | undefined;
}

const Ready = z.object({
  user: z.object({ id: Snowflake }),
  application: z.object({ id: Snowflake }),
  guilds: z.array(z.object({ id: Snowflake })),
});
const RolePacket = z.object({ guild_id: Snowflake, role: WireRole });
const RoleGone = z.object({ guild_id: Snowflake, role_id: Snowflake });
const GuildChange = WireGuild.pick({ id: true, owner_id: true, roles: true });
const Members = z.object({
  members: z.array(WireMember.extend({ user: z.object({ id: Snowflake }) })).default([]),
});
const MemberPacket = WireMember.extend({ guild_id: Snowflake, user: z.object({ id: Snowflake }) });
const GuildGone = z.object({ id: Snowflake, unavailable: z.boolean().default(false) });
const ThreadList = z.object({ guild_id: Snowflake, threads: z.array(WireChannel) });

const MANAGES = Permission.Administrator | Permission.ManageGuild;

/** None for what is no number. */
export const bitsOf = (permissions: string): bigint => (/^\d+$/.test(permissions) ? BigInt(permissions) : 0n);

export const mayManage = (permissions: string): boolean => (bitsOf(permissions) & MANAGES) !== 0n;

export function createDirectory(): Directory {
  let self: Self | undefined;
  const guilds = new Map<string, Guild>();
  const channels = new Map<string, WireChannel>();
  const ownThreads = createOwnThreads();
  /** Servers of which events may have been lost: they will tell of themselves anew. */
  const stale = new Set<string>();

  const missing = new Set<string>();
  let waiting: (() => void)[] = [];

  function tellWhenComplete(): void {
    if (missing.size > 0) return;
    for (const tell of waiting) tell();
    waiting = [];
  }

  const note = (channel: WireChannel) => {
    const { last_message_id } = channels.get(channel.id) ?? {};
    const { name } = channel;
    // A name that is no name.
    channels.set(channel.id, { last_message_id, ...channel, name: isHidden(channel) ? undefined : name });
    ownThreads.record(channel);
  };
  const noteAll = (guild: string, found: readonly WireChannel[]) => {
    for (const channel of found) note({ ...channel, guild_id: guild });
  };
  const forget = (channel: WireChannel): readonly WireChannel[] => {
    const known = channels.get(channel.id);
    channels.delete(channel.id);
    ownThreads.forget(channel.id);
    return [{ ...known, ...channel }];
  };
  function forgetGuild(guild: string): void {
    guilds.delete(guild);
    for (const channel of channels.values()) if (channel.guild_id === guild) channels.delete(channel.id);
  }

  function follow(packet: string, data: unknown): readonly WireChannel[] {
    switch (packet) {
      case Packet.Ready: {
        const ready = Ready.parse(data);
        self = { user: ready.user.id, application: ready.application.id };
        for (const { id } of ready.guilds) {
          missing.add(id);
          stale.add(id);
        }
        tellWhenComplete();
        return [];
      }
      case Packet.GuildCreate: {
        const guild = WireGuild.parse(data);
        const own = Members.safeParse(data).data?.members.find(({ user }) => user.id === self?.user)?.roles;
        guilds.set(guild.id, { owner: guild.owner_id, roles: rolesOf(guild.roles), own });
        ownThreads.replace(guild.threads);
        noteAll(guild.id, [...guild.channels, ...guild.threads]);
        stale.delete(guild.id);
        missing.delete(guild.id);
        tellWhenComplete();
        return [];
      }
      case Packet.GuildUpdate: {
        const guild = GuildChange.parse(data);
        const own = guilds.get(guild.id)?.own;
        guilds.set(guild.id, { owner: guild.owner_id, roles: rolesOf(guild.roles), own });
        return [];
      }
      case Packet.GuildMemberUpdate: {
        const { guild_id, user, roles } = MemberPacket.parse(data);
        const guild = guilds.get(guild_id);
        if (guild && user.id === self?.user) guilds.set(guild_id, { ...guild, own: roles });
        return [];
      }
      case Packet.GuildDelete: {
        const { id, unavailable } = GuildGone.parse(data);
        missing.delete(id);
        tellWhenComplete();
        stale.add(id);
        // An outage of the server is no reason to forget it.
        if (!unavailable) forgetGuild(id);
        // Its channels still exist, and what was settled there holds if the bot is invited back.
        return [];
      }
      case Packet.GuildRoleCreate:
      case Packet.GuildRoleUpdate: {
        const { guild_id, role } = RolePacket.parse(data);
        guilds.get(guild_id)?.roles.set(role.id, roleOf(role));
        return [];
      }
      case Packet.GuildRoleDelete: {
        const { guild_id, role_id } = RoleGone.parse(data);
        guilds.get(guild_id)?.roles.delete(role_id);
        return [];
      }
      case Packet.ChannelCreate:
      case Packet.ChannelUpdate:
      case Packet.ThreadCreate:
      case Packet.ThreadUpdate:
        note(WireChannel.parse(data));
        return [];
      case Packet.ThreadListSync: {
        const { guild_id, threads } = ThreadList.parse(data);
        noteAll(guild_id, threads);
        ownThreads.follow(packet, data, self?.user);
        return [];
      }
      case Packet.ThreadMemberUpdate:
      case Packet.ThreadMembersUpdate:
        ownThreads.follow(packet, data, self?.user);
        return [];
      case Packet.ChannelDelete:
      case Packet.ThreadDelete:
        return forget(WireChannel.parse(data));
      default:
        return [];
    }
  }

  return {
    get self() {
      return self;
    },
    assume(known) {
      self ??= known;
    },
    channel: (id) => channels.get(id),
    channels: () => [...channels.values()],
    recordChannel: note,
    isIn: ownThreads.has,
    joinedThreads: () => ownThreads.joined().flatMap((id) => channels.get(id) ?? []),
    guildRoles(id) {
      const known = guilds.get(id);
      return known && self && !stale.has(id) ? { id, ...known, self: self.user } : undefined;
    },
    ownRoles: (guild) => (stale.has(guild) ? undefined : guilds.get(guild)?.own),
    roleName: (guild, role) => guilds.get(guild)?.roles.get(role)?.name,
    isOwnRole: (guild, role) => self !== undefined && guilds.get(guild)?.roles.get(role)?.bot === self.user,
    recordGuild: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        if (self) tellWhenComplete();
      }),
    manages(guild, user, member) {
      const known = guilds.get(guild);
      if (!known) return false;
      // The role that everyone has bears the id of the guild.
      const roles = [guild, ...(member?.roles ?? [])];
      const may = roles.reduce((all, role) => all | (known.roles.get(role)?.permissions ?? 0n), 0n);
      return known.owner === user || (may & MANAGES) !== 0n;
    },
    follow,
  };
}

const rolesOf = (roles: readonly z.infer<typeof WireRole>[]) =>
  new Map(roles.map((role) => [role.id, roleOf(role)]));

/** Of a server as it was asked for. */
export const guildRolesOf = (
  { id, owner_id: owner, roles }: WireGuild,
  { user: self }: Self,
): GuildRoles => ({
  id,
  owner,
  roles: rolesOf(roles),
  self,
});

const roleOf = ({ name, permissions, tags }: z.infer<typeof WireRole>): Role => ({
  name,
  permissions: BigInt(permissions),
  bot: tags?.bot_id,
});
