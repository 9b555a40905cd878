import type { Delivery } from "../delivery/delivery.ts";
import { createMessage } from "../messages/posting.ts";
import { SlackPerson } from "../people/person.ts";
import {
  type ChannelView,
  channelView,
  type MessageView,
  messagesFor,
  messageView,
} from "../people/views.ts";
import { archiveChannel, deleteChannel, joinChannel, leaveChannel } from "./membership.ts";
import {
  changeId,
  convertChannel,
  inviteCompany,
  setGuest,
  shareChannel,
  shareWithOrganization,
  unshareChannel,
} from "./openness.ts";
import { lockThread, restrictPosting } from "./posting-rights.ts";
import type { ChannelRecord } from "./records.ts";
import { endInstallation } from "./uninstall.ts";
import { addChannel, addUser, allScopes, installApp } from "./workspaces.ts";
import type { World } from "./world.ts";

/** One workspace, as tests, the harness and the page handle it. */
export interface SlackWorkspace {
  readonly teamId: string;
  readonly teamName: string;
  /** The app in it; undefined until it is installed. */
  readonly botUserId: string | undefined;
  readonly botId: string | undefined;
  readonly botToken: string | undefined;
  readonly people: readonly SlackPerson[];
  /** By name or id. */
  person(name: string): SlackPerson;
  addPerson(name: string): SlackPerson;
  /** By name, with or without "#", or by id. */
  channel(name: string): ChannelView;
  channels(): readonly ChannelView[];
  /** Everybody is a member; the bot is too unless it says otherwise. */
  addChannel(
    name: string,
    options?: { readonly isPrivate?: boolean; readonly withBot?: boolean },
  ): ChannelView;
  /** A conversation of these people and the bot. */
  addGroupDm(people: readonly string[]): ChannelView;
  /** Somebody who is in these channels alone: several, or a single one. */
  addGuest(
    name: string,
    options: { readonly channels: readonly string[]; readonly single?: boolean },
  ): SlackPerson;
  /** A member becomes a guest of these channels, or a guest a member again. */
  setGuest(name: string, guest: { readonly channels: readonly string[] } | undefined): void;
  makePrivate(channel: string): void;
  makePublic(channel: string): void;
  /** By Slack Connect, with another workspace of this Slack: these of its people come in, or all. */
  shareChannel(channel: string, withTeam: string, options?: { readonly people?: readonly string[] }): void;
  unshareChannel(channel: string, withTeam: string): void;
  /** It goes on under another id, as a private channel that is shared does. */
  changeChannelId(channel: string): void;
  /** An invitation by Slack Connect that nobody has accepted yet. */
  inviteCompany(channel: string, team: string): void;
  /** With the other workspaces of an organization. */
  shareWithOrganization(channel: string): void;
  /** These (names) alone may post there, and these alone answer in threads; the bot is called by its name, too. */
  restrictPosting(
    channel: string,
    to: {
      readonly posters?: readonly string[] | undefined;
      readonly repliers?: readonly string[] | undefined;
    },
  ): void;
  /** Nobody may answer in it. */
  lockThread(channel: string, threadTs: string): void;
  archive(channel: string, isArchived?: boolean): void;
  deleteChannel(channel: string): void;
  /** Oldest first, as this person (name or id) sees them; without one, what everyone sees. */
  messages(
    channelId: string,
    options?: { readonly viewer?: string; readonly threadTs?: string },
  ): readonly MessageView[];
  /** Slack's own notice in a channel, a thread or somebody's direct messages: it has an author of its own and no subtype. */
  slackSays(channelId: string, text: string, options?: { readonly as?: "USLACK" | "USLACKBOT" }): MessageView;
  /** The bot is invited into a channel, or removed from it. */
  setBotMembership(channel: string, isMember: boolean): void;
  /** The app is installed, or installed again with these scopes; without them with all that it asks for. */
  install(scopes?: readonly string[]): void;
  /** Slack tells of it twice, in no promised order. */
  uninstall(first?: "app_uninstalled" | "tokens_revoked"): void;
  revokeTokens(): void;
}

export function workspaceView(world: World, delivery: Delivery, teamId: string): SlackWorkspace {
  const people = () => world.usersOf(teamId).filter(({ isBot }) => !isBot);
  const personCalled = (name: string) => people().find((one) => one.displayName === name || one.id === name);
  const installation = () => world.installation(teamId);
  const memberCalled = (name: string): string => {
    const found = world.usersOf(teamId).find((one) => one.displayName === name || one.id === name);
    if (!found) throw new Error(`There is nobody called ${name}.`);
    return found.id;
  };
  const channelCalled = (name: string): ChannelRecord => {
    const plain = name.replace(/^#/, "");
    const found = world
      .channelsOf(teamId)
      .find((one) => one.id === plain || (one.name !== "" && one.name === plain));
    if (!found) throw new Error(`There is no channel ${name}.`);
    return found;
  };
  const teamCalled = (name: string): string => {
    const found = [...world.teams.values()].find((team) => team.name === name || team.id === name);
    if (!found) throw new Error(`There is no workspace ${name}.`);
    return found.id;
  };
  return {
    teamId,
    teamName: world.team(teamId).name,
    get botUserId() {
      return installation()?.botUserId;
    },
    get botId() {
      return installation()?.botId;
    },
    get botToken() {
      return installation()?.botToken;
    },
    get people() {
      return people().map((user) => new SlackPerson(world, delivery, user));
    },
    person(name) {
      const found = personCalled(name);
      if (!found) throw new Error(`There is nobody called ${name}.`);
      return new SlackPerson(world, delivery, found);
    },
    addPerson(name) {
      const user = addUser(world, { teamId, name });
      for (const channel of world.channelsOf(teamId)) {
        if (channel.type === "channel") channel.memberIds.push(user.id);
      }
      world.tell({ type: "settings-changed" });
      return new SlackPerson(world, delivery, user);
    },
    channel: (name) => channelView(world, channelCalled(name)),
    channels: () => world.channelsOf(teamId).map((channel) => channelView(world, channel)),
    addChannel(name, options = {}) {
      const bot = installation()?.botUserId;
      const memberIds = people().map(({ id }) => id);
      if (bot !== undefined && options.withBot !== false) memberIds.push(bot);
      const type = options.isPrivate ? "group" : "channel";
      return channelView(world, addChannel(world, { teamId, name, type, memberIds }));
    },
    addGroupDm(names) {
      const bot = installation()?.botUserId;
      const members = names.map((name) => personCalled(name)?.id ?? name);
      const memberIds = [...members, ...(bot === undefined ? [] : [bot])];
      const name = `mpdm-${names.map((one) => one.toLowerCase()).join("--")}-1`;
      return channelView(world, addChannel(world, { teamId, name, type: "mpim", memberIds }));
    },
    addGuest(name, { channels, single = false }) {
      const user = addUser(world, { teamId, name });
      const channelIds = channels.map((one) => channelCalled(one).id);
      setGuest(world, user, { kind: single ? "single" : "multi", channelIds });
      return new SlackPerson(world, delivery, user);
    },
    setGuest(name, guest) {
      const user = personCalled(name);
      if (!user) throw new Error(`There is nobody called ${name}.`);
      const channelIds = guest?.channels.map((one) => channelCalled(one).id) ?? [];
      setGuest(world, user, guest && { kind: "multi", channelIds });
    },
    makePrivate: (name) => convertChannel(world, channelCalled(name), "group"),
    makePublic: (name) => convertChannel(world, channelCalled(name), "channel"),
    shareChannel(name, withTeam, { people: names } = {}) {
      const other = teamCalled(withTeam);
      const theirs = world.usersOf(other).filter(({ isBot }) => !isBot);
      const come = names ? theirs.filter(({ displayName }) => names.includes(displayName)) : theirs;
      shareChannel(world, channelCalled(name), { teamId: other, userIds: come.map(({ id }) => id) });
    },
    changeChannelId: (name) => changeId(world, channelCalled(name)),
    unshareChannel: (name, withTeam) => unshareChannel(world, channelCalled(name), teamCalled(withTeam)),
    inviteCompany: (name, team) => inviteCompany(world, channelCalled(name), teamCalled(team)),
    shareWithOrganization: (name) => shareWithOrganization(world, channelCalled(name)),
    restrictPosting(name, { posters, repliers }) {
      const ids = (names: readonly string[] | undefined) => names?.map(memberCalled);
      restrictPosting(world, channelCalled(name), { posters: ids(posters), repliers: ids(repliers) });
    },
    lockThread: (name, threadTs) => lockThread(channelCalled(name), threadTs),
    archive(name, isArchived = true) {
      const channel = channelCalled(name);
      archiveChannel(world, channel, { isArchived, userId: people()[0]?.id ?? "" });
    },
    deleteChannel: (name) => deleteChannel(world, channelCalled(name), people()[0]?.id ?? ""),
    messages: (channelId, { viewer, threadTs } = {}) =>
      messagesFor(world, channelId, {
        viewerId: viewer === undefined ? undefined : (personCalled(viewer)?.id ?? viewer),
        threadTs,
      }),
    slackSays(channelId, text, { as = "USLACKBOT" } = {}) {
      const message = createMessage(world, channelCalled(channelId), { userId: as, isFromApp: false, text });
      return messageView(world, message);
    },
    setBotMembership(name, isMember) {
      const userId = installation()?.botUserId;
      if (userId === undefined) throw new Error("The app is not installed in this workspace.");
      const channel = channelCalled(name);
      const inviterId = people()[0]?.id;
      if (isMember) joinChannel(world, channel, { userId, ...(inviterId && { inviterId }) });
      else leaveChannel(world, channel, { userId, ...(inviterId && { actorId: inviterId }) });
    },
    install(scopes) {
      const installerId = people()[0]?.id ?? "";
      const botToken = installation()?.state === "active" ? installation()?.botToken : undefined;
      installApp(world, {
        teamId,
        installerId,
        scopes: scopes ?? allScopes(world.config),
        ...(botToken && { botToken }),
      });
    },
    uninstall: (first) => endInstallation(world, teamId, "uninstalled", first),
    revokeTokens: () => endInstallation(world, teamId, "revoked"),
  };
}
