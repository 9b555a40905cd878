import type {
  DiscordEmulator,
  DiscordPerson,
  InteractionView,
  MessageView,
  ModalView,
} from "@rapport/discord-emulator";
import type { Abilities, Awaited, ClientDriver, Options, SentFile, Shown, ShownForm } from "../chat.ts";

/** Discord's component type of a select. */
const SELECT = 3;

/** Somebody who uses the emulated Discord as Discord's client lets them. */
export class DiscordClientDriver implements ClientDriver {
  readonly abilities: Abilities;
  readonly person: DiscordPerson;
  readonly #discord: DiscordEmulator;
  readonly #stopLabel: string | undefined;
  readonly #forms = new Map<string, ModalView>();

  constructor(discord: DiscordEmulator, name: string, stopLabel?: string) {
    this.#discord = discord;
    this.#stopLabel = stopLabel;
    this.person = discord.person(name);
    this.abilities = {
      complete: (place, command, { name: option, typed }) => {
        const [called = "", subcommand] = command.split(" ");
        return this.person.autocomplete(channelIn(discord, place), called, subcommand, option, typed);
      },
      closeDms: () => this.person.closeDms(true),
      openPrivateThread: async (place, title) =>
        (await this.person.startThread(channelIn(discord, place), title, { isPrivate: true })).id,
      letIn: (thread, name) => this.person.letIn(thread, discord.person(name).id),
    };
  }

  async dm(): Promise<string> {
    return (await this.person.openDm()).id;
  }

  readMessages(place: string): readonly Shown[] {
    return this.#messages(place).map((message) => this.#shown(message));
  }

  async say(place: string, text: string, attachments: readonly SentFile[]): Promise<Shown> {
    return this.#shown(await this.person.say(channelIn(this.#discord, place), text, { attachments }));
  }

  async edit({ id }: Shown, text: string): Promise<void> {
    await this.person.edit(id, text);
  }

  delete({ id }: Shown): Promise<void> {
    return this.person.delete(id);
  }

  threadBelow({ id, place }: Shown): string | undefined {
    return this.#discord.threads(place).find((thread) => thread.id === id)?.id;
  }

  command(place: string, command: string, options: Options): Promise<Awaited> {
    const [name = "", subcommand] = command.split(" ");
    const channel = channelIn(this.#discord, place);
    return this.#await(channel, () => this.person.slash(channel, name, options, subcommand));
  }

  press({ id, place }: Shown, label: string): Promise<Awaited> {
    const message = this.#messages(place).find((each) => each.id === id);
    const button = message && componentsOf(message).find((each) => each.label === label)?.custom_id;
    if (typeof button !== "string") throw new Error(`there is no button ${label}`);
    return this.#await(place, () => this.person.click(id, button));
  }

  submit({ id, place }: ShownForm, values: Readonly<Record<string, string>>): Promise<Awaited> {
    const modal = this.#forms.get(id);
    if (!modal) throw new Error("this form was not opened here");
    const filled: Record<string, string | string[]> = {};
    for (const { customId, type, value } of modal.fields) {
      const given = values[customId] ?? value;
      if (given === undefined) continue;
      filled[customId] = type === SELECT ? [given].flat() : String(given);
    }
    return this.#await(place, () => this.person.submit(modal, filled));
  }

  menu({ id, place }: Shown, entry: string): Promise<Awaited> {
    return this.#await(place, () => this.person.contextMenu(id, entry));
  }

  #messages(place: string): readonly MessageView[] {
    const seen = this.#discord.messages(channelIn(this.#discord, place), this.person.id);
    return seen.filter(({ isSystem }) => !isSystem);
  }

  /** The answer to an interaction: its own message, a follow-up, or a form. */
  async #await(channel: string, act: () => Promise<InteractionView>): Promise<Awaited> {
    const before = new Set(this.#messages(channel).map(({ id }) => id));
    const interaction = await act();
    return () => {
      if (interaction.modal) {
        const form = this.#opened(interaction.modal, channel);
        return { isPrivate: true, text: "", message: undefined, form, files: [] };
      }
      const mine = this.#messages(channel).filter(
        ({ id, loading, interactionId, ephemeral }) =>
          !before.has(id) && !loading && (interactionId === interaction.id || ephemeral),
      );
      const message = mine.at(-1);
      return (
        message && {
          isPrivate: message.ephemeral,
          text: message.content,
          message: this.#shown(message),
          form: undefined,
          files: message.attachments.map(({ url }) => ({ read: async () => (await fetch(url)).text() })),
        }
      );
    };
  }

  #shown(message: MessageView): Shown {
    const { id, channelId, author, content, ephemeral, loading } = message;
    const buttons = componentsOf(message).flatMap(({ label }) => (typeof label === "string" ? [label] : []));
    const isGrowing = this.#stopLabel !== undefined && buttons.includes(this.#stopLabel);
    return {
      id,
      place: channelId,
      author: author.name,
      isBot: author.bot,
      text: content,
      isPrivate: ephemeral,
      buttons,
      state: loading ? "promised" : isGrowing ? "growing" : "whole",
    };
  }

  #opened(modal: ModalView, place: string): ShownForm {
    this.#forms.set(modal.interactionId, modal);
    const fields = modal.fields.map(({ customId, value }) => ({
      name: customId,
      value: value === undefined ? undefined : [value].flat().join(),
    }));
    return { id: modal.interactionId, place, title: modal.title, fields };
  }
}

/** "#general", or the id of a channel, thread or DM. */
export const channelIn = (discord: DiscordEmulator, place: string): string =>
  place.startsWith("#") ? discord.channel(place).id : place;

function componentsOf({ components }: MessageView): readonly Readonly<Record<string, unknown>>[] {
  const rows: readonly Readonly<Record<string, unknown>>[] = components;
  return rows.flatMap((row) => (Array.isArray(row.components) ? row.components : [row]));
}
