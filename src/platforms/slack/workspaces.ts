/** One workspace that the app is installed in, as we speak there. */
export interface Workspace {
  readonly team: string;
  readonly token: string;
  /** The bot's user id: how people mention it. */
  readonly bot: string;
  /** `https://acme.slack.com/`, for links to messages. */
  readonly url: string;
}

export interface Workspaces {
  /** Undefined where the app is not installed, or no longer. */
  of(team: string): Promise<Workspace | undefined>;
  /** The app was removed there, or its token revoked. */
  forget(team: string): Promise<void>;
  /** Slack refuses the token that we speak with there. */
  refused(team: string, token: string): void;
}

/** How a message links to another: works in every client, for a thread too. */
export function linkTo({ url }: Pick<Workspace, "url">, channel: string, thread: string): string {
  return `${url.replace(/\/$/, "")}/archives/${channel}/p${thread.replace(".", "")}`;
}
