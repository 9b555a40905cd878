import { z } from "zod";
import { BoundedMap } from "../../../core/async/bounded-map.ts";
import { commandLine } from "../../../core/domain/command-lines.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { Inbox } from "../../../core/ports/platform.ts";
import type { AgentStatus } from "../agent-status.ts";
import type { AppHome } from "../app-home.ts";
import { type BackfillHolds, channelKey, EVERY_CHANNEL, threadKey } from "../backfill/holds.ts";
import { interactionEventIdOf, isAfter, messageEventIdOf } from "../ids.ts";
import type { AnswerStreams } from "../messages/answer-streams.ts";
import { placeOf, writeTarget } from "../messages/reply-target.ts";
import {
  teamOf,
  WireChanged,
  WireDeleted,
  WireEnvelope,
  WireHomeOpened,
  type WireMessage,
  WireMessageEvent,
  WirePlaceGone,
  WirePlaceMoved,
  WireRevoked,
  WireStopped,
} from "../wire.ts";
import type { Directory } from "../workspaces/directory.ts";
import type { Workspace, Workspaces } from "../workspaces/workspaces.ts";
import type { AudienceEventHandler } from "./audience-changes.ts";
import { decodeMessage, isFromPerson } from "./decode-message.ts";
import { newIds } from "./new-ids.ts";
import { type PlaceChange, PlaceQueues } from "./place-queues.ts";
import type { StoreUntilDone } from "./store-until-done.ts";

/**
 * Takes an event; resolves once everything in it that counts is stored. Throws when that fails: then it must not be
 * acknowledged, and Slack brings it again. One that cannot be read is logged, since it would never be readable.
 */
type EventHandler = (body: unknown) => Promise<void>;

type ChannelMessage = WireMessage & { readonly channel: string };

export interface EventRouter {
  readonly handleEvent: EventHandler;
  /** Takes a message that was missed and found later. */
  handleRecovered(workspace: Workspace, message: ChannelMessage): Promise<void>;
  /** The newest message that was seen in each channel until now, by team and channel. */
  lastSeenIds(): ReadonlyMap<string, string>;
}

/** Where a message is: its thread, if it is in one. */
type InThread = Pick<WireMessage, "ts" | "thread_ts">;

const placeIn = ({ ts, thread_ts: thread }: InThread) => ({ ts, thread });

const CHANNELS_REMEMBERED = 5_000;

export function createEventRouter(services: {
  inbox: Inbox;
  directory: Directory;
  workspaces: Workspaces;
  /** Told of what comes from a workspace that is not ours. */
  reportStranger: (team: string, type: string) => void;
  hearAudience: AudienceEventHandler;
  home: AppHome;
  status: AgentStatus;
  streams: AnswerStreams;
  /** What is new waits for what was said before it. */
  holds: BackfillHolds;
  storing: StoreUntilDone;
  clock: Clock;
  log: Logger;
}): EventRouter {
  const {
    inbox,
    directory,
    workspaces,
    reportStranger,
    hearAudience,
    home,
    status,
    streams,
    holds,
    storing,
    clock,
    log,
  } = services;
  const queues = new PlaceQueues(clock);
  const seen = new BoundedMap<string, string>(CHANNELS_REMEMBERED);
  /** Where the tokens went before the goodbye: Slack promises no order. */
  const revoked = new Set<string>();

  async function handleEvent(body: unknown): Promise<void> {
    try {
      const envelope = WireEnvelope.parse(body);
      const team = teamOf(envelope);
      if (team === undefined) throw new Error("an event of no workspace");
      await route(team, envelope);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      log.error({ problem: z.prettifyError(error) }, "could not read an event");
    }
  }

  async function route(team: string, envelope: WireEnvelope): Promise<void> {
    const { event } = envelope;
    if (event.type === "app_uninstalled") return uninstalled(team);
    if (event.type === "tokens_revoked") return tokensRevoked(team, event);
    const workspace = await workspaces.of(team);
    if (!workspace) return reportStranger(team, event.type);
    hearAudience(workspace, envelope);
    await routeInWorkspace(workspace, event);
  }

  /** A token that was revoked may be given anew; this is goodbye. */
  async function uninstalled(team: string): Promise<void> {
    if (revoked.has(team) || (await workspaces.has(team)))
      await inbox.tenantRemoved({ platform: "slack", tenant: team });
    revoked.delete(team);
    await workspaces.forget(team);
  }

  async function tokensRevoked(team: string, event: unknown): Promise<void> {
    if (!WireRevoked.parse(event).tokens?.bot?.length) return;
    if (await workspaces.has(team)) revoked.add(team);
    await workspaces.forget(team);
  }

  function routeInWorkspace(workspace: Workspace, event: WireEnvelope["event"]): Promise<void> | undefined {
    switch (event.type) {
      case "message":
        return routeMessage(workspace, event);
      case "app_mention":
        // The same message as its `message`, whichever comes first; with a file it is one all the same.
        return handleMessage(workspace, { ...event, subtype: undefined });
      case "agent_session_stopped":
        return handleStop(workspace, event);
      case "app_home_opened":
        return handleHomeOpened(workspace, event);
      // Not when the bot is removed from a channel: invited again, it goes on as before.
      case "channel_deleted":
      case "group_deleted":
        return handleChannelDelete(workspace, event);
      case "channel_id_changed":
        return handleChannelMove(workspace, event);
    }
    return undefined;
  }

  function routeMessage(workspace: Workspace, event: WireEnvelope["event"]): Promise<void> {
    switch (event.subtype) {
      case "message_changed":
        return handleMessageEdit(workspace, event);
      case "message_deleted":
        return handleMessageDelete(workspace, event);
      default:
        return handleMessage(workspace, event);
    }
  }

  async function handleMessage(workspace: Workspace, event: unknown): Promise<void> {
    const message = WireMessageEvent.parse(event);
    if (!isFromPerson(message, workspace.bot)) return;
    await waitForBackfill(workspace, message.channel, message);
    await handleRecovered(workspace, message);
  }

  async function handleRecovered(workspace: Workspace, message: ChannelMessage): Promise<void> {
    await inOrder(workspace, message.channel, { ...placeIn(message), isMessage: true }, async () => {
      const { event, target } = await decodeMessage(message, { workspace, directory });
      const acceptance = await inbox.accept(event, target);
      if (acceptance === "full") await inbox.rejectFull(event, target);
    });
    remember(workspace, message);
  }

  function remember({ team }: Workspace, { channel, ts }: { channel: string; ts: string }): void {
    const key = channelKey(team, channel);
    const last = seen.get(key);
    if (last !== undefined && !isAfter(ts, last)) return;
    seen.set(key, ts);
  }

  /** Links that are shown as pictures are changes too; only people's edits have a time. */
  async function handleMessageEdit(workspace: Workspace, event: unknown): Promise<void> {
    const { channel, message } = WireChanged.parse(event);
    if (!message.edited || !isFromPerson(message, workspace.bot)) return;
    const { team } = workspace;
    await waitForBackfill(workspace, channel, message);
    await inOrder(workspace, channel, { ...placeIn(message), isMessage: false }, async () => {
      const text = await directory.read(workspace, message);
      await inbox.revise(messageEventIdOf({ team, channel, ts: message.ts }), text);
    });
  }

  async function handleMessageDelete(workspace: Workspace, event: unknown): Promise<void> {
    const { channel, deleted_ts: ts, previous_message: before } = WireDeleted.parse(event);
    if (before && !isFromPerson(before, workspace.bot)) return;
    const { team } = workspace;
    const place = { ts, thread_ts: before?.thread_ts };
    await waitForBackfill(workspace, channel, place);
    await inOrder(workspace, channel, { ...placeIn(place), isMessage: false }, async () => {
      await inbox.revise(messageEventIdOf({ team, channel, ts }), undefined);
    });
  }

  /**
   * Slack's own Stop is the same command as a typed one, with the same rights. Slack has ended the streams by then and
   * leaves the session as it was.
   */
  async function handleStop(workspace: Workspace, event: unknown): Promise<void> {
    const { channel, user, thread_ts: thread, event_ts: at, ...stop } = WireStopped.parse(event);
    const { team } = workspace;
    for (const ts of stop.streaming_message_ts ?? []) streams.halt({ team, channel, ts });
    await inbox.accept(
      {
        type: "command",
        id: interactionEventIdOf(team, "stop", `${channel}/${thread}/${at}`),
        at: clock.now(),
        place: placeOf(workspace, { channel, thread }),
        author: await directory.person(workspace, user),
        options: {},
        ...commandLine.conversationStop({ silent: "yes" }),
        submitted: false,
      },
      writeTarget({
        via: "message",
        team,
        channel,
        thread,
        person: user,
        personTeam: team,
        message: thread,
      }),
    );
    status.setIdle({ team, channel, thread });
  }

  /** A look at the home is no reason to be brought again. */
  async function handleHomeOpened(workspace: Workspace, event: unknown): Promise<void> {
    const { user, channel, tab } = WireHomeOpened.parse(event);
    void home
      .opened(workspace, { user, channel: channel ?? undefined, tab: tab ?? "home" })
      .catch((err: unknown) => log.warn({ err, tab }, "could not show the App Home"));
  }

  async function handleChannelDelete(workspace: Workspace, event: unknown): Promise<void> {
    const { channel } = WirePlaceGone.parse(event);
    await inbox.placeRemoved(placeOf(workspace, { channel }));
  }

  /** A private channel that is shared with another company changes its id; its messages keep theirs. */
  async function handleChannelMove(workspace: Workspace, event: unknown): Promise<void> {
    const { old_channel_id: before, new_channel_id: channel } = WirePlaceMoved.parse(event);
    const now = newIds(workspace, { before, channel });
    await inbox.placeMoved(placeOf(workspace, { channel: before }), now);
    const last = seen.get(channelKey(workspace.team, before));
    if (last !== undefined) remember(workspace, { channel, ts: last });
  }

  function waitForBackfill({ team }: Workspace, channel: string, message: InThread): Promise<void> {
    const thread = threadKey(team, channel, message.thread_ts ?? message.ts);
    return holds.whenReleased([EVERY_CHANNEL, channelKey(team, channel), thread]);
  }

  /** In the order in which it was said, however long names take, and however often storing is tried. */
  function inOrder(
    { team }: Workspace,
    channel: string,
    change: PlaceChange,
    work: () => Promise<void>,
  ): Promise<void> {
    return queues.add(channelKey(team, channel), change, () => storing(work));
  }

  return { handleEvent, handleRecovered, lastSeenIds: () => new Map(seen) };
}
