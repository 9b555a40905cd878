import * as discordInteraction from "../../emulators/discord/interactions/interaction-view.ts";
import * as discordPerson from "../../emulators/discord/people/commands.ts";
import * as discordRefusal from "../../emulators/discord/rest/api-error.ts";
import * as slackRefusal from "../../emulators/slack/http/api-error.ts";
import * as slackInteraction from "../../emulators/slack/interactions/interaction-view.ts";

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
  discordPerson.NotPossible,
  discordRefusal.DiscordApiError,
  discordInteraction.DidNotRespond,
  slackRefusal.NotPossible,
  slackRefusal.SlackApiError,
  slackInteraction.DidNotRespond,
];

/** A no that is meant for the person: from their client, or from the platform itself. */
export function isRefusal(error: unknown): error is Error {
  return REFUSALS.some((kind) => error instanceof kind);
}
