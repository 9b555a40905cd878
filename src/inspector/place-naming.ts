import type { PersonId, PlaceId } from "../core/domain/model.ts";
import * as discord from "../platforms/discord/ids.ts";
import * as slack from "../platforms/slack/ids.ts";

/** How the page names the places of one platform. */
export interface PlaceNaming {
  readonly platform: string;
  readonly tenant: string;
  shownAs(place: PlaceId): string;
  placeOf(shown: string): PlaceId;
  personOf(shown: string): PersonId;
}

export const discordPlaces = (guild: string): PlaceNaming => ({
  platform: "discord",
  tenant: guild,
  shownAs: discord.channelOf,
  placeOf: discord.placeIdOf,
  personOf: discord.personIdOf,
});

/** A channel, or a channel and the message on which a thread hangs. */
export const slackPlaces = (team: string): PlaceNaming => ({
  platform: "slack",
  tenant: team,
  shownAs(place) {
    const { channel, thread } = slack.locationOf(place);
    return thread === undefined ? channel : `${channel}.${thread}`;
  },
  personOf: (shown) => slack.personIdOf(team, shown),
  placeOf(shown) {
    const [channel = "", ...thread] = shown.split(".");
    return slack.placeIdOf({ team, channel, thread: thread.length > 0 ? thread.join(".") : undefined });
  },
});
