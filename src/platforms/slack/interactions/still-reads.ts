import { z } from "zod";
import { LookupCache } from "../../../core/async/lookup-cache.ts";
import type { Person } from "../../../core/domain/model.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { refusalUnlessRead } from "../../shared/still-reads.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";
import type { SlackApi } from "../web-api/api.ts";
import { isRejected, PlatformRejection } from "../web-api/errors.ts";
import type { ChannelReaders } from "../workspaces/readers.ts";

/** Who presses or sends something, and the channel that it acts on. */
interface Acting {
  readonly team: string;
  readonly channel: string;
  readonly user: string;
  readonly standing: Person["standing"];
}

/** Events that tell who left are sometimes lost, or late. */
const FRESH_MS = 5_000;
const PAGE = 1_000;
const REMEMBERED = 500;

const Members = z.object({
  members: z.array(z.string()),
  response_metadata: z.object({ next_cursor: z.string().default("") }).nullish(),
});

/**
 * Whether somebody may still read a channel. A form or a button that only they see stays with them when they are removed
 * from it, and would act on a memory that is no longer theirs.
 */
export class StillReads {
  readonly #api: SlackApi;
  readonly #readers: Pick<ChannelReaders, "isOpen" | "forget">;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #known: LookupCache<ReadonlySet<string>>;

  constructor(services: {
    api: SlackApi;
    readers: Pick<ChannelReaders, "isOpen" | "forget">;
    clock: Clock;
    log: Logger;
  }) {
    this.#api = services.api;
    this.#readers = services.readers;
    this.#clock = services.clock;
    this.#log = services.log;
    this.#known = new LookupCache<ReadonlySet<string>>({
      clock: this.#clock,
      freshMs: FRESH_MS,
      most: REMEMBERED,
    });
  }

  /** Throws PlatformRejection or PlatformUnavailable when Slack does not say. */
  async reads({ team, channel, user, standing }: Acting): Promise<boolean> {
    try {
      // A guest reads the channels that they are in, however open those are.
      if (standing === undefined && (await this.#readers.isOpen(team, channel))) return true;
      return (await this.#membersOf(team, channel)).has(user);
    } catch (error) {
      if (!isRejected(error, "channel_not_found")) throw error;
      // We are in no such channel, so that nothing learnt there is opened; what was known of it is true no more.
      this.#readers.forget(team, channel);
      return true;
    }
  }

  /** What to say to them instead of doing what they ask; undefined when they read it. Never throws for Slack's sake. */
  refusal(acting: Acting): Promise<string | undefined> {
    return refusalUnlessRead(this.reads(acting), {
      clock: this.#clock,
      unsure: (error) => {
        if (!(error instanceof PlatformRejection || error instanceof PlatformUnavailable)) return false;
        const { channel } = acting;
        const { message: reason } = error;
        this.#log.warn({ channel, reason }, "could not find out whether somebody still reads a channel");
        return true;
      },
    });
  }

  /** Somebody came into the channel or left it. */
  forget(team: string, channel: string): void {
    this.#known.forget(`${team}.${channel}`);
  }

  async #list(team: string, channel: string): Promise<ReadonlySet<string>> {
    const members = new Set<string>();
    let cursor = "";
    do {
      const args = { channel, limit: PAGE, ...(cursor && { cursor }) };
      const page = Members.parse(await this.#api({ team, method: "conversations.members", args }));
      for (const member of page.members) members.add(member);
      cursor = page.response_metadata?.next_cursor ?? "";
    } while (cursor !== "");
    return members;
  }

  #membersOf(team: string, channel: string): Promise<ReadonlySet<string>> {
    return this.#known.get(`${team}.${channel}`, () => this.#list(team, channel));
  }
}
