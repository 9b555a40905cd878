import { leaveThread, threadOf } from "../threads/thread-state.ts";
import { type ChannelReaders, channelReaders, letRoleSee, seesEverything } from "../world/channel-readers.ts";
import { createRole, setRoleOf } from "../world/membership.ts";
import { guildPermissions, may, type PermissionName, permissionBits } from "../world/permissions.ts";
import type { ChannelRecord, RoleRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { NotPossible } from "./commands.ts";
import type { PersonMessages } from "./messages.ts";

/** What a person does in the settings of the server and its channels, and to who is in a thread. */
export class PersonSettings {
  readonly #world: World;
  readonly #messages: PersonMessages;

  constructor(world: World, messages: PersonMessages) {
    this.#world = world;
    this.#messages = messages;
  }

  may(name: PermissionName): boolean {
    const wanted = permissionBits(name);
    return (guildPermissions(this.#world, this.#messages.id) & wanted) === wanted;
  }

  /** Who sees a channel; of a thread, who sees what it belongs to. */
  readers(channelId: string): ChannelReaders {
    const channel = this.#messages.enter(channelId);
    const parent = channel.thread && channel.parentId ? this.#world.channel(channel.parentId) : channel;
    return channelReaders(this.#world, parent);
  }

  letRoleSee(channelId: string, roleId: string, sees: boolean): void {
    letRoleSee(this.#world, this.#channel(channelId), this.#role(roleId), sees);
  }

  /** A role without a right of its own: what it opens is for channels to say. */
  createRole(name: string): string {
    this.#demand("ManageRoles");
    if ([...this.#world.roles.values()].some((role) => role.name === name))
      throw new NotPossible(`There is a role called ${name} already.`);
    return createRole(this.#world, name, 0n).id;
  }

  setRole(userId: string, roleId: string, has: boolean): void {
    this.#demand("ManageRoles");
    const role = this.#role(roleId);
    if (role.botId !== undefined || role.id === this.#world.guild.id)
      throw new NotPossible("This role is nobody's to give.");
    setRoleOf(this.#world, userId, role, has);
  }

  removeFromThread(threadId: string, userId: string): void {
    if (!this.mayRemoveFrom(threadId))
      throw new NotPossible(`${this.#messages.name} may not remove anybody from this thread.`);
    leaveThread(this.#world, threadOf(this.#world, threadId), userId);
  }

  /** Who opened a private thread may, and whoever manages threads. */
  mayRemoveFrom(threadId: string): boolean {
    const thread = this.#messages.enter(threadId);
    return thread.thread?.ownerId === this.#messages.id || this.#managesThreads(this.#messages.id, thread);
  }

  /** Those who read a private thread without being in it. */
  moderatorsOf(threadId: string): readonly string[] {
    const thread = this.#messages.enter(threadId);
    return [...this.#world.members.keys()].filter((userId) => this.#managesThreads(userId, thread));
  }

  /** Those who see every channel whatever its settings say. */
  administrators(): readonly string[] {
    return [...this.#world.members.keys()].filter((userId) => seesEverything(this.#world, userId));
  }

  #managesThreads(userId: string, thread: ChannelRecord): boolean {
    return may(this.#world, userId, thread, "ManageThreads");
  }

  #channel(channelId: string): ChannelRecord {
    const channel = this.#messages.enter(channelId);
    if (channel.thread || !channel.guildId)
      throw new NotPossible("Only channels of the server say who sees them.");
    if (!may(this.#world, this.#messages.id, channel, "ManageChannels"))
      throw new NotPossible(`${this.#messages.name} may not change this channel.`);
    return channel;
  }

  #role(roleId: string): RoleRecord {
    const found = this.#world.roles.get(roleId);
    if (!found) throw new NotPossible("This role is gone.");
    return found;
  }

  #demand(name: PermissionName): void {
    if (!this.may(name)) throw new NotPossible(`${this.#messages.name} may not change roles.`);
  }
}
