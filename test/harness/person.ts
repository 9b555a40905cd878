import type { ModalView } from "../../src/sandbox/discord/modal-view.ts";
import type { DiscordPerson } from "../../src/sandbox/discord/person.ts";
import type { SandboxDiscord } from "../../src/sandbox/discord/server.ts";
import type { MessageView } from "../../src/sandbox/discord/views.ts";

const PATIENCE_MS = 15_000;

type Pattern = string | RegExp;

/** What somebody got for a command, a click or a filled-in form. */
export interface Response {
  /** Shown to them alone. */
  readonly isPrivate: boolean;
  readonly text: string;
  readonly message: MessageView | undefined;
  readonly form: ModalView | undefined;
}

/** Somebody who reads and writes in the sandbox's Discord as its page lets them. */
export class Person {
  readonly name: string;
  readonly hands: DiscordPerson;
  readonly #discord: SandboxDiscord;

  constructor(discord: SandboxDiscord, name: string) {
    this.#discord = discord;
    this.name = name;
    this.hands = discord.person(name);
  }

  /** A channel's name ("#general") or the id of a channel, thread or DM. */
  channel(where: string): string {
    return where.startsWith("#") ? this.#discord.channel(where).id : where;
  }

  says(where: string, text: string, options?: { readonly replyTo?: string }): Promise<MessageView> {
    return this.hands.say(this.channel(where), text, options);
  }

  /** Their direct messages with the bot. */
  async dm(): Promise<string> {
    return (await this.hands.openDm()).id;
  }

  /** Says something to the bot in a channel and gives the thread that it opens. */
  async begins(where: string, text: string): Promise<string> {
    const { id } = await this.says(where, text.includes("@Rapport") ? text : `@Rapport ${text}`);
    await this.#until(`a thread from “${text}”`, () =>
      this.#discord.threads(this.channel(where)).some((thread) => thread.id === id),
    );
    return id;
  }

  /** What they can see in a place, oldest first. */
  view(where: string): readonly MessageView[] {
    return this.#discord.messages(this.channel(where), this.hands.id).filter(({ isSystem }) => !isSystem);
  }

  /** Waits for a message of the bot that holds this. */
  sees(where: string, what: Pattern): Promise<MessageView> {
    return this.#find(`${this.name} sees ${what} in ${where}`, where, (message) => holds(message, what));
  }

  /** Waits for a finished answer: one that nobody can stop any more. With `after`, a later one than that. */
  async reads(where: string, what: Pattern = /./s, after?: MessageView): Promise<MessageView> {
    return this.#find(`${this.name} reads ${what} in ${where}`, where, (message) => {
      const isLater = after === undefined || BigInt(message.id) > BigInt(after.id);
      return isLater && holds(message, what) && !buttonOf(message, "Stop answering");
    });
  }

  /** Says something where no mention is needed and gives the finished answer to it. */
  async asks(where: string, text: string, what: Pattern = /./s): Promise<MessageView> {
    const said = await this.says(where, text);
    return this.reads(where, what, said);
  }

  /** Uses a slash command: `/persona use`, with its options. */
  async uses(
    where: string,
    command: string,
    options: Readonly<Record<string, string | number | boolean>> = {},
  ) {
    const [name = "", subcommand] = command.replace(/^\//, "").split(" ");
    const channel = this.channel(where);
    return this.#response(channel, () => this.hands.slash(channel, name, options, subcommand));
  }

  /** Presses a button by what it says, and gives what they are told for it. */
  clicks(message: MessageView, label: string): Promise<Response> {
    return this.#response(message.channelId, () =>
      this.hands.click(message.id, this.#button(message, label)),
    );
  }

  /** Presses a button that answers nothing. */
  async presses(message: MessageView, label: string): Promise<void> {
    await this.hands.click(message.id, this.#button(message, label));
  }

  #button(message: MessageView, label: string): string {
    const button = buttonOf(this.#seen(message), label);
    if (!button) throw new Error(`there is no button ${label} on “${message.content.slice(0, 80)}”`);
    return button;
  }

  async submits(form: ModalView | undefined, values: Readonly<Record<string, string>>, where: string) {
    if (!form) throw new Error("no form is open");
    const filled: Record<string, string | string[]> = {};
    for (const { customId, type, value } of form.fields) {
      const given = values[customId] ?? value;
      if (given === undefined) continue;
      filled[customId] = type === SELECT ? [given].flat() : String(given);
    }
    return this.#response(this.channel(where), () => this.hands.submit(form, filled));
  }

  async remembers(message: MessageView, entry: string): Promise<Response> {
    return this.#response(message.channelId, () => this.hands.contextMenu(message.id, entry));
  }

  /** The labels of the buttons below a message, as it is now. */
  buttons(message: MessageView): readonly string[] {
    return componentsOf(this.#seen(message)).flatMap(({ label }) =>
      typeof label === "string" ? [label] : [],
    );
  }

  #seen(message: MessageView): MessageView {
    return (
      this.#discord.messages(message.channelId, this.hands.id).find(({ id }) => id === message.id) ?? message
    );
  }

  /** The answer to an interaction: its own message, a follow-up, or a form. */
  async #response(channel: string, act: () => ReturnType<DiscordPerson["slash"]>): Promise<Response> {
    const before = new Set(this.#discord.messages(channel, this.hands.id).map(({ id }) => id));
    const interaction = await act();
    const found = await this.#until(`${this.name} gets an answer`, (): Response | undefined => {
      if (interaction.modal)
        return { isPrivate: true, text: "", message: undefined, form: interaction.modal };
      const fresh = this.#discord.messages(channel, this.hands.id).filter(({ id }) => !before.has(id));
      const mine = fresh.filter(
        ({ loading, interaction: origin, ephemeral }) =>
          !loading && (origin?.id === interaction.id || ephemeral),
      );
      const message = mine.at(-1);
      return message && { isPrivate: message.ephemeral, text: message.content, message, form: undefined };
    });
    return found;
  }

  #find(what: string, where: string, fits: (message: MessageView) => boolean): Promise<MessageView> {
    return this.#until(
      what,
      () => this.view(where).findLast((each) => each.author.bot && !each.loading && fits(each)),
      where,
    );
  }

  /** Looks again whenever something happened. */
  async #until<T>(what: string, look: () => T | undefined | false, where?: string): Promise<T> {
    const found = look();
    if (found !== undefined && found !== false) return found;
    return new Promise<T>((resolve, reject) => {
      const giveUp = setTimeout(() => {
        stop();
        const shown =
          where === undefined
            ? []
            : this.view(where).map(({ author, content }) => `  ${author.name}: ${content.slice(0, 300)}`);
        reject(new Error([`did not happen: ${what}`, ...shown].join("\n")));
      }, PATIENCE_MS);
      const stop = this.#discord.onEvent(() => {
        const now = look();
        if (now === undefined || now === false) return;
        clearTimeout(giveUp);
        stop();
        resolve(now);
      });
    });
  }
}

const SELECT = 3;

function holds({ content }: MessageView, what: Pattern): boolean {
  return typeof what === "string" ? content.includes(what) : what.test(content);
}

function componentsOf({ components }: MessageView): readonly Readonly<Record<string, unknown>>[] {
  const rows: readonly Readonly<Record<string, unknown>>[] = components;
  return rows.flatMap((row) => (Array.isArray(row.components) ? row.components : [row]));
}

function buttonOf(message: MessageView, label: string): string | undefined {
  const button = componentsOf(message).find((component) => component.label === label);
  return typeof button?.custom_id === "string" ? button.custom_id : undefined;
}
