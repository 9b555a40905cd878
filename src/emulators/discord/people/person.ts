import { ApplicationCommandType } from "discord-api-types/v10";
import type { InteractionView } from "../interactions/interaction-view.ts";
import type { ModalView } from "../interactions/modal-view.ts";
import { addReaction, removeReaction } from "../messages/reactions.ts";
import { showTyping } from "../messages/typing.ts";
import { joinThread, leaveThread, threadOf } from "../threads/thread-state.ts";
import type { JsonObject } from "../wire.ts";
import { openDm } from "../world/direct-messages.ts";
import { guildPermissions, maySee, permissionBits } from "../world/permissions.ts";
import type { UserRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { commandsFor, type OptionValues } from "./commands.ts";
import { PersonInteractions } from "./interactions.ts";
import { PersonMessages, type SayOptions } from "./messages.ts";
import type { ModalValues } from "./modal.ts";
import { PersonSettings } from "./settings.ts";
import { type ChannelView, channelView, type MessageView } from "./views.ts";

/** What a person does in their client. What the client would not let them do throws NotPossible. */
export interface DiscordPerson {
  readonly id: string;
  readonly name: string;
  /** May manage the server. */
  readonly manages: boolean;
  /** The settings of the server and its channels, as far as this person has them. */
  readonly settings: PersonSettings;
  /** "@Rapport" becomes a real mention; so do the names of people. */
  say(channelId: string, text: string, options?: SayOptions): Promise<MessageView>;
  edit(messageId: string, text: string): Promise<MessageView>;
  delete(messageId: string): Promise<void>;
  react(messageId: string, emoji: string): Promise<void>;
  unreact(messageId: string, emoji: string): Promise<void>;
  startsTyping(channelId: string): Promise<void>;
  openDm(): Promise<ChannelView>;
  /** Nobody who is not a friend can write to them any more: 50007 for the bot. */
  closeDms(closed: boolean): void;
  startThread(
    channelId: string,
    name: string,
    options?: { readonly messageId?: string; readonly isPrivate?: boolean },
  ): Promise<ChannelView>;
  joinThread(threadId: string): Promise<void>;
  /** Adds somebody to a thread. */
  letIn(threadId: string, userId: string): Promise<void>;
  leaveThread(threadId: string): Promise<void>;
  changeThread(
    threadId: string,
    change: { readonly name?: string; readonly archived?: boolean; readonly locked?: boolean },
  ): Promise<ChannelView>;
  /** Every place that this person can see: channels, threads, and their own DM. */
  places(): readonly ChannelView[];
  /** A message that this person can see. */
  message(messageId: string): MessageView | undefined;
  /** The slash commands that the menu offers here, as they were registered. */
  commands(channelId: string): readonly JsonObject[];
  /** The names of what the menu of a message offers here. */
  messageCommands(channelId: string): readonly string[];
  /** Resolves when the bot acknowledged; rejects with DidNotRespond after three seconds. */
  slash(
    channelId: string,
    command: string,
    options?: OptionValues,
    subcommand?: string,
  ): Promise<InteractionView>;
  autocomplete(
    channelId: string,
    command: string,
    subcommand: string | undefined,
    option: string,
    value: string | number,
    otherOptions?: OptionValues,
  ): Promise<readonly { readonly name: string; readonly value: string | number }[]>;
  click(messageId: string, customId: string): Promise<InteractionView>;
  select(messageId: string, customId: string, values: readonly string[]): Promise<InteractionView>;
  contextMenu(messageId: string, commandName: string): Promise<InteractionView>;
  submit(modal: ModalView, values: ModalValues): Promise<InteractionView>;
}

export function createPerson(world: World, user: UserRecord): DiscordPerson {
  const messages = new PersonMessages(world, user);
  const interactions = new PersonInteractions(world, messages);
  return {
    id: user.id,
    name: messages.name,
    get manages() {
      const wanted = permissionBits("ManageGuild");
      return (guildPermissions(world, user.id) & wanted) === wanted;
    },
    settings: new PersonSettings(world, messages),
    say: async (channelId, text, options) => messages.say(channelId, text, options),
    edit: async (messageId, text) => messages.edit(messageId, text),
    delete: async (messageId) => messages.delete(messageId),
    react: async (messageId, emoji) => addReaction(world, messages.see(messageId), emoji, user.id),
    unreact: async (messageId, emoji) => removeReaction(world, messages.see(messageId), emoji, user.id),
    startsTyping: async (channelId) => showTyping(world, messages.enter(channelId), user.id),
    openDm: async () => channelView(openDm(world, user.id)),
    closeDms: (closed) => {
      user.closedDms = closed;
      world.tell({ type: "settings-changed" });
    },
    startThread: async (channelId, name, options) => messages.startThread(channelId, name, options),
    joinThread: async (threadId) => {
      messages.enter(threadId);
      joinThread(world, threadOf(world, threadId), user.id);
    },
    letIn: async (threadId, userId) => messages.letIn(threadId, userId),
    leaveThread: async (threadId) => leaveThread(world, threadOf(world, threadId), user.id),
    changeThread: async (threadId, change) => messages.changeThread(threadId, change),
    places: () => [...world.channels.values()].filter((one) => maySee(world, user.id, one)).map(channelView),
    message: (messageId) => messages.look(messageId),
    commands: (channelId) =>
      commandsFor(world, messages.enter(channelId), user.id, ApplicationCommandType.ChatInput).map((one) =>
        structuredClone(one.definition),
      ),
    messageCommands: (channelId) =>
      commandsFor(world, messages.enter(channelId), user.id, ApplicationCommandType.Message).map(
        ({ name }) => name,
      ),
    slash: async (channelId, command, options, subcommand) =>
      interactions.slash(channelId, { command, values: options ?? {}, subcommand }),
    autocomplete: async (channelId, command, subcommand, option, value, otherOptions) =>
      interactions.autocomplete(channelId, {
        command,
        subcommand,
        values: { ...otherOptions, [option]: value },
        focused: option,
      }),
    click: async (messageId, customId) => interactions.press(messageId, customId),
    select: async (messageId, customId, values) => interactions.press(messageId, customId, values),
    contextMenu: async (messageId, commandName) => interactions.contextMenu(messageId, commandName),
    submit: async (modal, values) => interactions.submit(modal, values),
  };
}
