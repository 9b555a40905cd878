import { z } from "zod";
import type { PlatformName } from "../../harness/platforms.ts";
import { request } from "../programs/telling-model.ts";
import { Sampled, type Talker } from "../samples.ts";
import type { CountedPostgres } from "./postgres.ts";
import type { Program } from "./program.ts";

const Requests = z.object({ requests: z.number(), limited: z.array(z.number()) });

interface ContestantOptions {
  readonly platform: PlatformName;
  readonly chat: Program;
  readonly bot: Program;
  /** Where it keeps what it stores; absent: it stores nothing. */
  readonly postgres?: { readonly server: CountedPostgres; readonly database: string };
}

/** A bot on a platform of its own. */
export class Contestant implements Talker {
  readonly name: string;
  readonly platform: PlatformName;
  readonly bot: Program;
  readonly postgres: ContestantOptions["postgres"];
  readonly #chat: Program;

  constructor(name: string, { platform, chat, bot, postgres }: ContestantOptions) {
    this.name = name;
    this.platform = platform;
    this.bot = bot;
    this.postgres = postgres;
    this.#chat = chat;
  }

  async begin(channel: string, last: string): Promise<string> {
    return z.string().parse(await this.#chat.ask({ do: "begin", where: channel, text: request(last), last }));
  }

  async ask(asked: Parameters<Talker["ask"]>[0]): Promise<readonly Sampled[]> {
    return z.array(Sampled).parse(await this.#chat.ask({ do: "ask", asked }));
  }

  async addChannels(names: readonly string[]): Promise<void> {
    await this.#chat.ask({ do: "add channels", names });
  }

  /** What its platform was asked until now, and which of the last thousand requests came too early. */
  async requests(): Promise<z.infer<typeof Requests>> {
    return Requests.parse(await this.#chat.ask({ do: "count requests" }));
  }

  async stop(): Promise<void> {
    await this.bot.stop();
    await this.#chat.stop();
  }
}
