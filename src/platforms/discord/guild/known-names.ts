import { GatewayDispatchEvents as Packet } from "discord-api-types/v10";
import { z } from "zod";
import { BoundedMap } from "../../../core/async/bounded-map.ts";
import type { KnownSubject } from "../../../core/domain/subjects.ts";
import { personIdOf } from "../ids.ts";
import { Snowflake, WireMember, WireRole, WireUser } from "../wire.ts";

/** People of one server that are remembered: those who were seen last. */
const PEOPLE_REMEMBERED = 5_000;
/** Held for servers without end they would fill the memory of a bot that is in many. */
const GUILDS_REMEMBERED = 2_500;

const Ready = z.object({ user: WireUser });
const Member = WireMember.extend({ user: WireUser });
const Guild = z.object({ id: Snowflake, roles: z.array(WireRole), members: z.array(Member).default([]) });
const RolePacket = z.object({ guild_id: Snowflake, role: WireRole });
const RoleGone = z.object({ guild_id: Snowflake, role_id: Snowflake });
const Spoken = z.object({
  guild_id: Snowflake,
  author: WireUser,
  member: WireMember,
  mentions: z.array(WireUser.extend({ member: WireMember.optional() })).default([]),
});
const Used = z.object({ guild_id: Snowflake, member: Member });
const Left = z.object({ guild_id: Snowflake, user: WireUser });

/** Packets that say the same as another. */
const SAME_AS: Readonly<Record<string, string>> = {
  [Packet.GuildRoleUpdate]: Packet.GuildRoleCreate,
  [Packet.GuildUpdate]: Packet.GuildCreate,
};

interface Names {
  readonly roles: Map<string, string>;
  readonly people: Map<string, readonly string[]>;
}

/** Who and what is called how in each server, as far as the gateway told of it: a persona may bear none of these names. */
export class KnownNames {
  #self: z.infer<typeof WireUser> | undefined;
  readonly #guilds = new BoundedMap<string, Names>(GUILDS_REMEMBERED);
  readonly #packets: Readonly<Record<string, (data: unknown) => void>> = {
    [Packet.Ready]: (data) => {
      this.#self = Ready.parse(data).user;
    },
    [Packet.GuildCreate]: (data) => {
      const { id, roles, members } = Guild.parse(data);
      const names = this.#namesOf(id);
      names.roles.clear();
      for (const role of roles) names.roles.set(role.id, role.name);
      for (const { user, nick } of members) this.#note(id, user, nick);
    },
    [Packet.GuildRoleCreate]: (data) => {
      const { guild_id, role } = RolePacket.parse(data);
      this.#namesOf(guild_id).roles.set(role.id, role.name);
    },
    [Packet.GuildRoleDelete]: (data) => {
      const { guild_id, role_id } = RoleGone.parse(data);
      this.#guilds.get(guild_id)?.roles.delete(role_id);
    },
    [Packet.GuildMemberRemove]: (data) => {
      const { guild_id, user } = Left.parse(data);
      this.#guilds.get(guild_id)?.people.delete(user.id);
    },
    [Packet.MessageCreate]: (data) => {
      const { guild_id, author, member, mentions } = Spoken.parse(data);
      this.#note(guild_id, author, member.nick);
      for (const user of mentions) this.#note(guild_id, user, user.member?.nick);
    },
    [Packet.InteractionCreate]: (data) => {
      const { guild_id, member } = Used.parse(data);
      this.#note(guild_id, member.user, member.nick);
    },
    [Packet.GuildDelete]: (data) => {
      const { id } = z.object({ id: Snowflake }).parse(data);
      this.#guilds.delete(id);
    },
  };

  /** Follows a packet; what cannot be read tells nothing. */
  follow(packet: string, data: unknown): void {
    try {
      this.#packets[SAME_AS[packet] ?? packet]?.(data);
    } catch (error) {
      // Messages of webhooks and in direct messages have no member; what is wrong with a packet is logged elsewhere.
      if (!(error instanceof z.ZodError)) throw error;
    }
  }

  /** The roles and people of a server, by whom a rule can be made. */
  subjects(guild: string): readonly KnownSubject[] {
    const { roles = new Map<string, string>(), people = new Map<string, readonly string[]>() } =
      this.#guilds.get(guild) ?? {};
    return [
      ...[...roles].map(([id, name]) => ({
        kind: "role" as const,
        id,
        name: `@${name.replace(/^@/, "")}`,
        also: [`<@&${id}>`],
      })),
      ...[...people].map(([id, names]) => subjectOfPerson(id, names)),
    ];
  }

  /** Names of roles, of the bot, and of people; without a server those of the bot alone. */
  in(guild: string | undefined): readonly string[] {
    const own = this.#self
      ? [this.#self.username, this.#self.global_name].filter((name) => name !== undefined)
      : [];
    const names = guild === undefined ? undefined : this.#guilds.get(guild);
    if (!names) return own;
    return [...own, ...names.roles.values(), ...[...names.people.values()].flat()];
  }

  #namesOf(guild: string): Names {
    const names = this.#guilds.get(guild) ?? { roles: new Map(), people: new BoundedMap(PEOPLE_REMEMBERED) };
    this.#guilds.set(guild, names);
    return names;
  }

  #note(guild: string, user: z.infer<typeof WireUser>, nick: string | undefined): void {
    const { people } = this.#namesOf(guild);
    people.set(
      user.id,
      [nick, user.global_name, user.username].filter((name) => name !== undefined),
    );
  }
}

/** A person as one that rules can be about. */
export const subjectOfPerson = (id: string, names: readonly string[] = []): KnownSubject => ({
  kind: "person",
  id: personIdOf(id),
  name: names[0] === undefined ? `<@${id}>` : `@${names[0]}`,
  also: [...names, id, `<@${id}>`, `<@!${id}>`],
});
