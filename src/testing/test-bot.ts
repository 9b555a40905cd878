import type { Chat } from "./chat.ts";
import { Person } from "./person.ts";

/** A bot that was started, as far as tests must know it. */
export interface RunningBot {
  stop(): Promise<unknown>;
}

/** Starts the bot that is tested, with what it needs to connect; resolves when it hears what is said. */
export type Boot<Connection, Bot extends RunningBot = RunningBot> = (connection: Connection) => Promise<Bot>;

/** A bot on an emulated platform, and the people who use it. */
export interface TestBot<C extends Chat = Chat, Bot extends RunningBot = RunningBot> {
  readonly alice: Person;
  readonly bob: Person;
  readonly carol: Person;
  readonly chat: C;
  /** What the boot function gave last. */
  readonly running: Bot;
  person(name: string): Person;
  /** Ends the bot; everything around it stays. */
  down(): Promise<void>;
  /** Starts it again. */
  up(): Promise<void>;
  restart(): Promise<void>;
  /** Ends the bot and the platform. Throws the first mistake of the emulator, if it made one. */
  stop(): Promise<void>;
}

/** Starts a bot on a platform. Whatever the bot is, only its boot function knows it. */
export async function startBot<Connection, C extends Chat<Connection>, Bot extends RunningBot>(
  chat: C & { readonly connection: Connection },
  boot: Boot<Connection, Bot>,
): Promise<TestBot<C, Bot>> {
  let running = await boot(chat.connection);
  let isUp = true;
  const down = async () => {
    if (!isUp) return;
    isUp = false;
    await running.stop();
  };
  const up = async () => {
    running = await boot(chat.connection);
    isUp = true;
  };
  const person = (name: string) => new Person(chat, name);
  return {
    alice: person("Alice"),
    bob: person("Bob"),
    carol: person("Carol"),
    chat,
    get running() {
      return running;
    },
    person,
    down,
    up,
    async restart() {
      await down();
      await up();
    },
    async stop() {
      await down();
      await chat.stop();
      if (chat.crashes.length > 0) throw chat.crashes[0];
    },
  };
}
