import { z } from "zod";
import { LookupCache } from "../../../core/async/lookup-cache.ts";
import type { KnownSubject } from "../../../core/domain/subjects.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { placeIdOf } from "../ids.ts";
import type { SlackApi } from "../web-api/api.ts";

/** Slack gives twenty pages a minute; a channel that was just made is looked for soon. */
const FRESH_MS = 60_000;
const PAGE = 1_000;
/** Channels that are looked at: more than five thousand would be too many questions. */
const PAGES = 5;
const TEAMS_REMEMBERED = 500;

const Page = z.object({
  channels: z.array(z.object({ id: z.string(), name: z.string().default("") })),
  response_metadata: z.object({ next_cursor: z.string().default("") }).nullish(),
});

/** The channels of workspaces that rules can be about. It remembers them for a while. */
export class WorkspaceChannels {
  readonly #api: SlackApi;
  readonly #log: Logger;
  readonly #known: LookupCache<readonly KnownSubject[]>;

  constructor({ api, clock, log }: { api: SlackApi; clock: Clock; log: Logger }) {
    this.#api = api;
    this.#log = log;
    this.#known = new LookupCache<readonly KnownSubject[]>({
      clock,
      freshMs: FRESH_MS,
      most: TEAMS_REMEMBERED,
    });
  }

  /** None while Slack does not say. */
  async of(team: string): Promise<readonly KnownSubject[]> {
    try {
      return await this.#known.get(team, () => this.#ask(team));
    } catch (error) {
      this.#log.warn({ err: error, team }, "could not look up which channels there are");
      return [];
    }
  }

  async #ask(team: string): Promise<readonly KnownSubject[]> {
    const found: KnownSubject[] = [];
    for (let page = 0, cursor = ""; page < PAGES; page += 1) {
      const args = {
        types: "public_channel,private_channel",
        exclude_archived: true,
        limit: PAGE,
        ...(cursor && { cursor }),
      };
      const { channels, response_metadata } = Page.parse(
        await this.#api({ team, method: "conversations.list", args }),
      );
      for (const { id, name } of channels)
        found.push({ kind: "channel", id: placeIdOf({ team, channel: id }), name: `#${name}`, also: [id] });
      cursor = response_metadata?.next_cursor ?? "";
      if (cursor === "") break;
    }
    return found;
  }
}
