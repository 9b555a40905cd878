import { ApplicationCommandType, ComponentType, InteractionType } from "discord-api-types/v10";
import { beginInteraction, type NewInteraction } from "../interactions/interaction-events.ts";
import { acknowledgement, type InteractionView, interactionView } from "../interactions/interaction-view.ts";
import type { ModalView } from "../interactions/modal-view.ts";
import { flatten } from "../messages/components.ts";
import { messageJson } from "../payloads/message-json.ts";
import { memberJson, userJson } from "../payloads/payloads.ts";
import { isObject } from "../wire.ts";
import type { ChannelRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { commandData, findCommand, NotPossible, type OptionValues } from "./commands.ts";
import type { PersonMessages } from "./messages.ts";
import { type ModalValues, submissionData } from "./modal.ts";

export interface TypedCommand {
  readonly command: string;
  readonly subcommand: string | undefined;
  readonly values: OptionValues;
  readonly focused?: string;
}

/** Commands, buttons, menus and modals, as a person uses them. */
export class PersonInteractions {
  readonly #world: World;
  readonly #person: PersonMessages;

  constructor(world: World, person: PersonMessages) {
    this.#world = world;
    this.#person = person;
  }

  slash(channelId: string, typed: TypedCommand): Promise<InteractionView> {
    return this.#begin(this.#typed(channelId, typed, InteractionType.ApplicationCommand));
  }

  async autocomplete(channelId: string, typed: TypedCommand & { readonly focused: string }) {
    const interaction = beginInteraction(
      this.#world,
      this.#typed(channelId, typed, InteractionType.ApplicationCommandAutocomplete),
    );
    await acknowledgement(this.#world, interaction);
    return (interaction.choices ?? []).map(({ name, value }) => ({
      name: String(name),
      value: typeof value === "number" ? value : String(value),
    }));
  }

  async press(messageId: string, customId: string, values?: readonly string[]): Promise<InteractionView> {
    const source = this.#person.see(messageId);
    const component = flatten(source.components).find((one) => one.custom_id === customId);
    if (!component) throw new NotPossible(`The message has no component "${customId}".`);
    if (component.disabled === true) throw new NotPossible(`The component "${customId}" is disabled.`);
    const isButton = component.type === ComponentType.Button;
    if (isButton !== (values === undefined))
      throw new NotPossible(`"${customId}" is ${isButton ? "a" : "no"} button.`);
    if (values) checkChoices(customId, component, values);
    return await this.#begin({
      type: InteractionType.MessageComponent,
      userId: this.#person.id,
      channel: this.#open(source.channelId),
      source,
      data: {
        custom_id: customId,
        component_type: component.type,
        id: component.id,
        ...(values && { values }),
      },
      origin: { interactedMessageId: source.id },
    });
  }

  async contextMenu(messageId: string, commandName: string): Promise<InteractionView> {
    const target = this.#person.see(messageId);
    const channel = this.#open(target.channelId);
    const command = findCommand(this.#world, channel, this.#person, {
      name: commandName,
      type: ApplicationCommandType.Message,
    });
    const author = this.#world.users.get(target.authorId);
    const member = channel.guildId ? this.#world.members.get(target.authorId) : undefined;
    return await this.#begin({
      type: InteractionType.ApplicationCommand,
      userId: this.#person.id,
      channel,
      data: {
        id: command.id,
        name: command.name,
        type: ApplicationCommandType.Message,
        target_id: target.id,
        resolved: {
          messages: { [target.id]: messageJson(this.#world, target) },
          ...(author && { users: { [author.id]: userJson(author) } }),
          ...(member && { members: { [member.userId]: { ...memberJson(member), permissions: "0" } } }),
        },
        ...(command.guildId && { guild_id: command.guildId }),
      },
      origin: { name: command.name, targetMessageId: target.id },
    });
  }

  async submit(modal: ModalView, values: ModalValues): Promise<InteractionView> {
    const opener = this.#world.interactions.get(modal.interactionId);
    if (opener?.userId !== this.#person.id)
      throw new NotPossible(`${this.#person.name} has no such modal open.`);
    const source = opener.sourceMessageId ? this.#world.messages.get(opener.sourceMessageId) : undefined;
    return await this.#begin({
      type: InteractionType.ModalSubmit,
      userId: this.#person.id,
      channel: this.#world.channel(opener.channelId),
      source,
      data: submissionData(modal, values),
      origin: {
        triggerId: opener.id,
        triggerType: opener.type,
        ...(opener.origin.name !== undefined && { name: opener.origin.name }),
        ...(source && { interactedMessageId: source.id }),
      },
    });
  }

  async #begin(draft: NewInteraction): Promise<InteractionView> {
    const interaction = beginInteraction(this.#world, draft);
    await acknowledgement(this.#world, interaction);
    return interactionView(this.#world, interaction);
  }

  #typed(channelId: string, typed: TypedCommand, type: number): NewInteraction {
    const channel = this.#open(channelId);
    const command = findCommand(this.#world, channel, this.#person, {
      name: typed.command,
      type: ApplicationCommandType.ChatInput,
    });
    const invocation = {
      command,
      subcommand: typed.subcommand,
      values: typed.values,
      ...(typed.focused && { focused: typed.focused }),
    };
    return {
      type,
      userId: this.#person.id,
      channel,
      data: commandData(this.#world, channel, this.#person.id, invocation),
      origin: { name: typed.subcommand ? `${typed.command} ${typed.subcommand}` : typed.command },
    };
  }

  /** Archived threads take no commands and no clicks. */
  #open(channelId: string): ChannelRecord {
    const channel = this.#person.enter(channelId);
    if (channel.thread?.archived) throw new NotPossible("This thread is archived.");
    return channel;
  }
}

/** A select takes its own options only, and as many as it says. */
function checkChoices(
  customId: string,
  component: Readonly<Record<string, unknown>>,
  values: readonly string[],
): void {
  const { options, min_values: least = 1, max_values: most = 1 } = component;
  const known = Array.isArray(options) ? options.filter(isObject).map(({ value }) => value) : undefined;
  const unknown = known && values.find((value) => !known.includes(value));
  if (unknown !== undefined) throw new NotPossible(`"${customId}" has no choice "${unknown}".`);
  if (values.length < Number(least) || values.length > Number(most)) {
    throw new NotPossible(`"${customId}" takes ${Number(least)} to ${Number(most)} choices.`);
  }
}
