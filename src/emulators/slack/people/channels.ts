import { NotPossible } from "../http/api-error.ts";
import { joinChannel, leaveChannel } from "../world/membership.ts";
import { convertChannel, shareChannel, unshareChannel } from "../world/openness.ts";
import type { ChannelRecord, UserRecord } from "../world/records.ts";
import { addChannel } from "../world/workspaces.ts";
import type { World } from "../world/world.ts";
import type { PersonMessages } from "./messages.ts";
import { type ChannelView, channelView } from "./views.ts";

/** What a person does to channels and to who is in them. */
export class PersonChannels {
  readonly #world: World;
  readonly #user: UserRecord;
  readonly #messages: PersonMessages;

  constructor(world: World, user: UserRecord, messages: PersonMessages) {
    this.#world = world;
    this.#user = user;
    this.#messages = messages;
  }

  /** Whoever makes a private channel is alone in it at first; a public one begins so too. */
  create(name: string, { isPrivate }: { readonly isPrivate: boolean }): ChannelView {
    const { id, teamId, guest } = this.#user;
    if (guest !== undefined) throw new NotPossible("Guests make no channels.");
    if (!/^[a-z0-9_-]{1,80}$/.test(name))
      throw new NotPossible("A channel's name has small letters, digits, hyphens and underscores.");
    if (this.#world.channelsOf(teamId).some((channel) => channel.name === name))
      throw new NotPossible(`There is a channel called ${name} already.`);
    const type = isPrivate ? "group" : "channel";
    return channelView(this.#world, addChannel(this.#world, { teamId, name, type, memberIds: [id] }));
  }

  mayInvite(channelId: string): boolean {
    const { memberIds } = this.#enter(channelId);
    return memberIds.includes(this.#user.id) && this.#user.guest === undefined;
  }

  /** People remove others where they administer the workspace; anybody may leave. */
  mayRemove(channelId: string, userId: string): boolean {
    return userId === this.#user.id || this.mayManage(channelId);
  }

  /** Whether it is private, and which companies are in it, is for the admins of the workspace that it belongs to. */
  mayManage(channelId: string): boolean {
    const { isAdmin, isOwner, teamId } = this.#user;
    return (isAdmin || isOwner) && this.#enter(channelId).teamId === teamId;
  }

  /** Somebody of another workspace comes by Slack Connect. */
  invite(channelId: string, userId: string): void {
    const channel = this.#enter(channelId);
    if (!this.mayInvite(channelId)) throw new NotPossible(`${this.#name} may not invite anybody here.`);
    const { teamId } = this.#person(userId);
    if (teamId === channel.teamId) {
      joinChannel(this.#world, channel, { userId, inviterId: this.#user.id });
    } else {
      this.#demandManaging(channelId);
      shareChannel(this.#world, channel, { teamId, userIds: [userId] });
    }
  }

  /** With the last of another company the channel is shared with it no longer. */
  remove(channelId: string, userId: string): void {
    const channel = this.#enter(channelId);
    if (!this.mayRemove(channelId, userId))
      throw new NotPossible(`${this.#name} may not remove anybody from this channel.`);
    leaveChannel(this.#world, channel, { userId, actorId: this.#user.id });
    const { teamId } = this.#person(userId);
    const isLast = !channel.memberIds.some((id) => this.#world.users.get(id)?.teamId === teamId);
    if (isLast && channel.sharedWith?.includes(teamId)) unshareChannel(this.#world, channel, teamId);
  }

  setPrivate(channelId: string, isPrivate: boolean): void {
    this.#demandManaging(channelId);
    convertChannel(this.#world, this.#enter(channelId), isPrivate ? "group" : "channel");
  }

  #enter(channelId: string): ChannelRecord {
    return this.#messages.enter(channelId);
  }

  #person(userId: string): UserRecord {
    const found = this.#world.users.get(userId);
    if (!found) throw new NotPossible("This person is gone.");
    return found;
  }

  #demandManaging(channelId: string): void {
    if (!this.mayManage(channelId)) throw new NotPossible(`${this.#name} may not change this channel.`);
  }

  get #name(): string {
    return this.#user.displayName;
  }
}
