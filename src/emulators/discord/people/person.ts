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
export class DiscordPerson {
  readonly id: string;
  readonly name: string;
  /** The settings of the server and its channels, as far as this person has them. */
  readonly settings: PersonSettings;
  readonly #world: World;
  readonly #user: UserRecord;
  readonly #messages: PersonMessages;
  readonly #interactions: PersonInteractions;

  constructor(world: World, user: UserRecord) {
    this.#world = world;
    this.#user = user;
    this.#messages = new PersonMessages(this.#world, this.#user);
    this.#interactions = new PersonInteractions(this.#world, this.#messages);
    this.id = this.#user.id;
    this.name = this.#messages.name;
    this.settings = new PersonSettings(this.#world, this.#messages);
  }

  /** May manage the server. */
  get manages(): boolean {
    const wanted = permissionBits("ManageGuild");
    return (guildPermissions(this.#world, this.#user.id) & wanted) === wanted;
  }

  /** "@Rapport" becomes a real mention; so do the names of people. */
  async say(channelId: string, text: string, options?: SayOptions): Promise<MessageView> {
    return this.#messages.say(channelId, text, options);
  }

  async edit(messageId: string, text: string): Promise<MessageView> {
    return this.#messages.edit(messageId, text);
  }

  async delete(messageId: string): Promise<void> {
    return this.#messages.delete(messageId);
  }

  async react(messageId: string, emoji: string): Promise<void> {
    return addReaction(this.#world, this.#messages.see(messageId), emoji, this.#user.id);
  }

  async unreact(messageId: string, emoji: string): Promise<void> {
    return removeReaction(this.#world, this.#messages.see(messageId), emoji, this.#user.id);
  }

  async startsTyping(channelId: string): Promise<void> {
    return showTyping(this.#world, this.#messages.enter(channelId), this.#user.id);
  }

  async openDm(): Promise<ChannelView> {
    return channelView(openDm(this.#world, this.#user.id));
  }

  /** Nobody who is not a friend can write to them any more: 50007 for the bot. */
  closeDms(closed: boolean): void {
    this.#user.closedDms = closed;
    this.#world.tell({ type: "settings-changed" });
  }

  async startThread(
    channelId: string,
    name: string,
    options?: { readonly messageId?: string; readonly isPrivate?: boolean },
  ): Promise<ChannelView> {
    return this.#messages.startThread(channelId, name, options);
  }

  async joinThread(threadId: string): Promise<void> {
    this.#messages.enter(threadId);
    joinThread(this.#world, threadOf(this.#world, threadId), this.#user.id);
  }

  /** Adds somebody to a thread. */
  async letIn(threadId: string, userId: string): Promise<void> {
    return this.#messages.letIn(threadId, userId);
  }

  async leaveThread(threadId: string): Promise<void> {
    return leaveThread(this.#world, threadOf(this.#world, threadId), this.#user.id);
  }

  async changeThread(
    threadId: string,
    change: { readonly name?: string; readonly archived?: boolean; readonly locked?: boolean },
  ): Promise<ChannelView> {
    return this.#messages.changeThread(threadId, change);
  }

  /** Every place that this person can see: channels, threads, and their own DM. */
  places(): readonly ChannelView[] {
    return [...this.#world.channels.values()]
      .filter((one) => maySee(this.#world, this.#user.id, one))
      .map(channelView);
  }

  /** A message that this person can see. */
  message(messageId: string): MessageView | undefined {
    return this.#messages.look(messageId);
  }

  /** The slash commands that the menu offers here, as they were registered. */
  commands(channelId: string): readonly JsonObject[] {
    return commandsFor(
      this.#world,
      this.#messages.enter(channelId),
      this.#user.id,
      ApplicationCommandType.ChatInput,
    ).map((one) => structuredClone(one.definition));
  }

  /** The names of what the menu of a message offers here. */
  messageCommands(channelId: string): readonly string[] {
    return commandsFor(
      this.#world,
      this.#messages.enter(channelId),
      this.#user.id,
      ApplicationCommandType.Message,
    ).map(({ name }) => name);
  }

  /** Resolves when the bot acknowledged; rejects with DidNotRespond after three seconds. */
  async slash(
    channelId: string,
    command: string,
    options?: OptionValues,
    subcommand?: string,
  ): Promise<InteractionView> {
    return this.#interactions.slash(channelId, { command, values: options ?? {}, subcommand });
  }

  async autocomplete(
    channelId: string,
    command: string,
    subcommand: string | undefined,
    option: string,
    value: string | number,
    otherOptions?: OptionValues,
  ): Promise<readonly { readonly name: string; readonly value: string | number }[]> {
    return this.#interactions.autocomplete(channelId, {
      command,
      subcommand,
      values: { ...otherOptions, [option]: value },
      focused: option,
    });
  }

  async click(messageId: string, customId: string): Promise<InteractionView> {
    return this.#interactions.press(messageId, customId);
  }

  async select(messageId: string, customId: string, values: readonly string[]): Promise<InteractionView> {
    return this.#interactions.press(messageId, customId, values);
  }

  async contextMenu(messageId: string, commandName: string): Promise<InteractionView> {
    return this.#interactions.contextMenu(messageId, commandName);
  }

  async submit(modal: ModalView, values: ModalValues): Promise<InteractionView> {
    return this.#interactions.submit(modal, values);
  }
}
