import type { DiscordEmulator, WorldEvent } from "@rapport/discord-emulator";
import type { Note } from "../server/feed.ts";

/** What of the server is looked up: what changes a channel changes its threads. */
type Lookup = Pick<DiscordEmulator, "channels" | "threads">;

/** What an event of the sandbox's Discord changes on the page. */
export function notesOf(event: WorldEvent, discord: Lookup): readonly Note[] {
  switch (event.type) {
    case "message-created":
    case "message-edited":
    case "message-deleted":
    case "reaction": {
      const message: Note = { type: "message", placeId: event.channelId, id: event.messageId };
      // A place shows how many messages it has.
      return event.type === "message-created" ? [message, { type: "place", id: event.channelId }] : [message];
    }
    case "channel-updated":
      return placeNotes(event.channelId, discord);
    case "channel-created":
    case "channel-deleted":
      return [{ type: "place", id: event.channelId }];
    case "thread-created":
    case "thread-updated":
    case "thread-deleted":
      // A thread has the id of the message that it hangs on, which then shows the way to it.
      return [
        { type: "place", id: event.channelId },
        { type: "message", placeId: event.parentId, id: event.channelId },
      ];
    case "typing":
      return [{ type: "typing", placeId: event.channelId, userId: event.userId, until: event.until }];
    case "settings-changed": {
      // What somebody sees and what is offered hang on what they may do: what is gone is told of first.
      const places = discord.channels().flatMap(({ id }) => placeNotes(id, discord));
      return [...places, { type: "commands" }];
    }
    case "commands-changed":
      return [{ type: "commands" }];
    case "gateway":
      return [{ type: "connected" }];
    case "interaction":
    case "modal-opened":
      // Whoever began it hears of it in the answer to their request.
      return [];
    default:
      return event satisfies never;
  }
}

const placeNotes = (channelId: string, discord: Lookup): readonly Note[] =>
  [channelId, ...discord.threads(channelId).map(({ id }) => id)].map((id) => ({ type: "place", id }));
