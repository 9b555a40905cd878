import { GatewayDispatchEvents as Packet, PermissionFlagsBits as Permission } from "discord-api-types/v10";
import { z } from "zod";
import { Snowflake, WireChannel, WireGuild, WireMember, WireRole } from "../wire.ts";
import { isHidden } from "./channel-readers.ts";
import { OwnThreads } from "./own-threads.ts";
import type { GuildRoles, Role } from "./reader-set.ts";

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

/** What must be known of a server to read what is said there: who may do what, and what things are called. */
export class Directory {
  #self: Self | undefined;
  readonly #guilds = new Map<string, Guild>();
  readonly #channels = new Map<string, WireChannel>();
  readonly #ownThreads = new OwnThreads();
  /** Servers of which events may have been lost: they will tell of themselves anew. */
  readonly #stale = new Set<string>();
  readonly #missing = new Set<string>();
  #waiting: (() => void)[] = [];

  /** The bot itself; undefined before it is connected. */
  get self(): Self | undefined {
    return this.#self;
  }

  /** A connection that is resumed after a restart does not say who the bot is. */
  assume(known: Self): void {
    this.#self ??= known;
  }

  channel(id: string): WireChannel | undefined {
    return this.#channels.get(id);
  }

  /** Every channel and open thread that is known. */
  channels(): readonly WireChannel[] {
    return [...this.#channels.values()];
  }

  /** Notes a channel that the gateway did not tell of, such as a thread that was archived before we came. */
  recordChannel(channel: WireChannel): void {
    const { last_message_id } = this.#channels.get(channel.id) ?? {};
    const { name } = channel;
    // A name that is no name.
    this.#channels.set(channel.id, {
      last_message_id,
      ...channel,
      name: isHidden(channel) ? undefined : name,
    });
    this.#ownThreads.record(channel);
  }

  /** Whether the bot is in a private thread: it may see more than it was let into. */
  isIn(thread: string): boolean {
    return this.#ownThreads.has(thread);
  }

  /** The threads that it was let into since this was last asked. */
  joinedThreads(): readonly WireChannel[] {
    return this.#ownThreads.joined().flatMap((id) => this.#channels.get(id) ?? []);
  }

  /** What decides who can read the channels of a server; undefined where that may not be up to date. */
  guildRoles(id: string): GuildRoles | undefined {
    const known = this.#guilds.get(id);
    return known && this.#self && !this.#stale.has(id) ? { id, ...known, self: this.#self.user } : undefined;
  }

  /** The roles of the bot itself; undefined where that is not known. */
  ownRoles(guild: string): readonly string[] | undefined {
    return this.#stale.has(guild) ? undefined : this.#guilds.get(guild)?.own;
  }

  roleName(guild: string, role: string): string | undefined {
    return this.#guilds.get(guild)?.roles.get(role)?.name;
  }

  /** Whether a role is the bot's own: pinging it means the bot. */
  isOwnRole(guild: string, role: string): boolean {
    return this.#self !== undefined && this.#guilds.get(guild)?.roles.get(role)?.bot === this.#self.user;
  }

  /** Resolves when every server that the bot is in has told of itself. */
  recordGuild(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#self) this.#tellWhenComplete();
    });
  }

  manages(guild: string, user: string, member: WireMember | undefined): boolean {
    const known = this.#guilds.get(guild);
    if (!known) return false;
    // The role that everyone has bears the id of the guild.
    const roles = [guild, ...(member?.roles ?? [])];
    const may = roles.reduce((all, role) => all | (known.roles.get(role)?.permissions ?? 0n), 0n);
    return known.owner === user || (may & MANAGES) !== 0n;
  }

  /** Follows a packet; gives the channels that are gone by it. */
  follow(packet: string, data: unknown): readonly WireChannel[] {
    switch (packet) {
      case Packet.Ready: {
        const ready = Ready.parse(data);
        this.#self = { user: ready.user.id, application: ready.application.id };
        for (const { id } of ready.guilds) {
          this.#missing.add(id);
          this.#stale.add(id);
        }
        this.#tellWhenComplete();
        return [];
      }
      case Packet.GuildCreate: {
        const guild = WireGuild.parse(data);
        const own = Members.safeParse(data).data?.members.find(
          ({ user }) => user.id === this.#self?.user,
        )?.roles;
        this.#guilds.set(guild.id, { owner: guild.owner_id, roles: rolesOf(guild.roles), own });
        this.#ownThreads.replace(guild.threads);
        this.#noteAll(guild.id, [...guild.channels, ...guild.threads]);
        this.#stale.delete(guild.id);
        this.#missing.delete(guild.id);
        this.#tellWhenComplete();
        return [];
      }
      case Packet.GuildUpdate: {
        const guild = GuildChange.parse(data);
        const own = this.#guilds.get(guild.id)?.own;
        this.#guilds.set(guild.id, { owner: guild.owner_id, roles: rolesOf(guild.roles), own });
        return [];
      }
      case Packet.GuildMemberUpdate: {
        const { guild_id, user, roles } = MemberPacket.parse(data);
        const guild = this.#guilds.get(guild_id);
        if (guild && user.id === this.#self?.user) this.#guilds.set(guild_id, { ...guild, own: roles });
        return [];
      }
      case Packet.GuildDelete: {
        const { id, unavailable } = GuildGone.parse(data);
        this.#missing.delete(id);
        this.#tellWhenComplete();
        this.#stale.add(id);
        // An outage of the server is no reason to forget it.
        if (!unavailable) this.#forgetGuild(id);
        // Its channels still exist, and what was settled there holds if the bot is invited back.
        return [];
      }
      case Packet.GuildRoleCreate:
      case Packet.GuildRoleUpdate: {
        const { guild_id, role } = RolePacket.parse(data);
        this.#guilds.get(guild_id)?.roles.set(role.id, roleOf(role));
        return [];
      }
      case Packet.GuildRoleDelete: {
        const { guild_id, role_id } = RoleGone.parse(data);
        this.#guilds.get(guild_id)?.roles.delete(role_id);
        return [];
      }
      case Packet.ChannelCreate:
      case Packet.ChannelUpdate:
      case Packet.ThreadCreate:
      case Packet.ThreadUpdate:
        this.recordChannel(WireChannel.parse(data));
        return [];
      case Packet.ThreadListSync: {
        const { guild_id, threads } = ThreadList.parse(data);
        this.#noteAll(guild_id, threads);
        this.#ownThreads.follow(packet, data, this.#self?.user);
        return [];
      }
      case Packet.ThreadMemberUpdate:
      case Packet.ThreadMembersUpdate:
        this.#ownThreads.follow(packet, data, this.#self?.user);
        return [];
      case Packet.ChannelDelete:
      case Packet.ThreadDelete:
        return this.#forget(WireChannel.parse(data));
      default:
        return [];
    }
  }

  #tellWhenComplete(): void {
    if (this.#missing.size > 0) return;
    for (const tell of this.#waiting) tell();
    this.#waiting = [];
  }

  #noteAll(guild: string, found: readonly WireChannel[]): void {
    for (const channel of found) this.recordChannel({ ...channel, guild_id: guild });
  }

  #forget(channel: WireChannel): readonly WireChannel[] {
    const known = this.#channels.get(channel.id);
    this.#channels.delete(channel.id);
    this.#ownThreads.forget(channel.id);
    return [{ ...known, ...channel }];
  }

  #forgetGuild(guild: string): void {
    this.#guilds.delete(guild);
    for (const channel of this.#channels.values())
      if (channel.guild_id === guild) this.#channels.delete(channel.id);
  }
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
