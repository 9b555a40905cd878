import { GatewayDispatchEvents as Packet } from "discord-api-types/v10";
import { z } from "zod";
import { retry } from "../../../core/async/retry.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";
import type { Directory } from "../guild/directory.ts";
import type { DiscordApi } from "../rest/api.ts";
import { PlatformRejection } from "../rest/errors.ts";

const Loaded = z.looseObject({});
const Listed = z.array(z.unknown());
const Threads = z.object({
  threads: z.array(z.looseObject({ id: z.string() })),
  /** Of the bot, in those that it is in. */
  members: z.array(z.looseObject({ id: z.string() })),
});
const AGAIN_MS = [500, 1_000, 2_000, 5_000];

/**
 * A connection that is resumed after a restart brings what was missed, and nothing of what the servers are. So each
 * is asked for before the first event of it is read, and told to the directory as the gateway would have.
 */
export class GuildLoading {
  readonly #api: DiscordApi;
  readonly #directory: Directory;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #stopping: AbortSignal;
  readonly #follow: (packet: string, data: unknown) => void;
  readonly #there = new Set<string>();
  readonly #loading = new Map<string, Promise<void>>();

  constructor(services: {
    api: DiscordApi;
    directory: Directory;
    /** Hears what the directory hears. */
    follow: (packet: string, data: unknown) => void;
    clock: Clock;
    log: Logger;
    stopping: AbortSignal;
  }) {
    this.#api = services.api;
    this.#directory = services.directory;
    this.#clock = services.clock;
    this.#log = services.log;
    this.#stopping = services.stopping;
    this.#follow = services.follow;
  }

  /** The gateway told of it. */
  handleGuild(guild: string): void {
    this.#there.add(guild);
  }

  /** Resolves when it is known, or when it cannot be. */
  whenKnown(guild: string): Promise<void> {
    if (this.#there.has(guild)) return Promise.resolve();
    const running = this.#loading.get(guild);
    if (running !== undefined) return running;
    const begun = this.#load(guild).finally(() => this.#loading.delete(guild));
    this.#loading.set(guild, begun);
    return begun;
  }

  async #load(guild: string): Promise<void> {
    try {
      const found = await retry(() => this.#look(guild), {
        clock: this.#clock,
        waits: AGAIN_MS,
        isPassing: (error) => error instanceof PlatformUnavailable,
        signal: this.#stopping,
      });
      this.#tell(guild, found);
    } catch (error) {
      // Then nobody manages anything there, and it is asked again for the next event.
      this.#log.warn({ guild, err: error }, "could not look up a server");
    }
  }

  async #look(guild: string): Promise<object> {
    const path = `/guilds/${guild}` as const;
    const get = (what: `/${string}` | "" = "") => this.#api({ method: "GET", path: `${path}${what}` });
    const [itself, channels, active, member] = await Promise.all([
      get(),
      get("/channels"),
      get("/threads/active").then((answer) => Threads.parse(answer)),
      this.#directory.self && get(`/members/${this.#directory.self.user}`).catch(absent),
    ]);
    const members = member === undefined ? [] : [member];
    const threads = active.threads.map((thread) => ({
      ...thread,
      member: active.members.find(({ id }) => id === thread.id),
    }));
    return { ...Loaded.parse(itself), channels: Listed.parse(channels), threads, members };
  }

  #tell(guild: string, data: object): void {
    // The gateway may have been faster.
    if (this.#there.has(guild)) return;
    this.#directory.follow(Packet.GuildCreate, data);
    this.#follow(Packet.GuildCreate, data);
    this.#there.add(guild);
  }
}

function absent(error: unknown): undefined {
  if (!(error instanceof PlatformRejection)) throw error;
}
