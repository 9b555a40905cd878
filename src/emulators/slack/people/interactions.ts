import type { Delivery, Outcome } from "../delivery/delivery.ts";
import { NotPossible, SlackApiError } from "../http/api-error.ts";
import { DidNotRespond, type InteractionView, interactionView } from "../interactions/interaction-view.ts";
import { announceInteraction, fail, newInteraction } from "../interactions/new-interaction.ts";
import { issueResponseUrl, respond } from "../interactions/response-urls.ts";
import type { Interaction } from "../interactions/short-lived.ts";
import { issueTrigger } from "../interactions/triggers.ts";
import { typedText } from "../messages/rich-text.ts";
import { blocksOf, messageJson } from "../payloads/message-json.ts";
import {
  blocksIn,
  type Choice,
  chosenValue,
  findElement,
  findOption,
  optionsOf,
} from "../surfaces/element-values.ts";
import { offeredTo, offerTo } from "../surfaces/offered-options.ts";
import { rememberValue } from "../surfaces/remembered-values.ts";
import { surfaceJson } from "../surfaces/surfaces.ts";
import { isObject, type JsonObject, objectsIn } from "../wire.ts";
import { whyNotPost } from "../world/posting-rights.ts";
import type { MessageRecord, SurfaceRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import type { MessagePlace, PersonMessages } from "./messages.ts";

/** Something with buttons: a message, or a modal or Home tab by its id. */
export type Clickable = MessagePlace | { readonly id: string; readonly type: "modal" | "home" };

type Source = { readonly message: MessageRecord } | { readonly surface: SurfaceRecord };

/** Commands, buttons, menus and shortcuts, as a person uses them. */
export class PersonInteractions {
  readonly #world: World;
  readonly #delivery: Delivery;
  readonly #person: PersonMessages;

  constructor(world: World, delivery: Delivery, person: PersonMessages) {
    this.#world = world;
    this.#delivery = delivery;
    this.#person = person;
  }

  /** Slash commands are typed into channels and DMs; a thread has none. */
  async slash(channelId: string, command: string, text: string): Promise<InteractionView> {
    const world = this.#world;
    const channel = this.#person.enter(channelId);
    // An app's commands are there for the people of the workspace that it is installed in [guess].
    if (channel.teamId !== this.#person.user.teamId)
      throw new NotPossible("People of another company have no commands of this app here.");
    if (whyNotPost(channel, this.#person.user.id, undefined) !== undefined)
      throw new NotPossible("Who cannot post in a channel has nowhere to type a command.");
    const name = command.startsWith("/") ? command : `/${command}`;
    const declared = this.#declared(name);
    const interaction = this.#begin(channelId);
    const { record, url } = issueResponseUrl(world, interaction);
    const user = this.#person.user;
    const typed = declared.shouldEscape
      ? this.#escaped(text).replaceAll(/<@(U[A-Z0-9]+)>/g, (_all, id) => this.#named(String(id)))
      : text;
    const outcome = await this.#delivery.ask("slash_commands", {
      token: this.#delivery.token,
      team_id: user.teamId,
      team_domain: world.team(user.teamId).domain,
      channel_id: channel.id,
      channel_name: channel.type === "im" ? "directmessage" : channel.name,
      user_id: user.id,
      user_name: user.name,
      command: name,
      text: typed.trim(),
      api_app_id: world.appId,
      is_enterprise_install: "false",
      response_url: url,
      trigger_id: issueTrigger(world, interaction),
    });
    const payload = this.#accept(interaction, outcome, `${name} failed with the error`);
    if (isObject(payload) && Object.keys(payload).length > 0) {
      try {
        respond(world, record, payload);
      } catch (error) {
        if (!(error instanceof SlackApiError)) throw error;
        fail(world, interaction, `${name} failed with the error "${error.error}"`);
        throw new DidNotRespond(interaction, { cause: error });
      }
    }
    return interactionView(world, interaction);
  }

  async click(target: Clickable, actionId: string, choice: Choice): Promise<InteractionView> {
    const source = this.#source(target);
    const { block, element } = findElement(this.#blocksOf(source), actionId);
    const blockId = String(block.block_id);
    const used = this.#use(source, { blockId, element, choice });
    const interaction = this.#begin("message" in source ? source.message.channelId : undefined);
    const payload = this.#payload(interaction, "block_actions", source);
    const outcome = await this.#delivery.ask("interactive", {
      ...payload,
      actions: [
        {
          action_id: actionId,
          block_id: blockId,
          ...used,
          type: element.type,
          action_ts: this.#world.timestamps.next(),
        },
      ],
    });
    this.#accept(interaction, outcome, "This did not work:");
    return interactionView(this.#world, interaction);
  }

  /** What an external menu offers for what is typed. */
  async options(target: Clickable, actionId: string, value: string) {
    const source = this.#source(target);
    const { block, element } = findElement(this.#blocksOf(source), actionId);
    if (!String(element.type).endsWith("external_select"))
      throw new NotPossible(`"${actionId}" asks nobody.`);
    const interaction = this.#begin("message" in source ? source.message.channelId : undefined);
    const outcome = await this.#delivery.ask("interactive", {
      ...this.#payload(interaction, "block_suggestion", source),
      action_id: actionId,
      block_id: String(block.block_id),
      value,
    });
    const payload = this.#accept(interaction, outcome, "The options could not be loaded:");
    const offered = isObject(payload) ? optionsOf(payload) : [];
    offerTo(this.#world, interaction.userId, { actionId, options: offered });
    return offered.map((option) => ({
      text: isObject(option.text) ? String(option.text.text) : "",
      value: String(option.value),
    }));
  }

  async messageShortcut(place: MessagePlace, callbackId: string): Promise<InteractionView> {
    const message = this.#person.see(place);
    if (message.ephemeralFor !== undefined) throw new NotPossible("A private message has no shortcuts.");
    this.#needShortcut("message", callbackId);
    const interaction = this.#begin(message.channelId);
    const {
      container: _container,
      message: _message,
      state: _state,
      ...payload
    } = this.#payload(interaction, "message_action", { message });
    const outcome = await this.#delivery.ask("interactive", {
      ...payload,
      action_ts: this.#world.timestamps.next(),
      callback_id: callbackId,
      message_ts: message.ts,
      message: messageJson(this.#world, message),
    });
    this.#accept(interaction, outcome, "The shortcut did not work:");
    return interactionView(this.#world, interaction);
  }

  /** It has no channel and no response_url. */
  async globalShortcut(callbackId: string): Promise<InteractionView> {
    this.#needShortcut("global", callbackId);
    const interaction = this.#begin(undefined);
    const outcome = await this.#delivery.ask("interactive", {
      type: "shortcut",
      ...this.#who(),
      action_ts: this.#world.timestamps.next(),
      callback_id: callbackId,
      trigger_id: issueTrigger(this.#world, interaction),
    });
    this.#accept(interaction, outcome, "The shortcut did not work:");
    return interactionView(this.#world, interaction);
  }

  /** The common part of what interactions say about the person. */
  #who(teamId = this.#person.user.teamId): JsonObject {
    const { id, name, teamId: homeId } = this.#person.user;
    return {
      // Where the app is installed; who pressed may be of another company [bolt reads it so].
      team: { id: teamId, domain: this.#world.team(teamId).domain },
      user: { id, username: name, name, team_id: homeId },
      api_app_id: this.#world.appId,
      token: this.#delivery.token,
      enterprise: null,
      is_enterprise_install: false,
    };
  }

  #payload(interaction: Interaction, type: string, source: Source): JsonObject {
    const world = this.#world;
    const common = { type, ...this.#who(interaction.teamId) };
    if ("surface" in source) {
      return {
        ...common,
        container: { type: "view", view_id: source.surface.id },
        trigger_id: issueTrigger(world, interaction, source.surface.id),
        view: surfaceJson(world, source.surface),
      };
    }
    const { message } = source;
    const channel = this.#person.enter(message.channelId);
    const threadTs =
      message.threadTs ?? (world.repliesTo(channel.id, message.ts).length > 0 ? message.ts : undefined);
    return {
      ...common,
      container: {
        type: "message",
        message_ts: message.ts,
        channel_id: channel.id,
        is_ephemeral: message.ephemeralFor !== undefined,
        ...(threadTs !== undefined && { thread_ts: threadTs }),
      },
      trigger_id: issueTrigger(world, interaction),
      channel: { id: channel.id, name: channel.type === "im" ? "directmessage" : channel.name },
      message: messageJson(world, message),
      state: { values: {} },
      response_url: issueResponseUrl(world, interaction, message).url,
    };
  }

  /** What an action says of the element that was used; elements of a view remember it. */
  #use(
    source: Source,
    {
      blockId,
      element,
      choice,
    }: { blockId: string; element: Readonly<Record<string, unknown>>; choice: Choice },
  ): JsonObject {
    const { type } = element;
    if (type === "button" || type === "icon_button" || type === "workflow_button") {
      return { text: element.text, ...(element.value !== undefined && { value: element.value }) };
    }
    if (type === "feedback_buttons") {
      const buttons = objectsIn([element.positive_button, element.negative_button]);
      const pressed = buttons.find(({ value }) => value === choice);
      if (!pressed) throw new NotPossible("The feedback buttons have no such value.");
      return { text: pressed.text, value: pressed.value };
    }
    if (type === "overflow") return { selected_option: findOption(optionsOf(element), String(choice)) };
    const value = chosenValue(element, choice, offeredTo(this.#world, this.#person.user.id, element));
    if ("surface" in source)
      rememberValue(source.surface, { blockId, actionId: String(element.action_id), value });
    return value;
  }

  #source(target: Clickable): Source {
    if ("ts" in target) return { message: this.#person.see(target) };
    const surface = this.#world.surfaces.get(target.id);
    if (surface?.userId !== this.#person.user.id) throw new NotPossible("This view is not open.");
    return { surface };
  }

  #blocksOf(source: Source): JsonObject[] {
    if ("message" in source && !source.message.isFromApp)
      throw new NotPossible("It is no message of the app.");
    return "message" in source ? blocksOf(source.message) : blocksIn(source.surface.definition);
  }

  #begin(channelId: string | undefined): Interaction {
    const { id: userId, teamId: homeId } = this.#person.user;
    const teamId = this.#world.channels.get(channelId ?? "")?.teamId ?? homeId;
    if (this.#world.installation(teamId)?.state !== "active")
      throw new NotPossible("The app is not installed.");
    return newInteraction(this.#world, { teamId, userId, channelId });
  }

  #accept(interaction: Interaction, outcome: Outcome, complaint: string): unknown {
    if (!outcome.acknowledged) {
      const isLate = outcome.reason.endsWith("timeout");
      fail(this.#world, interaction, `${complaint} "${isLate ? "operation_timeout" : "dispatch_failed"}"`);
      throw new DidNotRespond(interaction);
    }
    interaction.state = "acknowledged";
    announceInteraction(this.#world, interaction);
    return outcome.payload;
  }

  #declared(name: string): { readonly shouldEscape: boolean } {
    const { commands } = this.#world.config;
    if (!this.#world.installation(this.#person.user.teamId)?.scopes.includes("commands")) {
      throw new NotPossible("The app has no commands.");
    }
    if (!commands) return { shouldEscape: false };
    const found = commands.find(({ command }) => command === name);
    if (!found) throw new NotPossible(`${name} is not a valid command.`);
    return { shouldEscape: found.should_escape };
  }

  #needShortcut(type: "message" | "global", callbackId: string): void {
    const { shortcuts } = this.#world.config;
    if (shortcuts && !shortcuts.some((one) => one.type === type && one.callback_id === callbackId)) {
      throw new NotPossible(`There is no shortcut ${callbackId}.`);
    }
  }

  #escaped(text: string): string {
    return typedText(text, this.#person.mentionable());
  }

  #named(id: string): string {
    return `<@${id}|${this.#world.users.get(id)?.name ?? ""}>`;
  }
}
