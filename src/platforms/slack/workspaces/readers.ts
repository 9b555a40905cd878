import { createHash } from "node:crypto";
import { z } from "zod";
import { LookupCache } from "../../../core/async/lookup-cache.ts";
import type { Readers } from "../../../core/domain/audience.ts";
import type { Place, PlaceId } from "../../../core/domain/model.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";
import { locationOf, placeIdOf } from "../ids.ts";
import type { SlackApi } from "../web-api/api.ts";
import { PlatformRejection } from "../web-api/errors.ts";
import type { Guests } from "./guests.ts";

const flag = z.boolean().optional();
const teams = z.array(z.unknown()).nullish();
const teamIds = z.array(z.string()).nullish();

/** Who alone may write: kinds of people, and single ones. In Slack's listings and their types, described nowhere. */
const Writers = z
  .looseObject({ type: z.array(z.string()).nullish(), user: z.array(z.string()).nullish() })
  .nullish()
  .catch(undefined);

/** What `conversations.info` says of who can read a channel. */
export const ChannelFacts = z.object({
  name: z.string().optional(),
  is_im: flag,
  is_mpim: flag,
  is_channel: flag,
  is_group: flag,
  is_private: flag,
  is_shared: flag,
  is_ext_shared: flag,
  is_pending_ext_shared: flag,
  is_org_shared: flag,
  is_global_shared: flag,
  is_org_default: flag,
  is_org_mandatory: flag,
  pending_shared: teams,
  pending_connected_team_ids: teamIds,
  connected_team_ids: teamIds,
  properties: z
    .looseObject({
      has_slack_connect_invite_created: flag,
      posting_restricted_to: Writers,
      threads_restricted_to: Writers,
    })
    .nullish(),
});
export type ChannelFacts = z.infer<typeof ChannelFacts>;

/**
 * Who can read a channel, and its threads, which are as open as it. A public one is open to every member of the workspace,
 * also to those who join later; what is shared with others, or is about to be, is read by people of elsewhere.
 */
export function readersOf(
  channel: PlaceId,
  facts: ChannelFacts,
  /** Where that makes a public channel a place of its own: whether guests read along. */
  guests = false,
): Readers {
  const name = facts.name && !facts.is_mpim ? `#${facts.name}` : sentences.slack.readers.thisConversation;
  if (isShared(facts))
    return {
      who: "members",
      of: channel,
      named: sentences.slack.readers.shared(name),
      outsiders: true,
      set: companiesIn(facts),
    };
  if (facts.is_im || facts.is_mpim || facts.is_group || facts.is_private)
    return { who: "members", of: channel, named: name, outsiders: false };
  if (!isSurelyPublic(facts)) return { who: "unknown" };
  return guests
    ? { who: "members", of: channel, named: sentences.slack.readers.withGuests(name), outsiders: false }
    : { who: "everyone" };
}

const isSurelyPublic = ({ is_channel, is_private, is_shared }: ChannelFacts): boolean =>
  is_channel === true && is_private === false && is_shared === false;

/** With another company or another workspace of the organization; the same channel may be public on their side. */
const isShared = (facts: ChannelFacts): boolean =>
  [
    facts.is_shared,
    facts.is_ext_shared,
    facts.is_pending_ext_shared,
    facts.is_org_shared,
    facts.is_global_shared,
    facts.is_org_default,
    facts.is_org_mandatory,
    facts.properties?.has_slack_connect_invite_created,
  ].includes(true) ||
  [facts.pending_shared, facts.pending_connected_team_ids, facts.connected_team_ids].some(
    (list) => (list?.length ?? 0) > 0,
  );

/** With whom it is shared, and whether all of ours read along. Who is invited may come at any moment, and read back. */
function companiesIn(facts: ChannelFacts): string {
  const companies = [...(facts.connected_team_ids ?? []), ...(facts.pending_connected_team_ids ?? [])];
  const said = [facts.is_private ?? null, facts.is_org_shared ?? null, [...new Set(companies)].sort()];
  return createHash("sha256").update(JSON.stringify(said)).digest("hex");
}

/** Who would write. */
interface WritesAs {
  readonly user: string;
  readonly manages: boolean;
  readonly isInThread: boolean;
}

/** Kinds that hold no more than those who manage the workspace; of any other is not known who is of it. */
const MANAGERS: ReadonlySet<string> = new Set(["admin", "owner", "org_admin", "org_owner"]);

function readsOnly(facts: ChannelFacts, { user, manages, isInThread }: WritesAs): boolean {
  const { posting_restricted_to: posters, threads_restricted_to: repliers } = facts.properties ?? {};
  const writers = isInThread ? repliers : posters;
  if (!writers || manages) return false;
  return !writers.user?.includes(user) && (writers.type ?? []).every((kind) => MANAGERS.has(kind));
}

/** Events are sometimes lost: what is known is asked for anew after this. */
const FRESH_MS = 3 * 60_000;
const REMEMBERED = 5_000;

interface Found {
  readonly facts: ChannelFacts;
  readonly guests: boolean;
}

const Info = z.object({ channel: ChannelFacts });

/** Who can read which channel, as Slack says. It is asked, and remembered for a while. */
export class ChannelReaders {
  readonly #api: SlackApi;
  readonly #guests: Guests | undefined;
  readonly #log: Logger;
  readonly #known: LookupCache<Found>;

  constructor(services: {
    api: SlackApi;
    /** Where a public channel that guests read is a place of its own. */
    guests: Guests | undefined;
    clock: Clock;
    log: Logger;
  }) {
    this.#api = services.api;
    this.#guests = services.guests;
    this.#log = services.log;
    this.#known = new LookupCache<Found>({ clock: services.clock, freshMs: FRESH_MS, most: REMEMBERED });
  }

  async of({ id }: Place): Promise<Readers> {
    const { team, channel } = locationOf(id);
    try {
      const found = await this.#find(team, channel);
      return readersOf(placeIdOf({ team, channel }), found.facts, found.guests);
    } catch (error) {
      if (!(error instanceof PlatformRejection || error instanceof PlatformUnavailable)) throw error;
      this.#log.warn({ channel, reason: error.message }, "could not find out who reads a channel");
      return { who: "unknown", ...(error instanceof PlatformUnavailable && { isPassing: true }) };
    }
  }

  /** Whether every full member of the workspace may read it, in it or not. Throws Refusal or Outage. */
  async isOpen(team: string, channel: string): Promise<boolean> {
    const { facts } = await this.#find(team, channel);
    return facts.is_channel === true && facts.is_private === false;
  }

  /** Whether somebody may say nothing there, or nothing in its threads, as far as Slack tells. Never throws for its sake. */
  async isReadOnly(team: string, channel: string, asked: WritesAs): Promise<boolean> {
    try {
      return readsOnly((await this.#find(team, channel)).facts, asked);
    } catch (error) {
      if (error instanceof PlatformRejection || error instanceof PlatformUnavailable) return false;
      throw error;
    }
  }

  /** Somebody's profile was told: whether guests read along may have changed everywhere. */
  personChanged(team: string, user: unknown): void {
    if (this.#guests?.noticed(team, user)) this.#known.forgetAll(`${team}.`);
  }

  /** Something was said of a channel: what is known of it may be true no more. */
  forget(team: string, channel: string): void {
    this.#known.forget(`${team}.${channel}`);
  }

  /** What came with a message of the channel: where it contradicts what is known, that is known no more. */
  noticed(
    team: string,
    channel: string,
    {
      type,
      isShared: isSeenShared,
    }: { readonly type: string | null | undefined; readonly isShared: boolean },
  ): void {
    const key = `${team}.${channel}`;
    const answer = this.#known.last(key)?.facts;
    if (!answer) return;
    const isClosed = answer.is_private ?? answer.is_im ?? false;
    const isSeenClosed = type !== "channel";
    const contradicts = (type != null && isSeenClosed !== isClosed) || (isSeenShared && !isShared(answer));
    if (contradicts) this.#known.forget(key);
  }

  async #ask(team: string, channel: string): Promise<Found> {
    const { channel: facts } = Info.parse(
      await this.#api({ team, method: "conversations.info", args: { channel } }),
    );
    const isAsked = this.#guests && isSurelyPublic(facts) && !isShared(facts);
    return { facts, guests: isAsked ? await this.#guests.readIn(team, channel) : false };
  }

  #find(team: string, channel: string): Promise<Found> {
    return this.#known.get(`${team}.${channel}`, () => this.#ask(team, channel));
  }
}
