import { BoundedSet } from "../../../core/async/bounded-map.ts";
import type { Logger } from "../../../core/ports/logger.ts";

/** One workspace that the app is installed in, as we speak there. */
export interface Workspace {
  readonly team: string;
  readonly token: string;
  /** The organization that it is part of, on an Enterprise plan. */
  readonly enterprise?: string | undefined;
  /** The bot's user id: how people mention it. */
  readonly bot: string;
  /** `https://acme.slack.com/`, for links to messages. */
  readonly url: string;
}

export interface Workspaces {
  /** Learns whose our tokens are, where we have them from our settings, and gives their teams. Throws Refusal or Outage. */
  check(): Promise<readonly string[]>;
  /** Undefined where the app is not installed, or no longer, or where another process serves it. */
  of(team: string): Promise<Workspace | undefined>;
  /** As `of`, without asking Slack: a token that is no longer good is asked for nothing. */
  has(team: string): Promise<boolean>;
  /** The app was removed there, or its token revoked. */
  forget(team: string): Promise<void>;
  /** Slack refuses the token that we speak with there. */
  refused(team: string, token: string): void;
}

/** How a message links to another: works in every client, for a thread too. */
export function linkTo({ url }: Pick<Workspace, "url">, channel: string, thread: string): string {
  return `${url.replace(/\/$/, "")}/archives/${channel}/p${thread.replace(".", "")}`;
}

const STRANGERS_REMEMBERED = 1_000;

/** Says once of each workspace that is not ours: its events come for as long as the app is installed there. */
export class StrangerLog {
  readonly #log: Logger;
  readonly #told = new BoundedSet<string>(STRANGERS_REMEMBERED);

  constructor(log: Logger) {
    this.#log = log;
  }

  tell(team: string, type: string): void {
    if (this.#told.has(team)) return;
    this.#told.add(team);
    this.#log.warn({ team, type }, "events of a workspace without an installation are ignored");
  }
}
