import { guildCreateJson } from "../gateway/payloads.ts";
import { memberJson, roleJson } from "../payloads/payloads.ts";
import { changeSight } from "./channels.ts";
import { member } from "./default-world.ts";
import type { MemberRecord, RoleRecord, UserRecord } from "./records.ts";
import type { World } from "./world.ts";

/** Throws the bot out of the guild, or invites it back. Its webhooks and messages stay, as they do on Discord. */
export function setBotMembership(world: World, isMember: boolean): void {
  if (world.guild.botIsMember === isMember) return;
  world.guild.botIsMember = isMember;
  // Unlike an outage, a removal does not say `unavailable`.
  const name = isMember ? "GUILD_CREATE" : "GUILD_DELETE";
  world.dispatch({ name, data: isMember ? guildCreateJson(world) : { id: world.guild.id } });
  world.tell({ type: "settings-changed" });
}

/** Whose name in the server begins so. */
export function membersCalled(world: World, beginning: string): readonly MemberRecord[] {
  const wanted = beginning.toLowerCase();
  return [...world.members.values()].filter(({ userId, nick }) => {
    const { username, globalName } = world.user(userId);
    return [nick, globalName, username].some((name) => name?.toLowerCase().startsWith(wanted));
  });
}

export function addMember(world: World, user: UserRecord): void {
  const joined = member(user.id, [], world.clock.now());
  world.users.set(user.id, user);
  world.members.set(user.id, joined);
  world.dispatch({
    name: "GUILD_MEMBER_ADD",
    data: { ...memberJson(joined, user), guild_id: world.guild.id },
  });
  world.tell({ type: "settings-changed" });
}

export function changeRole(world: World, role: RoleRecord, permissions: bigint): void {
  changeSight(world, () => {
    role.permissions = permissions.toString();
    world.dispatch({ name: "GUILD_ROLE_UPDATE", data: { guild_id: world.guild.id, role: roleJson(role) } });
  });
  world.tell({ type: "settings-changed" });
}

export function createRole(world: World, name: string, permissions: bigint): RoleRecord {
  const role: RoleRecord = {
    id: world.ids.next(),
    name,
    permissions: permissions.toString(),
    position: world.roles.size,
    color: 0,
    mentionable: false,
  };
  world.roles.set(role.id, role);
  world.dispatch({ name: "GUILD_ROLE_CREATE", data: { guild_id: world.guild.id, role: roleJson(role) } });
  world.tell({ type: "settings-changed" });
  return role;
}

/** Gives somebody a role, or takes it from them. The bot hears it of itself, and of others only with an intent. */
export function setRoleOf(world: World, userId: string, role: RoleRecord, has: boolean): void {
  const changed = world.member(userId);
  changeSight(world, () => {
    const others = changed.roles.filter((id) => id !== role.id);
    changed.roles = has ? [...others, role.id] : others;
    world.dispatch({
      name: "GUILD_MEMBER_UPDATE",
      data: { ...memberJson(changed, world.user(userId)), guild_id: world.guild.id },
    });
  });
  world.tell({ type: "settings-changed" });
}
