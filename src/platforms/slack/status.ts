import type { Logger } from "../../core/logger.ts";
import type { Api, Ask } from "./api.ts";
import { Outage, Refusal } from "./failure.ts";
import type { SlackTarget } from "./target.ts";

/**
 * What stands under a thread while an answer is made: the session with Slack's own Stop, and the line that says so. Both
 * are a convenience: what fails here is noted and nothing else.
 */
export interface Status {
  begin(target: SlackTarget): Promise<void>;
  end(target: SlackTarget): Promise<void>;
}

const THINKING = "is thinking…";
const LOADING = ["Thinking it over…", "Looking through what I remember…", "Finding the right words…"];
/** Slack's limit for the title of a session. */
const TITLE_LENGTH = 200;

export function createStatus({ api, log }: { api: Api; log: Logger }): Status {
  async function quietly(ask: Ask): Promise<void> {
    try {
      // The line and the session are no reason to wait.
      await api({ ...ask, patient: false });
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Outage)) throw error;
      log.debug({ reason: error.message }, "could not show what is being done");
    }
  }

  async function show(target: SlackTarget, session: object, line: object): Promise<void> {
    const { team, channel } = target;
    const thread = threadOf(target);
    // There is no such line but in threads.
    if (thread === undefined) return;
    const args = { channel_id: channel, thread_ts: thread };
    await Promise.all([
      quietly({ team, channel, method: "agents.sessions.setStatus", args: { ...args, ...session } }),
      quietly({ team, channel, method: "assistant.threads.setStatus", args: { ...args, ...line } }),
    ]);
  }

  return {
    begin: (target) =>
      show(
        target,
        {
          status: "processing",
          initiator_user_id: target.person,
          ...(target.via === "message" &&
            target.title !== undefined && { title: target.title.slice(0, TITLE_LENGTH) }),
        },
        { status: THINKING, loading_messages: LOADING },
      ),
    end: (target) => show(target, { status: "active" }, { status: "" }),
  };
}

const threadOf = (target: SlackTarget): string | undefined =>
  target.thread ?? (target.via === "message" ? target.message : undefined);
