import type { Delivery } from "./delivery.ts";
import { archiveChannel, deleteChannel, joinChannel, leaveChannel } from "./membership.ts";
import { createPerson, type SlackPerson } from "./person.ts";
import { createMessage } from "./posting.ts";
import type { ChannelRecord } from "./records.ts";
import { endInstallation } from "./uninstalling.ts";
import { type ChannelView, channelView, type MessageView, messagesFor, messageView } from "./views.ts";
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
  uninstall(): void;
  revokeTokens(): void;
}

export function workspaceView(world: World, delivery: Delivery, teamId: string): SlackWorkspace {
  const people = () => world.usersOf(teamId).filter(({ isBot }) => !isBot);
  const personCalled = (name: string) => people().find((one) => one.displayName === name || one.id === name);
  const installation = () => world.installation(teamId);
  const channelCalled = (name: string): ChannelRecord => {
    const plain = name.replace(/^#/, "");
    const found = world
      .channelsOf(teamId)
      .find((one) => one.id === plain || (one.name !== "" && one.name === plain));
    if (!found) throw new Error(`There is no channel ${name}.`);
    return found;
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
      return people().map((user) => createPerson(world, delivery, user));
    },
    person(name) {
      const found = personCalled(name);
      if (!found) throw new Error(`There is nobody called ${name}.`);
      return createPerson(world, delivery, found);
    },
    addPerson(name) {
      const user = addUser(world, { teamId, name });
      for (const channel of world.channelsOf(teamId)) {
        if (channel.type === "channel") channel.memberIds.push(user.id);
      }
      world.tell({ type: "settings-changed" });
      return createPerson(world, delivery, user);
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
    uninstall: () => endInstallation(world, teamId, "uninstalled"),
    revokeTokens: () => endInstallation(world, teamId, "revoked"),
  };
}
