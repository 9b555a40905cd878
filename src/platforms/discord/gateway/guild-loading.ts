import { GatewayDispatchEvents as Packet } from "discord-api-types/v10";
import { z } from "zod";
import { retry } from "../../../core/async/retry.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";
import type { Directory } from "../guild/directory.ts";
import type { DiscordApi } from "../rest/api.ts";
import { PlatformRejection } from "../rest/errors.ts";

/**
 * A connection that is resumed after a restart brings what was missed, and nothing of what the servers are. So each
 * is asked for before the first event of it is read, and told to the directory as the gateway would have.
 */
export interface GuildLoading {
  /** The gateway told of it. */
  handleGuild(guild: string): void;
  /** Resolves when it is known, or when it cannot be. */
  whenKnown(guild: string): Promise<void>;
}

const Loaded = z.looseObject({});
const Listed = z.array(z.unknown());
const Threads = z.object({
  threads: z.array(z.looseObject({ id: z.string() })),
  /** Of the bot, in those that it is in. */
  members: z.array(z.looseObject({ id: z.string() })),
});
const AGAIN_MS = [500, 1_000, 2_000, 5_000];

export function createGuildLoading(services: {
  api: DiscordApi;
  directory: Directory;
  /** Hears what the directory hears. */
  follow: (packet: string, data: unknown) => void;
  clock: Clock;
  log: Logger;
  stopping: AbortSignal;
}): GuildLoading {
  const { api, directory, clock, log, stopping } = services;
  const there = new Set<string>();
  const loading = new Map<string, Promise<void>>();

  async function load(guild: string): Promise<void> {
    try {
      const found = await retry(() => look(guild), {
        clock,
        waits: AGAIN_MS,
        isPassing: (error) => error instanceof PlatformUnavailable,
        signal: stopping,
      });
      tell(guild, found);
    } catch (error) {
      // Then nobody manages anything there, and it is asked again for the next event.
      log.warn({ guild, err: error }, "could not look up a server");
    }
  }

  async function look(guild: string): Promise<object> {
    const path = `/guilds/${guild}` as const;
    const get = (what: `/${string}` | "" = "") => api({ method: "GET", path: `${path}${what}` });
    const [itself, channels, active, member] = await Promise.all([
      get(),
      get("/channels"),
      get("/threads/active").then((answer) => Threads.parse(answer)),
      directory.self && get(`/members/${directory.self.user}`).catch(absent),
    ]);
    const members = member === undefined ? [] : [member];
    const threads = active.threads.map((thread) => ({
      ...thread,
      member: active.members.find(({ id }) => id === thread.id),
    }));
    return { ...Loaded.parse(itself), channels: Listed.parse(channels), threads, members };
  }

  function tell(guild: string, data: object): void {
    // The gateway may have been faster.
    if (there.has(guild)) return;
    directory.follow(Packet.GuildCreate, data);
    services.follow(Packet.GuildCreate, data);
    there.add(guild);
  }

  return {
    handleGuild: (guild) => void there.add(guild),
    whenKnown(guild) {
      if (there.has(guild)) return Promise.resolve();
      const running = loading.get(guild);
      if (running !== undefined) return running;
      const begun = load(guild).finally(() => loading.delete(guild));
      loading.set(guild, begun);
      return begun;
    },
  };
}

function absent(error: unknown): undefined {
  if (!(error instanceof PlatformRejection)) throw error;
}
