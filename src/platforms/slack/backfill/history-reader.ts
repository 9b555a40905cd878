import { z } from "zod";
import type { Logger } from "../../../core/ports/logger.ts";
import { isFromPerson } from "../events/decode-message.ts";
import { isAfter } from "../ids.ts";
import { mentions } from "../reading/mentions.ts";
import type { SlackApi } from "../web-api/api.ts";
import { type WireMessage, WirePage } from "../wire.ts";
import type { Workspace } from "../workspaces/workspaces.ts";
import type { BackfillRange } from "./ranges.ts";

type OnRecovered = (
  workspace: Workspace,
  message: WireMessage & { readonly channel: string },
) => Promise<void>;

const PAGE = 200;
/** What is more than this since we were there is more than anybody waits for. */
const PAGES_AT_MOST = 25;
/** So far is looked back for the beginnings of threads; a page of them tells of many threads whether they have news. */
const PAGES_OF_ROOTS = 5;

const Members = z.object({
  channels: z.array(z.object({ id: z.string() })),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

/** Reads what was said in a channel or a thread, from Slack. Throws Refusal or Outage. */
export class HistoryReader {
  readonly #api: SlackApi;
  readonly #recovered: OnRecovered;
  readonly #log: Logger;

  constructor(services: {
    api: SlackApi;
    recovered: OnRecovered;
    log: Logger;
  }) {
    this.#api = services.api;
    this.#recovered = services.recovered;
    this.#log = services.log;
  }

  /** All channels and direct messages that we are in. */
  async channels(team: string): Promise<readonly string[]> {
    const types = "im,mpim,public_channel,private_channel";
    const found: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const args = { types, exclude_archived: true, limit: PAGE, ...(cursor && { cursor }) };
      const page = Members.parse(await this.#api({ team, method: "users.conversations", args }));
      found.push(...page.channels.map(({ id }) => id));
      cursor = page.response_metadata?.next_cursor ?? undefined;
      if (!cursor) return found;
    }
  }

  /** Hands on what was missed, oldest first. Gives the threads of a channel in which something was said since. */
  async *read(gap: BackfillRange): AsyncIterable<BackfillRange> {
    if (gap.thread !== undefined) return this.#handOn(gap, await this.#answers(gap, gap.thread));
    const { listed, unlisted } = await this.#history(gap);
    await this.#handOn(gap, listed.filter(isTopLevel));
    // A mention that was found just now, or of which nothing else is known yet, begins a thread of ours.
    const begun = new Set(listed.filter((one) => mentions(one, gap.workspace.bot)).map(({ ts }) => ts));
    for (const [thread, since] of withNews(gap, listed, unlisted)) {
      const isOurs = gap.isOurs || gap.threads.has(thread) || begun.has(thread);
      yield { ...gap, thread, since, isOurs, threads: new Map() };
    }
  }

  /** Newest first: what was said since, and further back to where our threads begin, when that spares asking for each. */
  async #history(gap: BackfillRange): Promise<{
    listed: readonly WireMessage[];
    /** The threads of ours whose beginning is not among it. */
    unlisted: ReadonlySet<string>;
  }> {
    const unlisted = new Set(gap.threads.keys());
    const oldest = [gap.since, ...unlisted].reduce((left, right) => (isAfter(left, right) ? right : left));
    const listed: WireMessage[] = [];
    for (let pages = 1, cursor: string | undefined; ; pages += 1) {
      const args = { oldest, inclusive: true, ...(cursor && { cursor }) };
      const page = await this.#page(gap, "conversations.history", args);
      listed.push(...page.messages);
      for (const { ts } of page.messages) unlisted.delete(ts);
      cursor = page.next;
      const isEnough = unlisted.size <= 1 || pages >= PAGES_OF_ROOTS;
      if (!cursor || (isEnough && reaches(page.messages, gap.since))) break;
      if (pages >= PAGES_AT_MOST) {
        this.#log.warn(
          { channel: gap.channel, messages: listed.length },
          "a channel has more missed messages than the backfill reads",
        );
        break;
      }
    }
    return { listed, unlisted };
  }

  async #answers(gap: BackfillRange, thread: string): Promise<readonly WireMessage[]> {
    const found: WireMessage[] = [];
    for (let cursor: string | undefined; ; ) {
      const args = { ts: thread, oldest: gap.since, ...(cursor && { cursor }) };
      const page = await this.#page(gap, "conversations.replies", args);
      found.push(...page.messages.filter(({ ts }) => ts !== thread));
      cursor = page.next;
      if (!cursor) return found;
    }
  }

  /** All of them in one lane: Slack counts these calls by workspace, not by channel. */
  async #page(
    { workspace: { team }, channel }: BackfillRange,
    method: "conversations.history" | "conversations.replies",
    more: object,
  ) {
    return WirePage.parse(await this.#api({ team, method, args: { channel, limit: PAGE, ...more } }));
  }

  async #handOn(gap: BackfillRange, listed: readonly WireMessage[]): Promise<void> {
    const { workspace, channel, thread, since, isOurs } = gap;
    const { team, bot } = workspace;
    const missed = listed
      .filter((one) => isAfter(one.ts, since) && isFromPerson(one, bot) && (isOurs || mentions(one, bot)))
      .toSorted((left, right) => (isAfter(left.ts, right.ts) ? 1 : -1));
    for (const message of missed) await this.#recovered(workspace, { ...message, channel });
    if (missed.length > 0)
      this.#log.info({ team, channel, thread, messages: missed.length }, "looked for missed messages");
  }
}

/** Whether these, newest first, go back to that time. */
function reaches(messages: readonly WireMessage[], since: string): boolean {
  const last = messages.at(-1);
  return last !== undefined && !isAfter(last.ts, since);
}

/** An answer that was also sent to the channel belongs to its thread. */
const isTopLevel = ({ ts, thread_ts }: WireMessage): boolean => thread_ts === undefined || thread_ts === ts;

function withNews(
  { since: channelSince, threads }: BackfillRange,
  listed: readonly WireMessage[],
  unlisted: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const sinceIn = (thread: string) => threads.get(thread) ?? channelSince;
  const answered = listed.flatMap(({ ts, thread_ts: thread, latest_reply: latest }) => {
    const newest = latest ?? (thread !== undefined && thread !== ts ? ts : undefined);
    const root = thread ?? ts;
    return newest !== undefined && isAfter(newest, sinceIn(root)) ? [root] : [];
  });
  return new Map([...answered, ...unlisted].map((thread) => [thread, sinceIn(thread)]));
}
