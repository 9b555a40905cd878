import type { ClientDriver, Shown } from "@rapport/testing";
import type { RapportChat } from "../harness/chats.ts";
import type { PlatformName } from "../harness/platforms.ts";
import type { Journal } from "./journal.ts";
import type { Random } from "./random.ts";
import type { SoakWorld } from "./world.ts";

/** Something said, by the one word in it that nothing else holds. */
export interface SaidWord {
  readonly word: string;
  /** After an edit: either of the two may be answered, and only one. */
  readonly other?: string;
  /** Deleted: perhaps answered before that, perhaps never. */
  readonly isDeleted?: boolean;
}

/** A place where a persona answers, with all that was said there, in order. */
export interface Talk {
  readonly platform: PlatformName;
  readonly chat: RapportChat;
  /** Who reads it: everybody, or one person their direct messages. */
  readonly people: readonly string[];
  /** Undefined until the thread below its first message is there. */
  place(): string | undefined;
  /** What can be seen there now. */
  shown(): readonly Shown[];
  readonly said: SaidWord[];
  /** Each message begins a conversation of its own, and those do not wait for each other: Slack's direct messages. */
  readonly isScattered?: boolean;
}

const EVERYBODY = ["Alice", "Bob", "Carol"];
const CHANNELS = ["#general", "#random"];

/** People who talk to personas in many places, by a random plan. */
export class Crowd {
  readonly talks: Talk[] = [];
  readonly #chats: SoakWorld["chats"];
  readonly #random: Random;
  readonly #hands = new Map<string, ClientDriver>();
  #words = 0;
  commands = 0;
  redeliveries = 0;
  edits = 0;
  deletions = 0;

  /** What somebody wants to do in a thread that is not there yet. */
  #later: { readonly talk: Talk; readonly act: () => Promise<unknown> }[] = [];
  readonly #journal: Journal;

  constructor(chats: SoakWorld["chats"], random: Random, journal: Journal) {
    this.#chats = chats;
    this.#random = random;
    this.#journal = journal;
  }

  /** Where somebody can speak now. */
  get open(): readonly Talk[] {
    return this.talks.filter((talk) => talk.place() !== undefined);
  }

  /** What was said, and what will be when its thread is there. */
  get messages(): number {
    return this.#words;
  }

  /** One thing that somebody does now, or as soon as the thread is there; what it is does not depend on that. */
  async acts(): Promise<void> {
    await this.flush();
    const dice = this.#random.next();
    if (this.talks.length === 0 || dice < 0.12) return void (await this.begins());
    if (dice < 0.2) return this.#directly();
    const talk = this.#random.of(this.talks);
    if (dice < 0.24) return this.#command(talk);
    if (dice < 0.28) return this.#in(talk, this.#edits(talk));
    if (dice < 0.31) return this.#in(talk, this.#deletes(talk));
    if (dice < 0.36) {
      talk.chat.redeliverNext();
      this.redeliveries += 1;
    }
    const count = dice < 0.46 ? 3 : 1;
    for (let each = 0; each < count; each += 1) await this.#in(talk, this.#wantsToSay(talk));
  }

  /** Does what waited for a thread that is there by now. */
  async flush(): Promise<void> {
    const due = this.#later.filter(({ talk }) => talk.place() !== undefined);
    this.#later = this.#later.filter((each) => !due.includes(each));
    for (const { act } of due) await act();
  }

  async #in(talk: Talk, act: () => Promise<unknown>): Promise<void> {
    if (talk.place() === undefined) this.#later.push({ talk, act });
    else await act();
  }

  /** A mention in a channel, and the thread that it opens. */
  async begins(): Promise<Talk> {
    const { name, chat } = this.#random.of(this.#chats);
    const person = this.#random.of(EVERYBODY);
    const word = this.#word();
    const hands = this.#handsOf(name, chat, person);
    const root = await hands.say(this.#random.of(CHANNELS), `@Rapport ${this.#drips()}${word}`, []);
    this.#journal.note("begun", { platform: name, word, id: root.id });
    const talk: Talk = {
      platform: name,
      chat,
      people: EVERYBODY,
      place: () => hands.threadBelow(root),
      shown: () => {
        const place = hands.threadBelow(root);
        return place === undefined ? [] : hands.readMessages(place);
      },
      said: [{ word }],
    };
    this.talks.push(talk);
    return talk;
  }

  async says(talk: Talk): Promise<void> {
    await this.#wantsToSay(talk)();
  }

  /** Who says what is settled now, to be said later. */
  #wantsToSay(
    talk: Talk,
  ): () => Promise<{ readonly message: Shown; readonly hands: ClientDriver; readonly word: string }> {
    const word = this.#word();
    const hands = this.#handsOf(talk.platform, talk.chat, this.#random.of(talk.people));
    const text = `${this.#drips()}${word}`;
    return async () => {
      const place = placeOf(talk);
      const message = await hands.say(place, text, []);
      talk.said.push({ word });
      this.#journal.note("said", { platform: talk.platform, word, place, id: message.id });
      return { message, hands, word };
    };
  }

  async #directly(): Promise<void> {
    const { name, chat } = this.#random.of(this.#chats);
    const person = this.#random.of(EVERYBODY);
    const hands = this.#handsOf(name, chat, person);
    const place = await hands.dm();
    let talk = this.talks.find((each) => each.platform === name && each.place() === place);
    if (!talk) {
      const isScattered = name === "slack";
      talk = {
        platform: name,
        chat,
        people: [person],
        place: () => place,
        shown: () => hands.readMessages(place),
        said: [],
        isScattered,
      };
      this.talks.push(talk);
    }
    const word = this.#word();
    const message = await hands.say(place, word, []);
    talk.said.push({ word });
    this.#journal.note("said", { platform: name, word, place, id: message.id });
  }

  async #command({ platform, chat }: Talk): Promise<void> {
    const hands = this.#handsOf(platform, chat, this.#random.of(EVERYBODY));
    const command = this.#random.of(["persona list", "memory show", "help"]);
    this.commands += 1;
    // One that meets a bot that is away fails in the client of who typed it.
    await hands.command(this.#random.of(CHANNELS), command, {}).catch(() => undefined);
  }

  #edits(talk: Talk): () => Promise<void> {
    const say = this.#wantsToSay(talk);
    const other = this.#word();
    return async () => {
      const { message, hands, word } = await say();
      await hands.edit(message, other);
      replace(talk, { word, other });
      this.#journal.note("edited", { word, other });
      this.edits += 1;
    };
  }

  #deletes(talk: Talk): () => Promise<void> {
    const say = this.#wantsToSay(talk);
    return async () => {
      const { message, hands, word } = await say();
      await hands.delete(message);
      replace(talk, { word, isDeleted: true });
      this.#journal.note("deleted", { word });
      this.deletions += 1;
    };
  }

  #handsOf(name: PlatformName, chat: RapportChat, person: string): ClientDriver {
    const key = `${name}/${person}`;
    const hands = this.#hands.get(key) ?? chat.driver(person);
    this.#hands.set(key, hands);
    return hands;
  }

  #word(): string {
    this.#words += 1;
    return `w${this.#words}w`;
  }

  /** Some answers take a while, so that what is killed is killed in the middle of one. */
  #drips(): string {
    return this.#random.next() < 0.2 ? "DRIP " : "";
  }
}

function placeOf(talk: Talk): string {
  const place = talk.place();
  if (place === undefined) throw new Error("the thread is not there yet");
  return place;
}

function replace(talk: Talk, said: SaidWord): void {
  talk.said.splice(
    talk.said.findIndex(({ word }) => word === said.word),
    1,
    said,
  );
}
