import { z } from "zod";
import { BoundedMap } from "../../../core/async/bounded-map.ts";
import { LookupCache } from "../../../core/async/lookup-cache.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { SlackApi } from "../web-api/api.ts";

export interface NamedPerson {
  readonly user: string;
  /** The one that is shown first. */
  readonly names: readonly string[];
}

const FRESH_MS = 10 * 60_000;
const PAGE = 1_000;
/** People of a workspace that are looked at: more than five thousand would be too many questions. */
const PAGES = 5;
/** Lists of this size for workspaces without end would fill the memory. */
const TEAMS_REMEMBERED = 500;

const text = z.string().nullish();
const Member = z
  .object({
    id: z.string(),
    deleted: z.boolean().default(false),
    name: text,
    real_name: text,
    profile: z.object({ display_name: text, real_name: text }).nullish(),
  })
  .transform(({ id, deleted, name, real_name, profile }): readonly NamedPerson[] => {
    const names = [profile?.display_name, profile?.real_name, real_name, name];
    return deleted ? [] : [{ user: id, names: names.flatMap((each) => (each ? [each] : [])) }];
  });
const Page = z.object({
  members: z.array(z.unknown()).transform((all) => all.flatMap((one) => Member.safeParse(one).data ?? [])),
  response_metadata: z.object({ next_cursor: z.string().default("") }).nullish(),
});

/** The people and bots of a workspace with all their names. */
export class WorkspacePeople {
  readonly #api: SlackApi;
  readonly #log: Logger;
  readonly #last = new BoundedMap<string, readonly NamedPerson[]>(TEAMS_REMEMBERED);
  readonly #known: LookupCache<readonly NamedPerson[]>;

  constructor({
    api,
    clock,
    log,
  }: {
    api: SlackApi;
    clock: Clock;
    log: Logger;
  }) {
    this.#api = api;
    this.#log = log;
    this.#known = new LookupCache<readonly NamedPerson[]>({
      clock,
      freshMs: FRESH_MS,
      most: TEAMS_REMEMBERED,
    });
  }

  /** While Slack does not say, those of the last time; undefined when there was none. */
  async of(team: string): Promise<readonly NamedPerson[] | undefined> {
    try {
      const found = await this.#known.get(team, () => this.#ask(team));
      this.#last.set(team, found);
      return found;
    } catch (error) {
      this.#log.warn({ err: error, team }, "could not look up what people are called");
      return this.#last.get(team);
    }
  }

  async #ask(team: string): Promise<readonly NamedPerson[]> {
    const people: NamedPerson[] = [];
    for (let page = 0, cursor = ""; page < PAGES; page += 1) {
      const args = { limit: PAGE, ...(cursor && { cursor }) };
      const { members, response_metadata } = Page.parse(
        await this.#api({ team, method: "users.list", args }),
      );
      people.push(...members);
      cursor = response_metadata?.next_cursor ?? "";
      if (cursor === "") break;
    }
    return people;
  }
}
