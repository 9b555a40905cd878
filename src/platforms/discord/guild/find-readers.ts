import { retry } from "../../../core/async/retry.ts";
import type { Readers } from "../../../core/domain/audience.ts";
import type { Place } from "../../../core/domain/model.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";
import { channelOf } from "../ids.ts";
import type { DiscordApi } from "../rest/api.ts";
import { PlatformRejection } from "../rest/errors.ts";
import { WireChannel, WireGuild } from "../wire.ts";
import { channelReaders, privateThreadReaders } from "./channel-readers.ts";
import { type Directory, guildRolesOf, type Self } from "./directory.ts";
import type { GuildRoles } from "./reader-set.ts";

/** Nobody who asks a question waits much longer. */
const AGAIN_MS = [500, 1_000, 2_000, 4_000];

/** What decides who can read a place: its server, and the channel that it is or hangs from. */
export interface PlaceRules {
  readonly guild: GuildRoles;
  readonly channel: WireChannel;
}

/**
 * Finds out who can read a place: by what the gateway told, while it is heard, since it tells every change. Before it is connected, in a gap, and in a process
 * that only finishes answers, Discord is asked each time. Throws PlatformRejection or PlatformUnavailable.
 */
export class PlaceReaders {
  readonly #api: DiscordApi;
  readonly #directory: Directory;
  readonly #isHeard: () => boolean;
  readonly #whoAmI: () => Promise<Self>;
  readonly #clock: Clock;
  readonly #stopping: AbortSignal;

  constructor(services: {
    api: DiscordApi;
    directory: Directory;
    isHeard: () => boolean;
    whoAmI: () => Promise<Self>;
    clock: Clock;
    stopping: AbortSignal;
  }) {
    this.#api = services.api;
    this.#directory = services.directory;
    this.#isHeard = services.isHeard;
    this.#whoAmI = services.whoAmI;
    this.#clock = services.clock;
    this.#stopping = services.stopping;
  }

  /** Who can read a place now. */
  async readers(place: Place): Promise<Readers> {
    if (place.private) return privateThreadReaders(place.id);
    // A thread that does not say what it hangs from.
    if (place.kind === "thread" && place.parent === undefined) return { who: "unknown" };
    try {
      const { guild, channel } = await this.rulesOf(place);
      return channelReaders(guild, channel);
    } catch (error) {
      // It is gone, or hidden from us.
      if (error instanceof PlatformRejection) return { who: "unknown" };
      throw error;
    }
  }

  rulesOf(place: Place): Promise<PlaceRules> {
    return retry(async () => this.#told(place) ?? this.#look(place), {
      clock: this.#clock,
      waits: AGAIN_MS,
      isPassing: (error) => error instanceof PlatformUnavailable,
      signal: this.#stopping,
    });
  }

  async #look(place: Place): Promise<PlaceRules> {
    const home = channelOf(place.parent ?? place.id);
    const [self, guild, channel] = await Promise.all([
      this.#whoAmI(),
      this.#api({ method: "GET", path: `/guilds/${place.tenant}` }),
      this.#api({ method: "GET", path: `/channels/${home}` }),
    ]);
    return { guild: guildRolesOf(WireGuild.parse(guild), self), channel: WireChannel.parse(channel) };
  }

  #told(place: Place): PlaceRules | undefined {
    if (!this.#isHeard()) return undefined;
    const guild = this.#directory.guildRoles(place.tenant);
    const channel = this.#directory.channel(channelOf(place.parent ?? place.id));
    return guild && channel && { guild, channel };
  }
}
