import { NotPossible } from "../http/api-error.ts";
import type { ChannelRecord, SessionRecord } from "../world/records.ts";
import { threadKey, type World } from "../world/world.ts";
import { endStream, streamsIn } from "./streams.ts";

export function sessionIn(world: World, channelId: string, threadTs: string): SessionRecord | undefined {
  return world.sessions.get(threadKey(channelId, threadTs));
}

/** Sets what is known of the session in a thread; the first call makes it. */
export function moveSession(
  world: World,
  channel: ChannelRecord,
  threadTs: string,
  change: Partial<SessionRecord> & Pick<SessionRecord, "status">,
): SessionRecord {
  const key = threadKey(channel.id, threadTs);
  const session = { ...world.sessions.get(key), ...change, channelId: channel.id, threadTs };
  world.sessions.set(key, session);
  world.tell({ type: "session", teamId: channel.teamId, channelId: channel.id, threadTs });
  return session;
}

/** The Stop button is there while the agent works, if the app wants to hear of it. */
export function canBeStopped(world: World, session: SessionRecord | undefined): boolean {
  return session?.status === "processing" && world.config.botEvents.has("agent_session_stopped");
}

/** Closes the streams of the thread first, then tells the app. The status stays until the app moves it. */
export function stopSession(world: World, channel: ChannelRecord, threadTs: string, userId: string): void {
  if (!canBeStopped(world, sessionIn(world, channel.id, threadTs))) {
    throw new NotPossible("There is no Stop button in this thread.");
  }
  const streams = streamsIn(world, channel.id, threadTs);
  for (const message of streams) endStream(world, channel, message, "completed");
  world.dispatch({
    teamId: channel.teamId,
    subscription: "agent_session_stopped",
    event: {
      type: "agent_session_stopped",
      channel: channel.id,
      user: userId,
      thread_ts: threadTs,
      streaming_message_ts: streams.map(({ ts }) => ts),
      event_ts: world.timestamps.next(),
    },
  });
}

/** A person gives the session another title. */
export function retitleSession(
  world: World,
  channel: ChannelRecord,
  threadTs: string,
  by: { readonly userId: string; readonly title: string },
): void {
  const session = sessionIn(world, channel.id, threadTs);
  if (!session) throw new NotPossible("There is no session in this thread.");
  const previous = session.title;
  moveSession(world, channel, threadTs, { ...session, title: by.title });
  world.dispatch({
    teamId: channel.teamId,
    subscription: "agent_session_title_changed",
    event: {
      type: "agent_session_title_changed",
      channel: channel.id,
      user: by.userId,
      team_id: channel.teamId,
      thread_ts: threadTs,
      title: by.title,
      ...(previous !== undefined && { previous_title: previous }),
      event_ts: world.timestamps.next(),
    },
  });
}
