import { z } from "zod";
import { BoundedMap } from "../../../core/async/bounded-map.ts";
import { LookupCache } from "../../../core/async/lookup-cache.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { SlackApi } from "../web-api/api.ts";

/**
 * The people and bots of a workspace with all their names. While Slack does not say, those of the last time; undefined when
 * there was none.
 */
export type ListPeople = (team: string) => Promise<readonly NamedPerson[] | undefined>;

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

export function createListPeople({
  api,
  clock,
  log,
}: {
  api: SlackApi;
  clock: Clock;
  log: Logger;
}): ListPeople {
  const last = new BoundedMap<string, readonly NamedPerson[]>(TEAMS_REMEMBERED);
  const known = new LookupCache<readonly NamedPerson[]>({ clock, freshMs: FRESH_MS, most: TEAMS_REMEMBERED });

  async function ask(team: string): Promise<readonly NamedPerson[]> {
    const people: NamedPerson[] = [];
    for (let page = 0, cursor = ""; page < PAGES; page += 1) {
      const args = { limit: PAGE, ...(cursor && { cursor }) };
      const { members, response_metadata } = Page.parse(await api({ team, method: "users.list", args }));
      people.push(...members);
      cursor = response_metadata?.next_cursor ?? "";
      if (cursor === "") break;
    }
    return people;
  }

  return async (team) => {
    try {
      const found = await known.get(team, () => ask(team));
      last.set(team, found);
      return found;
    } catch (error) {
      log.warn({ err: error, team }, "could not look up what people are called");
      return last.get(team);
    }
  };
}
