import { z } from "zod";
import { BoundedMap } from "../../../core/async/bounded-map.ts";
import { withDeadline } from "../../../core/async/deadline.ts";
import { LookupCache } from "../../../core/async/lookup-cache.ts";
import type { Person } from "../../../core/domain/model.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { isVisible } from "../../../core/text/visible.ts";
import { personIdOf } from "../ids.ts";
import { channelsIn, readableText, type Said, usersIn } from "../reading/mentions.ts";
import type { SlackApi } from "../web-api/api.ts";
import { type WireUser, WireUserInfo } from "../wire.ts";
import type { Workspace } from "./workspaces.ts";

type Ours = Pick<Workspace, "team" | "enterprise">;

/** What came with an event of a person. */
interface Told {
  /** What stands in for their name. */
  readonly name?: string | undefined;
  /** The workspace or organization that an event names as theirs. */
  readonly homeTeam?: string | null | undefined;
}

/** Who became an admin, or a guest, is one for us after this, also when the event that tells so is lost. */
const FRESH_MS = 5 * 60_000;
/** Slack waits three seconds for an acknowledgement; a name is not worth missing that. */
const NAME_WITHIN_MS = 1_200;
const REMEMBERED = 5_000;

const NOBODY = "Somebody";
const Channel = z.object({ channel: z.object({ name: z.string().optional() }) });
const Opened = z.object({ channel: z.object({ id: z.string() }) });

/** Who and what Slack's ids stand for. It asks and remembers for a while; who cannot be asked for has no name. */
export class Directory {
  readonly #api: SlackApi;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #users: LookupCache<WireUser | undefined>;
  readonly #names: LookupCache<string | undefined>;
  readonly #directs: LookupCache<string>;
  /** What a person was called last: stands in while Slack does not say, for a persona remembers who said what. */
  readonly #called = new BoundedMap<string, string>(REMEMBERED);
  /** What a person was to us last: they do not become a guest because Slack is slow for a moment. */
  readonly #stood = new BoundedMap<string, Person["standing"]>(REMEMBERED);

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
    this.#clock = clock;
    this.#log = log;
    const cached = { clock, freshMs: FRESH_MS, most: REMEMBERED };
    this.#users = new LookupCache<WireUser | undefined>(cached);
    this.#names = new LookupCache<string | undefined>(cached);
    this.#directs = new LookupCache<string>(cached);
  }

  async person(ours: Ours, user: string, told: Told = {}): Promise<Person> {
    return this.#personOf(ours, user, { ...told, known: await this.#userOf(ours.team, user) });
  }

  /** As Slack says now, however long that takes. Throws PlatformRejection or PlatformUnavailable. */
  async personNow(ours: Ours, user: string, name: string): Promise<Person> {
    return this.#personOf(ours, user, { name, known: await this.#askUser(ours.team, user) });
  }

  /** Whether somebody is a full member; undefined while Slack does not say. */
  async isMember(ours: Ours, user: string): Promise<boolean | undefined> {
    const known = await this.#userOf(ours.team, user);
    return known && !known.deleted && standingOf(ours, known, undefined) === undefined;
  }

  /** Something of a person has changed: a member is a guest until Slack says what they are. */
  forget(team: string, user: string): void {
    const key = `${team}.${user}`;
    this.#users.forget(key);
    if (this.#stood.has(key)) this.#stood.set(key, this.#stood.get(key) ?? "guest");
  }

  channelName(team: string, channel: string): Promise<string | undefined> {
    return this.#soon(
      "channel",
      this.#names.get(`${team}.${channel}`, async () => {
        const answer = await this.#api({ team, method: "conversations.info", args: { channel } });
        return Channel.parse(answer).channel.name;
      }),
    );
  }

  /** The direct messages with somebody. Throws Refusal or Outage. */
  directChannel(team: string, user: string): Promise<string> {
    return this.#directs.get(`${team}.${user}`, async () => {
      const answer = await this.#api({ team, method: "conversations.open", args: { users: user } });
      return Opened.parse(answer).channel.id;
    });
  }

  /** A text as people read it. */
  async read({ team, bot }: Workspace, said: Said): Promise<string> {
    const people = usersIn(said).filter((user) => user !== bot);
    const known = new Map(
      await Promise.all(
        people.map(
          async (user) => [user, this.#nameOf(`${team}.${user}`, await this.#userOf(team, user))] as const,
        ),
      ),
    );
    const channels = new Map(
      await Promise.all(channelsIn(said).map(async (id) => [id, await this.channelName(team, id)] as const)),
    );
    return readableText(said, { bot, user: (id) => known.get(id), channel: (id) => channels.get(id) });
  }

  /** What is asked, or undefined when it fails or takes too long: then it is there the next time. */
  async #soon<T>(what: string, asked: Promise<T>): Promise<T | undefined> {
    try {
      return await withDeadline(asked, { clock: this.#clock, ms: NAME_WITHIN_MS, late: () => undefined });
    } catch (error) {
      this.#log.warn({ err: error, what }, "could not look up a name");
      return undefined;
    }
  }

  #askUser(team: string, user: string): Promise<WireUser | undefined> {
    return this.#users.get(`${team}.${user}`, async () => {
      const answer = await this.#api({ team, method: "users.info", args: { user } });
      return WireUserInfo.parse(answer).user;
    });
  }

  #userOf(team: string, user: string): Promise<WireUser | undefined> {
    return this.#soon("user", this.#askUser(team, user));
  }

  #nameOf(key: string, user: WireUser | undefined): string | undefined {
    const { display_name, real_name } = user?.profile ?? {};
    const names = [display_name, real_name, user?.real_name, user?.name, this.#called.get(key)];
    const name = names.find((each) => each != null && isVisible(each));
    if (name == null) return undefined;
    this.#called.set(key, name);
    return name;
  }

  #standing(
    ours: Ours,
    key: string,
    { known, homeTeam }: { known: WireUser | undefined; homeTeam: string | null | undefined },
  ): Person["standing"] {
    if (known === undefined && this.#stood.has(key)) return this.#stood.get(key);
    const is = standingOf(ours, known, homeTeam);
    if (known === undefined) return is;
    this.#stood.set(key, is);
    return is;
  }

  #personOf(
    ours: Ours,
    user: string,
    { known, name, homeTeam }: Told & { readonly known: WireUser | undefined },
  ): Person {
    const key = `${ours.team}.${user}`;
    const isUnverified = known === undefined && !this.#stood.has(key);
    const is = this.#standing(ours, key, { known, homeTeam });
    return {
      id: personIdOf(ours.team, user),
      name: this.#nameOf(key, known) ?? (name || NOBODY),
      // What somebody manages elsewhere counts for nothing here.
      manages: known !== undefined && is === undefined && (known.is_admin || known.is_owner),
      ...(is && { standing: is }),
      ...(isUnverified && { isUnverified }),
    };
  }
}

/**
 * What somebody is to a workspace; undefined for its members. A guest is inside of it and reads single channels. Who is of
 * another company is told by their workspace alone: `is_stranger` is false of those who share a channel with us.
 *
 * @param homeTeam the workspace or organization that an event names as theirs: its absence proves nothing
 */
export function standingOf(
  { team, enterprise }: Ours,
  user: Pick<WireUser, "team_id" | "enterprise_user" | "is_restricted" | "is_ultra_restricted"> | undefined,
  homeTeam: string | null | undefined,
): Person["standing"] {
  const isOurs = (id: string) => id === team || id === enterprise;
  if (user?.team_id === undefined) return homeTeam && !isOurs(homeTeam) ? "outsider" : "guest";
  const isColleague = isOurs(user.team_id) || isOurs(user.enterprise_user?.enterprise_id ?? "");
  if (!isColleague) return "outsider";
  return user.is_restricted || user.is_ultra_restricted ? "guest" : undefined;
}
