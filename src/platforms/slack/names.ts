import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { Api } from "./api.ts";

/** What the people and bots of a workspace are called; empty while Slack does not say. */
export type NamesIn = (team: string) => Promise<readonly string[]>;

const FRESH_MS = 10 * 60_000;
const PAGE = 1_000;
/** People of a workspace that are looked at: more than five thousand would be too many questions. */
const PAGES = 5;

const text = z.string().nullish();
const Member = z
  .object({
    deleted: z.boolean().default(false),
    name: text,
    real_name: text,
    profile: z.object({ display_name: text, real_name: text }).nullish(),
  })
  .transform(({ deleted, name, real_name, profile }) => {
    const names = [name, real_name, profile?.display_name, profile?.real_name];
    return deleted ? [] : names.flatMap((each) => (each ? [each] : []));
  });
const Page = z.object({
  members: z.array(z.unknown()).transform((all) => all.flatMap((one) => Member.safeParse(one).data ?? [])),
  response_metadata: z.object({ next_cursor: z.string().default("") }).nullish(),
});

export function createNamesIn({ api, clock, log }: { api: Api; clock: Clock; log: Logger }): NamesIn {
  const known = new Map<string, { readonly until: number; readonly names: Promise<readonly string[]> }>();

  async function ask(team: string): Promise<readonly string[]> {
    const names: string[] = [];
    for (let page = 0, cursor = ""; page < PAGES; page += 1) {
      const args = { limit: PAGE, ...(cursor && { cursor }) };
      const { members, response_metadata } = Page.parse(await api({ team, method: "users.list", args }));
      names.push(...members);
      cursor = response_metadata?.next_cursor ?? "";
      if (cursor === "") break;
    }
    return names;
  }

  return async (team) => {
    const fresh = known.get(team);
    const names = fresh && fresh.until > clock.now() ? fresh.names : ask(team);
    if (names !== fresh?.names) known.set(team, { until: clock.now() + FRESH_MS, names });
    try {
      return await names;
    } catch (error) {
      known.delete(team);
      log.warn({ err: error, team }, "could not look up what people are called");
      return [];
    }
  };
}
