import { z } from "zod";
import { BoundedMap, BoundedSet } from "../../core/async/bounded-map.ts";
import { withDeadline } from "../../core/async/deadline.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { truncate } from "../../core/text/truncate.ts";
import { sentences } from "../../sentences/sentences.ts";
import { PlatformUnavailable } from "../shared/unavailable.ts";
import type { SlackTarget } from "./messages/reply-target.ts";
import type { ApiRequest, SlackApi } from "./web-api/api.ts";
import { PlatformRejection } from "./web-api/errors.ts";

interface Thread {
  readonly team: string;
  readonly channel: string;
  readonly thread: string;
}

interface Who {
  readonly person: string;
  /** What the session is to be called. */
  readonly title?: string | undefined;
}

/** Slack's limit for the title of a session. */
const TITLE_LENGTH = 200;
/** First words do not wait longer than this for an answer about the session. */
const KNOWN_WITHIN_MS = 1_000;
const SETTLED_WITHIN_MS = 2_000;
const REMEMBERED = 1_000;
/** Slack's word for an app that does not hear of its Stop: then it shows none. */
const STOP_EVENT_MISSING = "missing_agent_session_stopped_event_subscription";

const Session = z.object({
  title: z.string().nullish(),
  response_metadata: z.object({ warnings: z.array(z.string()).nullish() }).nullish(),
});

const keyOf = ({ team, channel, thread }: Thread) => `${team}.${channel}.${thread}`;

/*
 * What stands under a thread while an answer is made: the session with Slack's own Stop, and the line that says so. Both
 * are a convenience: what fails here is noted and nothing else.
 *
 *   processing   Slack shows its Stop, if the app is an agent that hears of it; else our own button stands on the answer.
 *   active       The answer is there, or will not come. Nobody waits for this to be said, but it is said patiently:
 *                whatever else happens, no thread may look for ever as if an answer were being made.
 */
export class AgentStatus {
  readonly #api: SlackApi;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #sessions = new BoundedMap<string, Promise<boolean>>(REMEMBERED);
  readonly #lines = new Set<string>();
  /** Threads whose session began before anybody had said a word. */
  readonly #untitled = new BoundedSet<string>(REMEMBERED);
  readonly #ending = new Set<Promise<unknown>>();

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
  }

  async begin(target: SlackTarget): Promise<void> {
    const at = threadOf(target);
    // There is no such line but in threads.
    if (!at) return;
    this.#lines.add(keyOf(at));
    const title = target.via === "message" ? target.title : undefined;
    await Promise.all([
      this.#sessionOf({ ...at, person: target.person, title }),
      this.#line(at, { status: sentences.slack.thinking, loading_messages: sentences.slack.loading }),
    ]);
  }

  /** Ends what was begun here; of an answer that was tried before, also what another process may have begun. */
  end(target: SlackTarget, { isRetry }: { readonly isRetry: boolean }): void {
    const at = threadOf(target);
    if (!at) return;
    const isBegun = this.#sessions.has(keyOf(at)) || this.#lines.has(keyOf(at));
    if (isBegun || isRetry) this.#end(at);
  }

  /** Nothing is being made in this thread, by whatever process it was. */
  setIdle(at: Thread): void {
    this.#lines.add(keyOf(at));
    this.#end(at);
  }

  /** Whether Slack shows a Stop of its own there: the session is begun if it is not yet. */
  hasStop(at: Thread & Who): Promise<boolean> {
    return withDeadline(this.#sessionOf(at), { clock: this.#clock, ms: KNOWN_WITHIN_MS, late: () => false });
  }

  /** Resolves when all ends are said, or soon. */
  async whenSettled(): Promise<void> {
    await withDeadline(Promise.all(this.#ending), {
      clock: this.#clock,
      ms: SETTLED_WITHIN_MS,
      late: () => undefined,
    });
  }

  async #quietly(ask: ApiRequest): Promise<unknown> {
    try {
      return await this.#api(ask);
    } catch (error) {
      if (!(error instanceof PlatformRejection || error instanceof PlatformUnavailable)) throw error;
      this.#log.debug({ reason: error.message }, "could not show what is being done");
      return undefined;
    }
  }

  #session(at: Thread, more: object, patient: boolean): Promise<unknown> {
    return this.#quietly({ ...asked(at, more, patient), method: "agents.sessions.setStatus" });
  }

  #line(at: Thread, more: object): Promise<unknown> {
    return this.#quietly({ ...asked(at, more, false), method: "assistant.threads.setStatus" });
  }

  #sessionOf(at: Thread & Who): Promise<boolean> {
    const known = this.#sessions.get(keyOf(at));
    if (known !== undefined) return known;
    const begun = this.#beginSession(at);
    this.#sessions.set(keyOf(at), begun);
    return begun;
  }

  async #beginSession({ person, title: whole, ...at }: Thread & Who): Promise<boolean> {
    const title = whole === undefined ? undefined : truncate(whole, TITLE_LENGTH);
    const who = { initiator_user_id: person, ...(title !== undefined && { title }) };
    const answer = Session.safeParse(await this.#session(at, { status: "processing", ...who }, false)).data;
    if (!answer) return false;
    await this.#nameLater(at, answer.title ?? undefined, title);
    return !answer.response_metadata?.warnings?.includes(STOP_EVENT_MISSING);
  }

  /** Slack reads a title when the session begins, and not again. */
  async #nameLater(at: Thread, has: string | undefined, title: string | undefined): Promise<void> {
    const key = keyOf(at);
    if (title === undefined) {
      if (has === undefined) this.#untitled.add(key);
      return;
    }
    if (!this.#untitled.delete(key) || has !== undefined) return;
    await this.#quietly({ ...asked(at, { title }, false), method: "agents.sessions.rename" });
  }

  #end(at: Thread): void {
    this.#sessions.delete(keyOf(at));
    const hasLine = this.#lines.delete(keyOf(at));
    const said = Promise.all([
      this.#session(at, { status: "active" }, true),
      hasLine ? this.#line(at, { status: "" }) : undefined,
    ])
      .catch((err: unknown) => this.#log.warn({ err }, "could not clear the status of a thread"))
      .finally(() => this.#ending.delete(said));
    this.#ending.add(said);
  }
}

const asked = ({ team, channel, thread }: Thread, more: object, patient: boolean) => ({
  team,
  channel,
  args: { channel_id: channel, thread_ts: thread, ...more },
  patient,
});

function threadOf(target: SlackTarget): Thread | undefined {
  const { team, channel } = target;
  const thread = target.thread ?? (target.via === "message" ? target.message : undefined);
  return thread === undefined ? undefined : { team, channel, thread };
}
