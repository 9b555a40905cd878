import { eventually, Person } from "@rapport/testing";
import type { PlaceId } from "../../src/core/domain/model.ts";
import type { TestBot } from "../harness/bot.ts";
import { faultsIn, type Got, newWord, type Seat, type Told } from "./seats.ts";
import { type TellingModel, tellIn } from "./telling-model.ts";
import { type Ground, nameOf, triesAll } from "./ways.ts";

/** One bot, the words that were told to it, and those who look for them. */
export class Hunt {
  readonly told: Told[] = [];
  readonly #bot: TestBot;
  readonly #model: TellingModel;
  readonly #ground: Ground;
  readonly #people = new Map<string, Person>();

  constructor(bot: TestBot, model: TellingModel, ground: Ground) {
    this.#bot = bot;
    this.#model = model;
    this.#ground = ground;
  }

  person(name: string): Person {
    const found = this.#people.get(name) ?? new Person(this.#bot.chat, name);
    this.#people.set(name, found);
    return found;
  }

  /** Hides a word in a place: the persona notes it in a block and in the archive. */
  async tells(seat: Seat): Promise<string> {
    const word = newWord();
    const where = await this.#ground.place(seat);
    const person = this.person(seat.who);
    const text = `@Rapport ${tellIn(nameOf(seat), word)}`;
    if (this.#ground.isThread(seat)) await person.asks(where, text, /I know/);
    else await person.reads(await person.begins(where, text), /I know/);
    this.told.push({ word, in: seat.in, memory: seat.memory });
    return word;
  }

  /** Types a command as a message, and waits until it is done or refused; nobody else gives one meanwhile. */
  async types(who: string, where: string, command: string): Promise<void> {
    let ended = 0;
    const stop = this.#bot.app.onBotEvent(({ type }) => {
      if (type === "command") ended += 1;
    });
    await this.person(who).says(where, `@Rapport !${command}`);
    await eventually(`${who} has an answer to ${command}`, () => ended > 0);
    stop();
  }

  /** Everybody at once, each doing one thing after the other. Gives what came out and should not, or the other way round. */
  async faults(seats: readonly Seat[]): Promise<readonly string[]> {
    const from = this.#model.sent.length;
    const names = [...new Set(seats.map(({ who }) => who))];
    const got = await Promise.all(
      names.map(async (name) => {
        const found: Got[] = [];
        for (const seat of seats.filter(({ who }) => who === name))
          found.push(...(await triesAll(this.#ground, this.person(name), seat)));
        return found;
      }),
    );
    const sent = this.#model.sent.slice(from).map(({ seat: name, text }): Got => {
      const known = seats.find((seat) => nameOf(seat) === name);
      const stray = { who: "nobody", in: name ?? "no seat", memory: "none" };
      return { seat: known ?? stray, way: "what the model was sent", text };
    });
    return faultsIn([...got.flat(), ...sent], this.told);
  }

  /** Changes who may read a channel, and waits until the bot knows. */
  async becomes(channel: string, change: () => void): Promise<void> {
    const before = await this.#readersOf(channel);
    change();
    await eventually(
      `it is known who reads ${channel}`,
      async () => (await this.#readersOf(channel)) !== before,
    );
  }

  async #readersOf(channel: string): Promise<string> {
    const { chat, app } = this.#bot;
    const [platform = "", tenant = ""] = chat.tenant.split("/");
    const id = chat.placeId(channel) as PlaceId;
    return JSON.stringify(await app.services.readersOf({ id, platform, tenant, kind: "channel" }));
  }
}
