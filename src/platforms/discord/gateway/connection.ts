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
import { createConnectThrottle, createIdentifyThrottle } from "./connect-throttle.ts";
import type { GatewaySession } from "./listener.ts";
import type { StoredShard } from "./sessions.ts";

/*
 * The connection, by discord.js's own gateway package. Its Client on top is left out on purpose: it drops messages
 * of threads and direct messages that it does not remember, lets later events overtake those that waited for a
 * slow server, and a packet that is not as it expects ends the process. Here every packet comes as it was sent.
 */

export interface Gateway {
  readonly connected: boolean;
  /** Resolves when all shards are connected. */
  connect(): Promise<void>;
  close(): Promise<void>;
}

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

export function createGateway(
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
): Gateway {
  const { token, rest, clock, log } = options;
  const closing = new AbortController();
  const ready = new Set<number>();
  const pace = createIdentifyThrottle(clock);
  let manager: WebSocketManager | undefined;
  let fatal: AppError | undefined;
  let shards = 0;
  let isStarted = false;

  // The package's default is shared by all connections of the process.
  const sessions = new Map(options.stored.flatMap(sessionInfo));
  const connecting = createConnectThrottle(clock, closing.signal);

  function updateSession(shard: number, session: SessionInfo | null): void {
    // Saying goodbye forgets it, and the next process is to resume it.
    if (!session && closing.signal.aborted) return;
    if (session) sessions.set(shard, session);
    else sessions.delete(shard);
    listeners.onSession(
      shard,
      session ? { id: session.sessionId, url: session.resumeURL, shards: session.shardCount } : undefined,
    );
  }

  /** A new one for each attempt: one that failed is of no use any more. */
  function newManager(): WebSocketManager {
    const made = new WebSocketManager({
      token,
      rest,
      intents: INTENTS,
      helloTimeout: options.helloWithinMs ?? HELLO_WITHIN_MS,
      buildIdentifyThrottler: async (asking) => {
        const { session_start_limit: limit } = await asking.fetchGatewayInformation();
        return pace(limit.max_concurrency);
      },
      // The package asks for it before it opens a socket, and would open one after the other without a pause.
      retrieveSessionInfo: (shard) => {
        const session = () => sessions.get(shard) ?? null;
        return connecting.isOpen(shard) ? session() : connecting.mayOpen(shard).then(session);
      },
      updateSessionInfo: updateSession,
    });
    made.on(Shard.Dispatch, ({ data, shardId }) =>
      listeners.onPacket(shardId, { name: data.t, data: data.d, sequence: data.s }),
    );
    made.on(Shard.Hello, ({ shardId }) => connecting.opened(shardId));
    made.on(Shard.HeartbeatComplete, ({ shardId }) => listeners.onAlive(shardId));
    made.on(Shard.Ready, ({ shardId }) => shardReady(shardId, "shard connected"));
    made.on(Shard.Resumed, ({ shardId }) => shardReady(shardId, "shard resumed"));
    made.on(Shard.Closed, ({ code, shardId }) => shardClosed(code, shardId));
    made.on(Shard.Error, ({ error, shardId }) =>
      log.warn({ shard: shardId, reason: error.message }, "trouble with the gateway"),
    );
    made.on(Shard.Debug, ({ message, shardId }) =>
      log.debug({ shard: shardId }, withoutTokens(message, token)),
    );
    return made;
  }

  function shardReady(shard: number, what: string): void {
    // A reconnect that was under way when we closed.
    if (closing.signal.aborted) return void closeManager();
    ready.add(shard);
    log.info({ shard }, what);
  }

  function shardClosed(code: number, shard: number): void {
    ready.delete(shard);
    connecting.closed(shard);
    if (closing.signal.aborted) return;
    log.info({ shard, code }, "shard disconnected");
    const sentence = FATAL[code];
    if (sentence === undefined) return;
    fatal = new AppError("misconfigured", sentence, { message: `gateway closed with ${code}` });
    // Whoever may not listen so is answered all the same.
    if (isStarted) listeners.onLost({ error: fatal, takesPosts: code !== Close.AuthenticationFailed });
  }

  async function attempt(): Promise<void> {
    manager = newManager();
    try {
      const { session_start_limit: starts } = await manager.fetchGatewayInformation();
      await spare(starts);
      if (closing.signal.aborted) return;
      await manager.connect();
      shards = await manager.getShardCount();
      isStarted = true;
    } catch (error) {
      await closeManager();
      throw fatal ?? (error instanceof DiscordAPIError && error.status === 401 ? badToken() : error);
    }
  }

  async function closeManager(): Promise<void> {
    try {
      await manager?.destroy(options.leavesSessions && closing.signal.aborted ? RESUMABLE : undefined);
    } catch (error) {
      log.debug({ err: error }, "the gateway was closed already");
    }
  }

  async function spare(starts: { total: number; remaining: number; reset_after: number }): Promise<void> {
    const { total, remaining, reset_after } = starts;
    if (remaining > total / 2) return;
    const waitMs = remaining > 0 ? CRASH_LOOP_WAIT_MS : reset_after;
    log.warn({ remaining, waitMs }, "too many starts today, waiting before connecting");
    await clock.sleep(waitMs, closing.signal);
  }

  return {
    get connected() {
      return shards > 0 && ready.size === shards;
    },
    async connect() {
      if (closing.signal.aborted) return;
      try {
        await retry(attempt, {
          clock,
          waits: doubling(RETRY_FIRST_MS, RETRY_MOST_MS),
          isPassing: (error) => !(error instanceof AppError),
          signal: closing.signal,
          waitMs: (error, leastMs) => untilAskedAgain(error, clock, leastMs),
          onWait: (error, waitMs) =>
            log.warn(
              { reason: error instanceof Error ? error.message : "unknown", waitMs },
              "could not connect to Discord, trying again",
            ),
        });
      } catch (error) {
        if (error instanceof AppError || !closing.signal.aborted) throw error;
      }
    },
    async close() {
      closing.abort();
      ready.clear();
      await closeManager();
    },
  };
}

/** A client that says goodbye with 1000 gives its session up: "Disconnecting" in Discord's reference. */
const RESUMABLE = { code: CloseCodes.Resuming, reason: "restarting" };

function sessionInfo({ shard, session }: StoredShard): readonly (readonly [number, SessionInfo])[] {
  if (!session) return [];
  const { id, url, shards, sequence } = session;
  return [[shard, { shardId: shard, sessionId: id, resumeURL: url, shardCount: shards, sequence }]];
}

const withoutTokens = (text: string, token: string) => text.replaceAll(token, "…");
