import { z } from "zod";
import { LookupCache } from "../../../core/async/lookup-cache.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { SlackApi } from "../web-api/api.ts";

const FRESH_MS = 10 * 60_000;
const PAGE = 1_000;
/** Beyond five thousand people it would be too many questions. */
const PAGES = 5;
/** Lists of this size for workspaces without end would fill the memory. */
const TEAMS_REMEMBERED = 500;

const flag = z.boolean().nullish();
const User = z.object({ id: z.string(), is_restricted: flag, is_ultra_restricted: flag });
const Users = z.object({ members: z.array(User) });
const Members = z.object({ members: z.array(z.string()) });
const Metadata = z.object({ response_metadata: z.object({ next_cursor: z.string().default("") }).nullish() });

const isGuest = (user: z.infer<typeof User>) =>
  user.is_restricted === true || user.is_ultra_restricted === true;

interface People {
  readonly isWhole: boolean;
  /** By user, whether they are a guest. */
  readonly users: Map<string, boolean>;
}

/** Whether guests read along in open channels, where a workspace wants to know. */
export class Guests {
  readonly #api: SlackApi;
  readonly #known: LookupCache<People>;

  constructor({ api, clock }: { api: SlackApi; clock: Clock }) {
    this.#api = api;
    this.#known = new LookupCache<People>({ clock, freshMs: FRESH_MS, most: TEAMS_REMEMBERED });
  }

  /** True also of a channel or a workspace with too many people to look through. Throws Refusal or Outage. */
  async readIn(team: string, channel: string): Promise<boolean> {
    const members: string[] = [];
    const isWhole = await this.#pages(
      team,
      { method: "conversations.members", args: { channel } },
      (answer) => members.push(...Members.parse(answer).members),
    );
    let people = await this.#peopleOf(team);
    if (members.some((user) => !people.users.has(user))) {
      // Somebody came to the workspace since.
      this.#known.forget(team);
      people = await this.#peopleOf(team);
    }
    return !(isWhole && people.isWhole) || members.some((user) => people.users.get(user) ?? true);
  }

  /** Hears somebody's profile; true when it tells that they became a guest, or a member. */
  noticed(team: string, changed: unknown): boolean {
    const people = this.#known.last(team);
    const user = User.safeParse(changed).data;
    if (!(people && user) || people.users.get(user.id) === isGuest(user)) return false;
    people.users.set(user.id, isGuest(user));
    return true;
  }

  /** The pages of a list; false where it goes on beyond those that are looked at. */
  async #pages(
    team: string,
    asked: { readonly method: "users.list" | "conversations.members"; readonly args?: { channel: string } },
    take: (answer: unknown) => void,
  ): Promise<boolean> {
    for (let page = 0, cursor = ""; page < PAGES; page += 1) {
      const args = { ...asked.args, limit: PAGE, ...(cursor && { cursor }) };
      const answer = await this.#api({ team, method: asked.method, args });
      take(answer);
      cursor = Metadata.parse(answer).response_metadata?.next_cursor ?? "";
      if (cursor === "") return true;
    }
    return false;
  }

  async #load(team: string): Promise<People> {
    const users = new Map<string, boolean>();
    const isWhole = await this.#pages(team, { method: "users.list" }, (answer) => {
      for (const user of Users.parse(answer).members) users.set(user.id, isGuest(user));
    });
    return { isWhole, users };
  }

  #peopleOf(team: string): Promise<People> {
    return this.#known.get(team, () => this.#load(team));
  }
}
