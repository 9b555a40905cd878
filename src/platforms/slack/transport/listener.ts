import type { Command, Menu } from "../../../core/commands/declaration.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { Inbox } from "../../../core/ports/platform.ts";
import type { RecordStore } from "../../../core/ports/record-store.ts";
import type { ActiveChannel } from "../../shared/backfill.ts";
import type { TimeOffset } from "../../shared/time-offset.ts";
import type { AgentStatus } from "../agent-status.ts";
import type { AppHome } from "../app-home.ts";
import { Backfill } from "../backfill/backfill-workspaces.ts";
import { Heard, type StoredHeard } from "../backfill/heard-until.ts";
import { HistoryReader } from "../backfill/history-reader.ts";
import { BackfillHolds } from "../backfill/holds.ts";
import { EventRouter } from "../events/event-router.ts";
import { Storing } from "../events/store-until-done.ts";
import type { Forms } from "../interactions/forms.ts";
import { InteractionHandler } from "../interactions/handle-interaction.ts";
import type { StillReads } from "../interactions/still-reads.ts";
import type { AnswerStreams } from "../messages/answer-streams.ts";
import type { Respond, SlackApi } from "../web-api/api.ts";
import { slackLogger } from "../web-api/clients.ts";
import { WireRateLimited } from "../wire.ts";
import type { Directory } from "../workspaces/directory.ts";
import type { ChannelReaders } from "../workspaces/readers.ts";
import { StrangerLog, type Workspaces } from "../workspaces/workspaces.ts";
import { Receiving } from "./receiving.ts";
import type { Transport } from "./socket-mode.ts";
import { notConnected } from "./start-errors.ts";

interface ListenerServices {
  readonly inbox: Inbox;
  readonly api: SlackApi;
  readonly respond: Respond;
  /** Those whose tokens we were given. */
  readonly ours: readonly string[];
  readonly workspaces: Workspaces;
  readonly directory: Directory;
  readonly readers: ChannelReaders;
  readonly stillReads: StillReads;
  readonly home: AppHome;
  readonly forms: Forms;
  readonly status: AgentStatus;
  readonly streams: AnswerStreams;
  readonly commands: readonly Command[];
  readonly menus: readonly Menu[];
  readonly activeChannels: () => Promise<readonly ActiveChannel[]>;
  /** Where it is kept how far we have heard. */
  readonly heard: RecordStore<StoredHeard> | undefined;
  readonly clock: Clock;
  /** Slack's time. */
  readonly time: TimeOffset;
  readonly log: Logger;
  readonly stopping: AbortSignal;
}

/** `connected` is called after every time when nobody listened, `back` where the app was installed anew. */
export interface TransportListeners {
  readonly connected: () => void;
  readonly back: (team: string) => Promise<void>;
}

type Received = Parameters<Receiving["take"]>[0];

/** What is heard from Slack, from the transport to the inbox, and how far it is stored. */
export class SlackListener {
  readonly #inbox: Inbox;
  readonly #ours: readonly string[];
  readonly #watched: () => Promise<readonly ActiveChannel[]>;
  readonly #log: Logger;
  readonly #storing: Storing;
  readonly #events: EventRouter;
  readonly #interactions: InteractionHandler;
  readonly #heard: Heard | undefined;
  readonly #backfill: Backfill;
  #transport: Transport | undefined;

  constructor(services: ListenerServices) {
    const { ours, clock, time, log, stopping } = services;
    this.#inbox = services.inbox;
    this.#ours = ours;
    this.#watched = services.activeChannels;
    this.#log = log;
    const strangers = new StrangerLog(log);
    const holds = new BackfillHolds(clock);
    this.#storing = new Storing({
      ...{ clock, log, stopping },
      recovered: (since) => void this.#backfill.run({ since }),
    });
    this.#events = new EventRouter({ ...services, strangers, holds, storing: this.#storing });
    this.#interactions = new InteractionHandler({ ...services, strangers });
    // What Slack dates is compared with what Slack dates.
    const slacksClock: Clock = { now: () => time.now(), sleep: (ms, signal) => clock.sleep(ms, signal) };
    this.#heard =
      services.heard &&
      new Heard({
        records: services.heard,
        name: ours[0] ?? "all",
        isUpToDate: () => this.connected && this.#backfill.isIdle(),
        ...{ clock: slacksClock, log, stopping },
      });
    this.#backfill = new Backfill({
      reader: new HistoryReader({
        api: services.api,
        recovered: (workspace, message) => this.#events.handleRecovered(workspace, message),
        log,
      }),
      seen: () => this.#events.lastSeenIds(),
      workspaces: services.workspaces,
      ours,
      watched: this.#watched,
      heardUntil: async () => this.#heard?.since(),
      holds,
      ...{ clock: slacksClock, log, stopping },
    });
  }

  get connected(): boolean {
    return this.#transport?.connected ?? false;
  }

  async open(transportFor: (listeners: TransportListeners) => Transport): Promise<void> {
    for (const team of this.#ours) await this.#tenantReturned(team);
    const opened = transportFor({
      connected: () => void this.#backfill.run(),
      back: (team) => this.#tenantReturned(team),
    });
    // The one thing that is bolt's here is to receive; it hands everything on, unread.
    const receiving = new Receiving({
      receiver: opened.receiver,
      authorize: () => Promise.reject(new Error("nothing is left to bolt's listeners")),
      convoStore: false,
      logger: slackLogger(this.#log),
    });
    receiving.take = (received) => this.#take(received);
    await this.#storing.untilDone(async () => (await this.#watched()).length === 0 && this.#heard?.begin());
    this.#transport = opened;
    await opened.open().catch((error: unknown) => {
      this.#transport = undefined;
      throw notConnected(error);
    });
    void this.#heard?.keep();
  }

  async close(): Promise<void> {
    const open = this.#transport;
    this.#transport = undefined;
    await open?.close();
  }

  async #take({ body, ack }: Received): Promise<void> {
    if (this.#transport === undefined) throw new Error("the platform was stopped");
    const left = WireRateLimited.safeParse(body).data;
    if (left) {
      this.#log.warn(
        { team: left.team_id },
        "Slack left out events of a minute: the backfill looks for them",
      );
      void this.#backfill.run({ team: left.team_id, since: left.minute_rate_limited * 1_000 });
      await ack();
    } else if (body.type === "event_callback") {
      await this.#events.handleEvent(body);
      await ack();
    } else {
      await this.#interactions.handle(body, (answer) => (answer === undefined ? ack() : ack(answer)));
    }
  }

  #tenantReturned(team: string): Promise<void> {
    return this.#storing.untilDone(() => this.#inbox.tenantReturned({ platform: "slack", tenant: team }));
  }
}
