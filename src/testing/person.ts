import type {
  Abilities,
  Awaited,
  Chat,
  ClientDriver,
  Options,
  Received,
  SentFile,
  Shown,
  ShownForm,
} from "./chat.ts";

const PATIENCE_MS = 15_000;

type Pattern = string | RegExp;

/** What somebody got, as far as it is one message or form. */
export interface Response extends Received {
  /** Waits for the one file that comes with it and gives what is in it. */
  file(): Promise<string>;
}

/** Somebody who reads and writes, on whatever platform. */
export class Person {
  readonly name: string;
  readonly #driver: ClientDriver;
  readonly #chat: Chat;

  constructor(chat: Chat, name: string) {
    this.#chat = chat;
    this.name = name;
    this.#driver = chat.driver(name);
  }

  says(where: string, text: string, files: readonly SentFile[] = []): Promise<Shown> {
    return this.#driver.say(where, text, files);
  }

  edits(message: Shown, text: string): Promise<void> {
    return this.#driver.edit(message, text);
  }

  deletes(message: Shown): Promise<void> {
    return this.#driver.delete(message);
  }

  /** Their direct messages with the bot. */
  dm(): Promise<string> {
    return this.#driver.dm();
  }

  /** Says something to the bot in a channel and gives the thread that it opens. */
  async begins(where: string, text: string): Promise<string> {
    const call = `@${this.#chat.botName}`;
    const said = await this.says(where, text.includes(call) ? text : `${call} ${text}`);
    return this.#until(`a thread from “${text}”`, () => this.#driver.threadBelow(said));
  }

  /** What they can see in a place, oldest first. */
  view(where: string): readonly Shown[] {
    return this.#driver.readMessages(where);
  }

  /** Waits for a message of the bot that holds this. */
  sees(where: string, what: Pattern): Promise<Shown> {
    return this.#find(`${this.name} sees ${what} in ${where}`, where, (message) => holds(message, what));
  }

  /** Waits for a message that nobody else sees: there, or in their direct messages. */
  async seesAlone(where: string, what: Pattern): Promise<Shown> {
    const dm = await this.dm();
    const mine = () => [...this.view(where).filter(({ isPrivate }) => isPrivate), ...this.view(dm)];
    const look = () => mine().findLast((message) => message.isBot && holds(message, what));
    return this.#until(`${this.name} alone sees ${what} in ${where}`, look, dm);
  }

  /** Waits for a finished answer: one that nobody can stop any more. With `after`, a later one than that. */
  async reads(where: string, what: Pattern = /./s, after?: Shown): Promise<Shown> {
    const isWhole = (message: Shown) => message.state === "whole" && holds(message, what);
    return this.#find(`${this.name} reads ${what} in ${where}`, where, isWhole, after);
  }

  /** Says something where no mention is needed and gives the finished answer to it. */
  async asks(where: string, text: string, what: Pattern = /./s): Promise<Shown> {
    const said = await this.says(where, text);
    return this.reads(where, what, said);
  }

  /** Uses a command, `/weather today` for instance, with its options. */
  async uses(where: string, command: string, options: Options = {}): Promise<Response> {
    return this.#got(await this.#driver.command(where, command.replace(/^\//, ""), options));
  }

  /** Uses a command that has a form. Typed as text it cannot open one: a button below its answer does. */
  async opens(where: string, command: string, options: Options = {}): Promise<ShownForm> {
    const first = await this.uses(where, command, options);
    const [button] = first.message?.buttons ?? [];
    const { form, text } = first.message && button ? await this.clicks(first.message, button) : first;
    if (!form) throw new Error(`${command} opened no form, but said “${text}”`);
    return form;
  }

  async submits(form: ShownForm, values: Readonly<Record<string, string>>): Promise<Response> {
    return this.#got(await this.#driver.submit(form, values));
  }

  /** Presses a button by what it says, and gives what they are told for it. */
  async clicks(message: Shown, label: string): Promise<Response> {
    return this.#got(await this.#driver.press(message, label));
  }

  /** Presses a button that answers nothing. */
  async presses(message: Shown, label: string): Promise<void> {
    await this.#driver.press(message, label);
  }

  /** Picks an entry of a message's own menu. */
  async picks(message: Shown, entry: string): Promise<Response> {
    return this.#got(await this.#driver.menu(message, entry));
  }

  /** For what not every platform has: it throws where there is no such thing. */
  can<A extends keyof Abilities>(ability: A): Abilities[A] {
    const able = this.#driver.abilities[ability];
    if (!able) throw new Error(`${this.name} cannot ${ability} here`);
    return able;
  }

  /** The labels of the buttons below a message, as it is now. */
  buttons({ place, id, buttons }: Shown): readonly string[] {
    return this.view(place).find((each) => each.id === id)?.buttons ?? buttons;
  }

  async #got(awaited: Awaited): Promise<Response> {
    const got = await this.#until(`${this.name} gets an answer`, awaited);
    return {
      ...got,
      file: async () => {
        const files = await this.#until(`${this.name} gets a file`, () => {
          const found = awaited()?.files ?? [];
          return found.length > 0 && found;
        });
        if (files.length > 1) throw new Error(`${files.length} files instead of one`);
        return files[0]?.read() ?? "";
      },
    };
  }

  #find(what: string, where: string, fits: (message: Shown) => boolean, after?: Shown): Promise<Shown> {
    const later = () => {
      const seen = this.view(where);
      const index = seen.findIndex(({ id }) => id === after?.id);
      if (after && index === -1) throw new Error(`what is waited for comes after nothing in ${where}`);
      return seen.slice(index + 1);
    };
    const look = () => later().findLast((each) => each.isBot && each.state !== "promised" && fits(each));
    return this.#until(what, look, where);
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
            : this.view(where).map(({ author, text }) => `  ${author}: ${text.slice(0, 300)}`);
        reject(new Error([`did not happen: ${what}`, ...shown].join("\n")));
      }, PATIENCE_MS);
      const stop = this.#chat.onEvent(() => {
        const now = look();
        if (now === undefined || now === false) return;
        clearTimeout(giveUp);
        stop();
        resolve(now);
      });
    });
  }
}

function holds({ text }: Shown, what: Pattern): boolean {
  return typeof what === "string" ? text.includes(what) : what.test(text);
}
