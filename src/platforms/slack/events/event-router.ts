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
import type { StillReads } from "../interactions/still-reads.ts";
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
import type { ChannelReaders } from "../workspaces/readers.ts";
import type { StrangerLog, Workspace, Workspaces } from "../workspaces/workspaces.ts";
import { type AudienceServices, handleAudienceEvent } from "./audience-changes.ts";
import { decodeMessage, isFromPerson } from "./decode-message.ts";
import { newIds } from "./new-ids.ts";
import { type PlaceChange, PlaceQueues } from "./place-queues.ts";
import type { Storing } from "./store-until-done.ts";

type ChannelMessage = WireMessage & { readonly channel: string };

/** Where a message is: its thread, if it is in one. */
type InThread = Pick<WireMessage, "ts" | "thread_ts">;

const placeIn = ({ ts, thread_ts: thread }: InThread) => ({ ts, thread });

const CHANNELS_REMEMBERED = 5_000;

/** Hands what people say, edit and delete to the inbox, and what they press to whom it concerns. */
export class EventRouter {
  readonly #inbox: Inbox;
  readonly #directory: Directory;
  readonly #workspaces: Workspaces;
  readonly #strangers: StrangerLog;
  readonly #audience: AudienceServices;
  readonly #home: AppHome;
  readonly #status: AgentStatus;
  readonly #streams: AnswerStreams;
  readonly #holds: BackfillHolds;
  readonly #storing: Storing;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #queues: PlaceQueues;
  readonly #seen = new BoundedMap<string, string>(CHANNELS_REMEMBERED);
  /** Where the tokens went before the goodbye: Slack promises no order. */
  readonly #revoked = new Set<string>();

  constructor(services: {
    inbox: Inbox;
    directory: Directory;
    workspaces: Workspaces;
    /** Told of what comes from a workspace that is not ours. */
    strangers: StrangerLog;
    readers: ChannelReaders;
    stillReads: StillReads;
    home: AppHome;
    status: AgentStatus;
    streams: AnswerStreams;
    /** What is new waits for what was said before it. */
    holds: BackfillHolds;
    storing: Storing;
    clock: Clock;
    log: Logger;
  }) {
    this.#inbox = services.inbox;
    this.#directory = services.directory;
    this.#workspaces = services.workspaces;
    this.#strangers = services.strangers;
    this.#audience = services;
    this.#home = services.home;
    this.#status = services.status;
    this.#streams = services.streams;
    this.#holds = services.holds;
    this.#storing = services.storing;
    this.#clock = services.clock;
    this.#log = services.log;
    this.#queues = new PlaceQueues(this.#clock);
  }

  /**
   * Takes an event; resolves once everything in it that counts is stored. Throws when that fails: then it must not be
   * acknowledged, and Slack brings it again. One that cannot be read is logged, since it would never be readable.
   */
  async handleEvent(body: unknown): Promise<void> {
    try {
      const envelope = WireEnvelope.parse(body);
      const team = teamOf(envelope);
      if (team === undefined) throw new Error("an event of no workspace");
      await this.#route(team, envelope);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      this.#log.error({ problem: z.prettifyError(error) }, "could not read an event");
    }
  }

  /** Takes a message that was missed and found later. */
  async handleRecovered(workspace: Workspace, message: ChannelMessage): Promise<void> {
    await this.#inOrder(workspace, message.channel, { ...placeIn(message), isMessage: true }, async () => {
      const { event, target } = await decodeMessage(message, { workspace, directory: this.#directory });
      const acceptance = await this.#inbox.accept(event, target);
      if (acceptance === "full") await this.#inbox.rejectFull(event, target);
    });
    this.#remember(workspace, message);
  }

  /** The newest message that was seen in each channel until now, by team and channel. */
  lastSeenIds(): ReadonlyMap<string, string> {
    return new Map(this.#seen);
  }

  async #route(team: string, envelope: WireEnvelope): Promise<void> {
    const { event } = envelope;
    if (event.type === "app_uninstalled") return this.#uninstalled(team);
    if (event.type === "tokens_revoked") return this.#tokensRevoked(team, event);
    const workspace = await this.#workspaces.of(team);
    if (!workspace) return this.#strangers.tell(team, event.type);
    handleAudienceEvent(this.#audience, workspace, envelope);
    await this.#routeInWorkspace(workspace, event);
  }

  /** A token that was revoked may be given anew; this is goodbye. */
  async #uninstalled(team: string): Promise<void> {
    if (this.#revoked.has(team) || (await this.#workspaces.has(team)))
      await this.#inbox.tenantRemoved({ platform: "slack", tenant: team });
    this.#revoked.delete(team);
    await this.#workspaces.forget(team);
  }

  async #tokensRevoked(team: string, event: unknown): Promise<void> {
    if (!WireRevoked.parse(event).tokens?.bot?.length) return;
    if (await this.#workspaces.has(team)) this.#revoked.add(team);
    await this.#workspaces.forget(team);
  }

  #routeInWorkspace(workspace: Workspace, event: WireEnvelope["event"]): Promise<void> | undefined {
    switch (event.type) {
      case "message":
        return this.#routeMessage(workspace, event);
      case "app_mention":
        // The same message as its `message`, whichever comes first; with a file it is one all the same.
        return this.#handleMessage(workspace, { ...event, subtype: undefined });
      case "agent_session_stopped":
        return this.#handleStop(workspace, event);
      case "app_home_opened":
        return this.#handleHomeOpened(workspace, event);
      // Not when the bot is removed from a channel: invited again, it goes on as before.
      case "channel_deleted":
      case "group_deleted":
        return this.#handleChannelDelete(workspace, event);
      case "channel_id_changed":
        return this.#handleChannelMove(workspace, event);
    }
    return undefined;
  }

  #routeMessage(workspace: Workspace, event: WireEnvelope["event"]): Promise<void> {
    switch (event.subtype) {
      case "message_changed":
        return this.#handleMessageEdit(workspace, event);
      case "message_deleted":
        return this.#handleMessageDelete(workspace, event);
      default:
        return this.#handleMessage(workspace, event);
    }
  }

  async #handleMessage(workspace: Workspace, event: unknown): Promise<void> {
    const message = WireMessageEvent.parse(event);
    if (!isFromPerson(message, workspace.bot)) return;
    await this.#waitForBackfill(workspace, message.channel, message);
    await this.handleRecovered(workspace, message);
  }

  #remember({ team }: Workspace, { channel, ts }: { channel: string; ts: string }): void {
    const key = channelKey(team, channel);
    const last = this.#seen.get(key);
    if (last !== undefined && !isAfter(ts, last)) return;
    this.#seen.set(key, ts);
  }

  /** Links that are shown as pictures are changes too; only people's edits have a time. */
  async #handleMessageEdit(workspace: Workspace, event: unknown): Promise<void> {
    const { channel, message } = WireChanged.parse(event);
    if (!message.edited || !isFromPerson(message, workspace.bot)) return;
    const { team } = workspace;
    await this.#waitForBackfill(workspace, channel, message);
    await this.#inOrder(workspace, channel, { ...placeIn(message), isMessage: false }, async () => {
      const text = await this.#directory.read(workspace, message);
      await this.#inbox.revise(messageEventIdOf({ team, channel, ts: message.ts }), text);
    });
  }

  async #handleMessageDelete(workspace: Workspace, event: unknown): Promise<void> {
    const { channel, deleted_ts: ts, previous_message: before } = WireDeleted.parse(event);
    if (before && !isFromPerson(before, workspace.bot)) return;
    const { team } = workspace;
    const place = { ts, thread_ts: before?.thread_ts };
    await this.#waitForBackfill(workspace, channel, place);
    await this.#inOrder(workspace, channel, { ...placeIn(place), isMessage: false }, async () => {
      await this.#inbox.revise(messageEventIdOf({ team, channel, ts }), undefined);
    });
  }

  /**
   * Slack's own Stop is the same command as a typed one, with the same rights. Slack has ended the streams by then and
   * leaves the session as it was.
   */
  async #handleStop(workspace: Workspace, event: unknown): Promise<void> {
    const { channel, user, thread_ts: thread, event_ts: at, ...stop } = WireStopped.parse(event);
    const { team } = workspace;
    for (const ts of stop.streaming_message_ts ?? []) this.#streams.halt({ team, channel, ts });
    await this.#inbox.accept(
      {
        type: "command",
        id: interactionEventIdOf(team, "stop", `${channel}/${thread}/${at}`),
        at: this.#clock.now(),
        place: placeOf(workspace, { channel, thread }),
        author: await this.#directory.person(workspace, user),
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
    this.#status.setIdle({ team, channel, thread });
  }

  /** A look at the home is no reason to be brought again. */
  async #handleHomeOpened(workspace: Workspace, event: unknown): Promise<void> {
    const { user, channel, tab } = WireHomeOpened.parse(event);
    void this.#home
      .opened(workspace, { user, channel: channel ?? undefined, tab: tab ?? "home" })
      .catch((err: unknown) => this.#log.warn({ err, tab }, "could not show the App Home"));
  }

  async #handleChannelDelete(workspace: Workspace, event: unknown): Promise<void> {
    const { channel } = WirePlaceGone.parse(event);
    await this.#inbox.placeRemoved(placeOf(workspace, { channel }));
  }

  /** A private channel that is shared with another company changes its id; its messages keep theirs. */
  async #handleChannelMove(workspace: Workspace, event: unknown): Promise<void> {
    const { old_channel_id: before, new_channel_id: channel } = WirePlaceMoved.parse(event);
    const now = newIds(workspace, { before, channel });
    await this.#inbox.placeMoved(placeOf(workspace, { channel: before }), now);
    const last = this.#seen.get(channelKey(workspace.team, before));
    if (last !== undefined) this.#remember(workspace, { channel, ts: last });
  }

  #waitForBackfill({ team }: Workspace, channel: string, message: InThread): Promise<void> {
    const thread = threadKey(team, channel, message.thread_ts ?? message.ts);
    return this.#holds.whenReleased([EVERY_CHANNEL, channelKey(team, channel), thread]);
  }

  /** In the order in which it was said, however long names take, and however often storing is tried. */
  #inOrder(
    { team }: Workspace,
    channel: string,
    change: PlaceChange,
    work: () => Promise<void>,
  ): Promise<void> {
    return this.#queues.add(channelKey(team, channel), change, () => this.#storing.untilDone(work));
  }
}
