import type { HeaderPart } from "./tags.ts";

/** Above this it is no header. */
const LONGEST = 200;
const NAME = /^\s*([\w.-]+)(?!\S)/;

/** What stands before a message of a channel, while it comes in: `<|start|>assistant<|channel|>final<|message|>`. */
export class ChannelHeader {
  #text: string;
  #part: HeaderPart;
  readonly #said: Partial<Record<HeaderPart, string>> = {};

  constructor(mark: string, part: HeaderPart) {
    this.#text = mark;
    this.#part = part;
  }

  /** As it was written. */
  get text(): string {
    return this.#text;
  }

  get isTooLong(): boolean {
    return this.#text.length > LONGEST;
  }

  /** Whether people may read the message; undefined when this is no header. */
  get isForPeople(): boolean | undefined {
    const channel = this.#nameIn("channel");
    const role = this.#nameIn("start");
    if (channel === undefined) return role === undefined ? undefined : role === "assistant";
    return channel === "final";
  }

  take(char: string): void {
    this.#text += char;
    this.#said[this.#part] = (this.#said[this.#part] ?? "") + char;
  }

  takeMark(mark: string, part: HeaderPart): void {
    this.#text += mark;
    this.#part = part;
  }

  #nameIn(part: HeaderPart): string | undefined {
    return NAME.exec(this.#said[part] ?? "")?.[1];
  }
}
