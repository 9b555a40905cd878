import * as discord from "@rapport/discord-emulator";
import * as slack from "@rapport/slack-emulator";

/** What was asked is not there, or was asked in the wrong shape. */
export class Unfit extends Error {
  override readonly name = "Unfit";
  readonly status: 400 | 404;

  constructor(status: 400 | 404, message: string) {
    super(message);
    this.status = status;
  }
}

const REFUSALS = [
  discord.NotPossible,
  discord.DiscordApiError,
  discord.DidNotRespond,
  slack.NotPossible,
  slack.SlackApiError,
  slack.DidNotRespond,
];

/** A no that is meant for the person: from their client, or from the platform itself. */
export function isRefusal(error: unknown): error is Error {
  return REFUSALS.some((kind) => error instanceof kind);
}
