import { RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import { LookupCache } from "../../../core/async/lookup-cache.ts";
import type { PersonId, Place } from "../../../core/domain/model.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import { userOf } from "../ids.ts";
import type { DiscordApi } from "../rest/api.ts";
import { isRejected } from "../rest/errors.ts";

/** Who leaves a server is told to bots with a privileged intent alone: others ask. */
const FRESH_MS = 60_000;
const REMEMBERED = 1_000;

/** Whether somebody is in the server of a place. That somebody is not is asked anew each time: they may be back. */
export class Memberships {
  readonly #api: DiscordApi;
  readonly #present: LookupCache<boolean>;

  constructor(services: {
    api: DiscordApi;
    clock: Clock;
  }) {
    this.#api = services.api;
    this.#present = new LookupCache<boolean>({
      clock: services.clock,
      freshMs: FRESH_MS,
      most: REMEMBERED,
      keeps: (isThere) => isThere,
    });
  }

  async isMember({ tenant }: Place, person: PersonId): Promise<boolean | undefined> {
    const user = userOf(person);
    if (user === undefined) return undefined;
    const path = `/guilds/${tenant}/members/${user}` as const;
    return this.#present.get(path, async () => {
      try {
        await this.#api({ method: "GET", path });
        return true;
      } catch (error) {
        if (isRejected(error, Code.UnknownMember, Code.UnknownUser)) return false;
        throw error;
      }
    });
  }
}
