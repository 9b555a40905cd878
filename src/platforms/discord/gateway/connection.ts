import { CloseCodes, type SessionInfo, WebSocketShardEvents as Shard, WebSocketManager } from "@discordjs/ws";
import { DiscordAPIError, type REST } from "discord.js";
import { GatewayCloseCodes as Close, GatewayIntentBits as Intent } from "discord-api-types/v10";
import { doubling, retry } from "../../../core/async/retry.ts";
import { AppError } from "../../../core/domain/errors.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { PlatformLoss } from "../../../core/ports/platform.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { untilAskedAgain } from "../../shared/unavailable.ts";
import { ConnectThrottle, IdentifyThrottle } from "./connect-throttle.ts";
import type { GatewaySession } from "./listener.ts";
import type { StoredShard } from "./sessions.ts";

export interface GatewayListeners {
  /** Must not throw. */
  readonly onPacket: (shard: number, packet: { name: string; data: unknown; sequence: number }) => void;
  /** A heartbeat was answered. */
  readonly onAlive: (shard: number) => void;
  /** A login that can be resumed, or that no longer can. */
  readonly onSession: (shard: number, session: GatewaySession | undefined) => void;
  /** After the start: the connection is lost for good. */
  readonly onLost: (loss: PlatformLoss) => void;
}

const INTENTS =
  Intent.Guilds |
  Intent.GuildMessages |
  Intent.MessageContent |
  Intent.DirectMessages |
  Intent.GuildMessageReactions |
  Intent.DirectMessageReactions;

/** Discord closes with these and a second try cannot help: "Gateway Close Event Codes" in its reference. */
const FATAL: Readonly<Record<number, string>> = {
  [Close.AuthenticationFailed]: sentences.discordChecks.badToken,
  [Close.InvalidShard]: sentences.discordChecks.invalidShard,
  [Close.ShardingRequired]: sentences.discordChecks.shardingRequired,
  [Close.InvalidAPIVersion]: sentences.discordChecks.invalidVersion,
  [Close.InvalidIntents]: sentences.discordChecks.invalidIntents,
  [Close.DisallowedIntents]: sentences.discordChecks.messagesHidden,
};

const RETRY_FIRST_MS = 1_000;
const RETRY_MOST_MS = 60_000;
/**
 * Discord resets the token of a bot that identifies more than a thousand times a day. Who has used up half of
 * that is restarting in a loop: then each start waits.
 */
const CRASH_LOOP_WAIT_MS = 60_000;

/** Discord greets at once; the package would wait for a minute. */
const HELLO_WITHIN_MS = 20_000;

export const badToken = () => new AppError("misconfigured", sentences.discordChecks.badToken);

/*
 * The connection, by discord.js's own gateway package. Its Client on top is left out on purpose: it drops messages
 * of threads and direct messages that it does not remember, lets later events overtake those that waited for a
 * slow server, and a packet that is not as it expects ends the process. Here every packet comes as it was sent.
 */
export class Gateway {
  readonly #token: string;
  readonly #rest: REST;
  readonly #leavesSessions: boolean;
  readonly #helloWithinMs: number;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #listeners: GatewayListeners;
  readonly #closing = new AbortController();
  readonly #ready = new Set<number>();
  readonly #pace: IdentifyThrottle;
  #manager: WebSocketManager | undefined;
  #fatal: AppError | undefined;
  #shards = 0;
  #isStarted: boolean = false;
  /** The package's default is shared by all connections of the process. */
  readonly #sessions: Map<number, SessionInfo>;
  readonly #connecting: ConnectThrottle;

  constructor(
    options: {
      token: string;
      rest: REST;
      /** What an earlier process left: resumed, so that Discord replays what was missed. */
      stored: readonly StoredShard[];
      /** Leaves the sessions to the next process, where somebody stores them. */
      leavesSessions: boolean;
      /** A socket that is not greeted within this is given up, and another opened. */
      helloWithinMs?: number | undefined;
      clock: Clock;
      log: Logger;
    },
    listeners: GatewayListeners,
  ) {
    this.#token = options.token;
    this.#rest = options.rest;
    this.#leavesSessions = options.leavesSessions;
    this.#helloWithinMs = options.helloWithinMs ?? HELLO_WITHIN_MS;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#listeners = listeners;
    this.#pace = new IdentifyThrottle(options.clock);
    this.#sessions = new Map(options.stored.flatMap(sessionInfo));
    this.#connecting = new ConnectThrottle(options.clock, this.#closing.signal);
  }

  get connected(): boolean {
    return this.#shards > 0 && this.#ready.size === this.#shards;
  }

  /** Resolves when all shards are connected. */
  async connect(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    try {
      await retry(() => this.#attempt(), {
        clock: this.#clock,
        waits: doubling(RETRY_FIRST_MS, RETRY_MOST_MS),
        isPassing: (error) => !(error instanceof AppError),
        signal: this.#closing.signal,
        waitMs: (error, leastMs) => untilAskedAgain(error, this.#clock, leastMs),
        onWait: (error, waitMs) =>
          this.#log.warn(
            { reason: error instanceof Error ? error.message : "unknown", waitMs },
            "could not connect to Discord, trying again",
          ),
      });
    } catch (error) {
      if (error instanceof AppError || !this.#closing.signal.aborted) throw error;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#ready.clear();
    await this.#closeManager();
  }

  #updateSession(shard: number, session: SessionInfo | null): void {
    // Saying goodbye forgets it, and the next process is to resume it.
    if (!session && this.#closing.signal.aborted) return;
    if (session) this.#sessions.set(shard, session);
    else this.#sessions.delete(shard);
    this.#listeners.onSession(
      shard,
      session ? { id: session.sessionId, url: session.resumeURL, shards: session.shardCount } : undefined,
    );
  }

  /** A new one for each attempt: one that failed is of no use any more. */
  #newManager(): WebSocketManager {
    const made = new WebSocketManager({
      token: this.#token,
      rest: this.#rest,
      intents: INTENTS,
      helloTimeout: this.#helloWithinMs,
      buildIdentifyThrottler: async (asking) => {
        const { session_start_limit: limit } = await asking.fetchGatewayInformation();
        return this.#pace.forBuckets(limit.max_concurrency);
      },
      // The package asks for it before it opens a socket, and would open one after the other without a pause.
      retrieveSessionInfo: (shard) => {
        const session = () => this.#sessions.get(shard) ?? null;
        return this.#connecting.isOpen(shard) ? session() : this.#connecting.mayOpen(shard).then(session);
      },
      updateSessionInfo: (shard, session) => this.#updateSession(shard, session),
    });
    made.on(Shard.Dispatch, ({ data, shardId }) =>
      this.#listeners.onPacket(shardId, { name: data.t, data: data.d, sequence: data.s }),
    );
    made.on(Shard.Hello, ({ shardId }) => this.#connecting.opened(shardId));
    made.on(Shard.HeartbeatComplete, ({ shardId }) => this.#listeners.onAlive(shardId));
    made.on(Shard.Ready, ({ shardId }) => this.#shardReady(shardId, "shard connected"));
    made.on(Shard.Resumed, ({ shardId }) => this.#shardReady(shardId, "shard resumed"));
    made.on(Shard.Closed, ({ code, shardId }) => this.#shardClosed(code, shardId));
    made.on(Shard.Error, ({ error, shardId }) =>
      this.#log.warn({ shard: shardId, reason: error.message }, "trouble with the gateway"),
    );
    made.on(Shard.Debug, ({ message, shardId }) =>
      this.#log.debug({ shard: shardId }, withoutTokens(message, this.#token)),
    );
    return made;
  }

  #shardReady(shard: number, what: string): void {
    // A reconnect that was under way when we closed.
    if (this.#closing.signal.aborted) return void this.#closeManager();
    this.#ready.add(shard);
    this.#log.info({ shard }, what);
  }

  #shardClosed(code: number, shard: number): void {
    this.#ready.delete(shard);
    this.#connecting.closed(shard);
    if (this.#closing.signal.aborted) return;
    this.#log.info({ shard, code }, "shard disconnected");
    const sentence = FATAL[code];
    if (sentence === undefined) return;
    this.#fatal = new AppError("misconfigured", sentence, { message: `gateway closed with ${code}` });
    // Whoever may not listen so is answered all the same.
    if (this.#isStarted)
      this.#listeners.onLost({ error: this.#fatal, takesPosts: code !== Close.AuthenticationFailed });
  }

  async #attempt(): Promise<void> {
    this.#manager = this.#newManager();
    try {
      const { session_start_limit: starts } = await this.#manager.fetchGatewayInformation();
      await this.#spare(starts);
      if (this.#closing.signal.aborted) return;
      await this.#manager.connect();
      this.#shards = await this.#manager.getShardCount();
      this.#isStarted = true;
    } catch (error) {
      await this.#closeManager();
      throw this.#fatal ?? (error instanceof DiscordAPIError && error.status === 401 ? badToken() : error);
    }
  }

  async #closeManager(): Promise<void> {
    try {
      await this.#manager?.destroy(
        this.#leavesSessions && this.#closing.signal.aborted ? RESUMABLE : undefined,
      );
    } catch (error) {
      this.#log.debug({ err: error }, "the gateway was closed already");
    }
  }

  async #spare(starts: { total: number; remaining: number; reset_after: number }): Promise<void> {
    const { total, remaining, reset_after } = starts;
    if (remaining > total / 2) return;
    const waitMs = remaining > 0 ? CRASH_LOOP_WAIT_MS : reset_after;
    this.#log.warn({ remaining, waitMs }, "too many starts today, waiting before connecting");
    await this.#clock.sleep(waitMs, this.#closing.signal);
  }
}

/** A client that says goodbye with 1000 gives its session up: "Disconnecting" in Discord's reference. */
const RESUMABLE = { code: CloseCodes.Resuming, reason: "restarting" };

function sessionInfo({ shard, session }: StoredShard): readonly (readonly [number, SessionInfo])[] {
  if (!session) return [];
  const { id, url, shards, sequence } = session;
  return [[shard, { shardId: shard, sessionId: id, resumeURL: url, shardCount: shards, sequence }]];
}

const withoutTokens = (text: string, token: string) => text.replaceAll(token, "…");
