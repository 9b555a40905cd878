import {
  ChannelType,
  ApplicationCommandType as CommandType,
  InteractionContextType,
  InteractionType,
  ApplicationCommandOptionType as OptionType,
} from "discord-api-types/v10";
import type { Command, Menu } from "../../../core/commands/declaration.ts";
import { findAction, mayOpenForm } from "../../../core/commands/declaration.ts";
import { strayOption } from "../../../core/commands/read-options.ts";
import type { CommandEvent, Person, Place } from "../../../core/domain/model.ts";
import type { SuggestQuery } from "../../../core/ports/platform.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { commandOf } from "../../shared/messages/button-id.ts";
import type { Decoded } from "../../shared/messages/stored-target.ts";
import type { Directory, Self } from "../guild/directory.ts";
import { eventIdOf, personIdOf, snowflakeTime } from "../ids.ts";
import { actorOf, isFromPerson, nameOf, textOf } from "../messages/decode-message.ts";
import {
  type Acknowledgement,
  directPlace,
  isThreadType,
  placeOf,
  writeTarget,
} from "../messages/reply-target.ts";
import {
  type WireChannel,
  WireCommandData,
  WireComponentData,
  type WireInteraction,
  WireModalData,
} from "../wire.ts";
import { directOf } from "./custom-id.ts";
import { valuesOf } from "./modal.ts";

/** What an interaction is to us. */
export type DecodedInteraction =
  | (Decoded<CommandEvent> & {
      readonly type: "command";
      readonly acknowledgement: Acknowledgement;
      /** It acts on what others may read, and was perhaps shown long ago. */
      readonly isLater: boolean;
    })
  | { readonly type: "suggest"; readonly query: SuggestQuery }
  /** To be answered privately, at once. */
  | { readonly type: "refused"; readonly sentence: string }
  /** Of a kind that we never ask for. */
  | { readonly type: "foreign" };

export interface InteractionContext {
  readonly commands: readonly Command[];
  readonly menus: readonly Menu[];
  readonly known: Directory;
  readonly self: Self;
  readonly now: number;
}

const NOT_OURS: DecodedInteraction = { type: "foreign" };

type InvokedCommand = Pick<CommandEvent, "name" | "action" | "options" | "submitted"> & {
  readonly by: InvocationKind;
};
type InvocationKind = "typed" | "button" | "form";

/** Reads an interaction; throws for one that is not as Discord documents it. */
export function decodeInteraction(
  interaction: WireInteraction,
  context: InteractionContext,
): DecodedInteraction {
  const author = actorOf(interaction);
  if (!author) return NOT_OURS;
  const where = channelOf(interaction, context.known);
  if (isAmongOthers(interaction, where)) return NOT_OURS;
  const place = placeOf(where, interaction.guild_id);
  switch (interaction.type) {
    case InteractionType.ApplicationCommand:
    case InteractionType.ApplicationCommandAutocomplete: {
      const data = WireCommandData.parse(interaction.data);
      if (interaction.type === InteractionType.ApplicationCommandAutocomplete)
        return suggestion(data, { place, author });
      const about = { interaction, context, where, place, author };
      if (data.type !== CommandType.Message) return decodeSlash(data, about);
      const asked = decodeMenu(data, { ...context, guild: interaction.guild_id });
      return asked ? command(asked, about) : NOT_OURS;
    }
    case InteractionType.MessageComponent: {
      return decodeButton(WireComponentData.parse(interaction.data).custom_id, {
        interaction,
        context,
        where,
        place,
        author,
      });
    }
    case InteractionType.ModalSubmit: {
      const data = WireModalData.parse(interaction.data);
      const line = commandOf(data.custom_id);
      if (!line) return refused(sentences.discord.oldButton);
      const options = { ...line.options, ...valuesOf(data) };
      const asked = { ...line, options, submitted: true, by: "form" as const };
      return command(asked, { interaction, context, where, place, author });
    }
    default:
      return NOT_OURS;
  }
}

/** Talk that we were not let into, of people that nobody tells us: our commands are not offered there. */
const isAmongOthers = ({ context }: WireInteraction, { type }: WireChannel): boolean =>
  context === InteractionContextType.PrivateChannel || type === ChannelType.GroupDM;

/** A button below what only one person sees belongs to their direct messages. */
function decodeButton(id: string, about: Parameters<typeof command>[1]): DecodedInteraction {
  const line = commandOf(id);
  const direct = directOf(id);
  if (!line) return refused(sentences.discord.oldButton);
  const place = direct === undefined ? about.place : directPlace(direct);
  return command({ ...line, submitted: false, by: "button" }, { ...about, place, direct });
}

const refused = (sentence: string): DecodedInteraction => ({ type: "refused", sentence });

/** The channel comes with the interaction; a type that is unknown is taken for one without threads. */
function channelOf({ channel, channel_id, guild_id }: WireInteraction, known: Directory): WireChannel {
  return (
    channel ??
    known.channel(channel_id) ?? { id: channel_id, type: -1, name: undefined, guild_id, parent_id: undefined }
  );
}

function decodeSlash(
  { name, options }: WireCommandData,
  about: Parameters<typeof command>[1],
): DecodedInteraction {
  const { action, given } = optionsOf(options);
  const values = given.flatMap((option) => (option.value === undefined ? [] : [[option.name, option.value]]));
  const asked = { name, action, options: Object.fromEntries(values), submitted: false, by: "typed" } as const;
  const stray = strayOption(findAction(about.context.commands, name, action), asked.options);
  return stray === undefined ? command(asked, about) : refused(stray);
}

function optionsOf(options: WireCommandData["options"]) {
  const subcommand = options.find(({ type }) => type === OptionType.Subcommand);
  return subcommand
    ? { action: subcommand.name, given: subcommand.options }
    : { action: undefined, given: options };
}

function decodeMenu(
  data: WireCommandData,
  { menus, self, known, guild }: InteractionContext & { readonly guild: string | undefined },
): InvokedCommand | undefined {
  const menu = menus.find(({ label }) => label === data.name);
  const message = data.resolved?.messages?.[data.target_id ?? ""];
  if (!menu || !message) return undefined;
  const author = isFromPerson(message) ? personIdOf(message.author.id) : undefined;
  return {
    ...menu.command,
    options: {
      // A message that comes so does not say of which server it is.
      [menu.textOption]: textOf({ ...message, guild_id: guild }, { self, known }),
      [menu.authorOption]: nameOf(message.author, message.member),
      ...(menu.authorIdOption && author && { [menu.authorIdOption]: author }),
    },
    submitted: false,
    by: "typed",
  };
}

function command(
  { by, ...asked }: InvokedCommand,
  about: {
    interaction: WireInteraction;
    context: InteractionContext;
    where: WireChannel;
    place: Place;
    author: Person;
    direct?: string | undefined;
  },
): DecodedInteraction {
  const { interaction, context, where, place, author, direct } = about;
  const action = findAction(context.commands, asked.name, asked.action);
  if (!action) return refused(by === "typed" ? sentences.discord.oldCommand : sentences.discord.oldButton);
  // A form must be the first answer of all, so what may open one is not deferred.
  const acknowledgement = mayOpenForm(action, asked) ? "open" : acknowledgementOf(by, action);
  return {
    type: "command",
    acknowledgement,
    isLater: by !== "typed" && place.kind !== "direct",
    event: {
      type: "command",
      id: eventIdOf(interaction.id),
      at: snowflakeTime(interaction.id),
      place,
      author,
      ...asked,
    },
    target: writeTarget({
      via: "interaction",
      channel: where.id,
      channelType: where.type,
      guild: interaction.guild_id,
      parent: isThreadType(where.type) ? where.parent_id : undefined,
      person: (interaction.member?.user ?? interaction.user)?.id ?? "",
      interaction: interaction.id,
      application: interaction.application_id,
      token: interaction.token,
      acknowledgement,
      at: context.now,
      direct,
    }),
  };
}

function acknowledgementOf(by: InvocationKind, action: { private: boolean }): Acknowledgement {
  if (by === "button") return "update";
  return action.private ? "private" : "public";
}

function suggestion(
  data: WireCommandData,
  { place, author }: Pick<SuggestQuery, "place" | "author">,
): DecodedInteraction {
  const { action, given } = optionsOf(data.options);
  const focused = given.find((option) => option.focused);
  if (!focused) return NOT_OURS;
  const typed = focused.value === undefined ? "" : String(focused.value);
  return { type: "suggest", query: { name: data.name, action, option: focused.name, typed, place, author } };
}
