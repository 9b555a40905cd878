import { performance } from "node:perf_hooks";
import type { ClientDriver, Shown } from "@rapport/testing";
import type { RapportChat } from "../../harness/chats.ts";
import type { Sample } from "../samples.ts";
import { FIRST_WORD } from "./telling-model.ts";

/** Longer than any queue in a bench may be; who waits for longer has failed. */
const PATIENCE_MS = 90_000;

interface Asking {
  readonly thread: string;
  readonly text: string;
  /** The last word of the answer. */
  readonly last: string;
}

/** Alice, who says something and takes the time until she sees what is answered. */
export class Watcher {
  readonly #driver: ClientDriver;
  readonly #botName: string;
  readonly #looks = new Set<() => void>();
  #isDue: boolean = false;

  constructor(chat: RapportChat) {
    this.#driver = chat.driver("Alice");
    this.#botName = chat.botName;
    chat.onEvent(() => {
      // A request makes several events: one look after them is enough, and what waits for a look is not held up by it.
      if (this.#isDue) return;
      this.#isDue = true;
      setImmediate(() => {
        this.#isDue = false;
        for (const look of this.#looks) look();
      });
    });
  }

  /** Mentions the bot in a channel, and gives the thread once the first answer stands in it. */
  async begin({ where, text, last }: { where: string; text: string; last: string }): Promise<string> {
    const said = await this.#driver.say(where, `@${this.#botName} ${text}`, []);
    const thread = await this.#until(`a thread from “${text}”`, () => this.#driver.threadBelow(said));
    await this.#until(`an answer to “${text}”`, () =>
      this.#driver.readMessages(thread).find((message) => isWhole(message, last)),
    );
    return thread;
  }

  /** What it took from saying it to the first words, to the last one, and until nothing more may come. */
  async ask({ thread, text, last }: Asking): Promise<Sample | { readonly failed: string }> {
    const startedAt = performance.now();
    let [firstMs, lastMs]: (number | undefined)[] = [];
    const said = await this.#driver.say(thread, text, []);
    const look = () => {
      const now = performance.now() - startedAt;
      const seen = this.#driver.readMessages(thread);
      const later = seen.slice(seen.findIndex(({ id }) => id === said.id) + 1);
      const answers = later.filter(({ isBot, state }) => isBot && state !== "promised");
      if (answers.some((message) => message.text.includes(FIRST_WORD))) firstMs ??= now;
      if (answers.some((message) => message.text.includes(last))) lastMs ??= now;
      return answers.some((message) => isWhole(message, last)) ? now : undefined;
    };
    try {
      const wholeMs = await this.#until(`an answer to “${text}”`, look);
      return { firstMs: firstMs ?? wholeMs, lastMs: lastMs ?? wholeMs, wholeMs };
    } catch (error) {
      return { failed: String(error) };
    }
  }

  #until<T>(what: string, find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(giveUp);
        this.#looks.delete(look);
      };
      const look = () => {
        const found = find();
        if (found === undefined) return;
        end();
        resolve(found);
      };
      const giveUp = setTimeout(() => {
        end();
        reject(new Error(`did not happen: ${what}`));
      }, PATIENCE_MS);
      this.#looks.add(look);
      look();
    });
  }
}

const isWhole = ({ isBot, state, text }: Shown, last: string) =>
  isBot && state === "whole" && text.includes(last);
