import type { SlackWorkspace, WorldEvent } from "@rapport/slack-emulator";
import type { Note } from "../server/feed.ts";
import { idOf, placeIdOf } from "./ids.ts";

/** What an event of one workspace of the sandbox's Slack changes on the page. */
export function notesOf(event: WorldEvent, workspace: SlackWorkspace): readonly Note[] {
  if (!concerns(event, workspace)) return [];
  switch (event.type) {
    case "message-created":
    case "message-edited":
    case "message-deleted":
    case "reaction":
      return messageNotes(event);
    case "channel-created":
    case "channel-updated":
    case "channel-deleted":
      return [{ type: "place", id: event.channelId }];
    case "status":
    case "session":
    case "prompts":
      return [{ type: "place", id: placeIdOf(event.channelId, event.threadTs) }];
    case "modal":
    case "home":
      return [{ type: event.type, userId: event.userId }];
    case "settings-changed":
      return [{ type: "commands" }];
    case "sockets":
      return [{ type: "connected" }];
    case "interaction":
      // Whoever began it hears of it in the answer to their request.
      return [];
    default:
      return event satisfies never;
  }
}

/** Channels of another company are there for who was let in by Slack Connect, until they are put out again. */
function concerns(event: WorldEvent, { teamId, people }: SlackWorkspace): boolean {
  if (!("teamId" in event) || event.teamId === teamId) return true;
  if (event.type === "channel-updated" || event.type === "channel-deleted") return true;
  return (
    "channelId" in event && people.some((person) => person.places().some(({ id }) => id === event.channelId))
  );
}

/** An answer can stand in its channel too, and changes what its root says of the thread. */
function messageNotes(event: {
  readonly type: string;
  readonly channelId: string;
  readonly ts: string;
  readonly threadTs?: string;
}): readonly Note[] {
  const { channelId, ts, threadTs } = event;
  const id = idOf(channelId, ts);
  const inChannel: Note = { type: "message", placeId: channelId, id };
  const counts = event.type === "message-created" || event.type === "message-deleted";
  if (threadTs === undefined) return counts ? [inChannel, { type: "place", id: channelId }] : [inChannel];
  const rootId = idOf(channelId, threadTs);
  return [
    { type: "message", placeId: rootId, id },
    inChannel,
    ...(counts
      ? ([
          { type: "place", id: rootId },
          { type: "message", placeId: channelId, id: rootId },
        ] as const)
      : []),
  ];
}
