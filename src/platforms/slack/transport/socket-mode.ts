import { type Receiver, SocketModeReceiver } from "@slack/bolt";
import { WebAPIPlatformError, WebClient } from "@slack/web-api";
import { EnvHttpProxyAgent } from "undici";
import { z } from "zod";
import type { Logger } from "../../../core/ports/logger.ts";
import { asVariables, type ProxySettings } from "../../shared/proxy-settings.ts";
import type { SocketPatience } from "../options.ts";
import { slackLogger } from "../web-api/clients.ts";
import { isTemporary } from "../web-api/errors.ts";

/** What Slack and we say to each other over sockets, or over HTTP. */
export interface Transport {
  readonly receiver: Receiver;
  readonly connected: boolean;
  /** Resolves when connected; throws when that is refused. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/** While one is refreshed, the other serves: a refresh leaves a socket's place empty for seconds. */
const SOCKETS = 2;
/** Five seconds are the SDK's own. A socket that is not greeted brings nothing, however faithfully its pings are answered. */
const PATIENCE: SocketPatience = { pingWithinMs: 5_000, helloWithinMs: 20_000 };
/** The SDK waits that many times `pingWithinMs` at most before it opens a socket anew; without this, ever longer. */
const MOST_FAILURES_COUNTED = 5;
/** An outage longer than all tries would end the process. */
const RECONNECT = { forever: true, maxTimeout: 30_000 } as const;

/** Two sockets that outlive an outage and what they cannot read. */
export class SocketModeTransport implements Transport {
  readonly receiver: Receiver;
  readonly #log: Logger;
  readonly #lost: (error: unknown) => void;
  readonly #connected: () => void;
  #refuse: (error: unknown) => void = () => undefined;
  readonly #refused = new Promise<never>((_resolve, reject) => {
    this.#refuse = reject;
  });
  readonly #sockets: readonly ReturnType<typeof createSocket>[];

  constructor(options: {
    appToken: string;
    apiUrl: string | undefined;
    fetch: typeof globalThis.fetch;
    proxy?: ProxySettings | undefined;
    patience?: SocketPatience | undefined;
    /** Called whenever the first of them is connected. */
    connected: () => void;
    /** Slack refuses the token, and will go on so. */
    lost: (error: unknown) => void;
    log: Logger;
  }) {
    this.#log = options.log;
    this.#lost = options.lost;
    this.#connected = options.connected;
    // Whoever waits for it hears of it; before and after that nobody does.
    this.#refused.catch(() => undefined);
    this.#sockets = Array.from({ length: SOCKETS }, () =>
      createSocket({
        ...options,
        refused: (error) => this.#refuse(error),
        connected: () => this.#joined(),
      }),
    );
    acknowledgeOverAny(this.#sockets.map(({ receiver }) => receiver.client));
    this.receiver = {
      init: (app) => {
        for (const { receiver } of this.#sockets) receiver.init(app);
      },
      start: async () => undefined,
      stop: async () => undefined,
    };
  }

  get connected(): boolean {
    return this.#sockets.some((socket) => socket.connected);
  }

  /** Resolves when connected; throws when that is refused. */
  async open(): Promise<void> {
    for (const { receiver } of this.#sockets) await Promise.race([receiver.start(), this.#refused]);
    this.#log.info({ sockets: this.#sockets.length }, "connected to Slack");
    this.#refused.catch(this.#lost);
  }

  async close(): Promise<void> {
    await Promise.all(this.#sockets.map(({ receiver }) => receiver.client.disconnect()));
  }

  #joined(): void {
    if (this.#sockets.filter((socket) => socket.connected).length === 1) this.#connected();
  }
}

function createSocket({
  appToken,
  apiUrl,
  fetch,
  proxy,
  patience = PATIENCE,
  connected,
  refused,
  log,
}: {
  appToken: string;
  apiUrl: string | undefined;
  fetch: typeof globalThis.fetch;
  proxy?: ProxySettings | undefined;
  patience?: SocketPatience | undefined;
  connected: () => void;
  refused: (error: unknown) => void;
  log: Logger;
}) {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: slackLogger(log),
    clientPingTimeout: patience.pingWithinMs,
    // Of its own: the SDK writes its retries into it.
    installerOptions: {
      clientOptions: {
        ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
        fetch,
        retryConfig: { ...RECONNECT },
      },
    },
    // What is not stored is not acknowledged: Slack brings it again.
    processEventErrorHandler: async ({ error }) => {
      log.warn({ err: error }, "could not acknowledge an event of Slack, which Slack will send again");
      return false;
    },
  });
  const socket = { receiver, connected: false };
  const { client } = receiver;
  client.on("connected", () => {
    socket.connected = true;
    connected();
  });
  // Of one that breaks, the SDK's own states say nothing until it is opened anew, seconds later.
  for (const event of ["close", "disconnecting", "disconnected", "reconnecting", "connecting"])
    client.on(event, () => {
      socket.connected = false;
    });
  if (proxy) openThrough(client, proxy);
  surviveBadFrames(client, log);
  survivePermanentRejection(client, refused);
  surviveEnding(client);
  giveUpUngreeted(client, { ...patience, log });
  return socket;
}

/** The SDK waits for the greeting of a socket for as long as its pings are answered. */
function giveUpUngreeted(
  client: SocketModeReceiver["client"],
  { helloWithinMs, log }: { readonly helloWithinMs: number; readonly log: Logger },
): void {
  let waiting: NodeJS.Timeout | undefined;
  for (const event of ["connected", "close", "disconnecting", "disconnected"])
    client.on(event, () => clearTimeout(waiting));
  client.on("connecting", () => {
    clearTimeout(waiting);
    const { websocket } = client;
    waiting = setTimeout(() => {
      log.warn({ afterMs: helloWithinMs }, "Slack did not greet a socket, which is opened anew");
      websocket?.disconnect();
    }, helloWithinMs);
  });
  client.on("reconnecting", () => {
    const failures: unknown = Reflect.get(client, "numOfConsecutiveReconnectionFailures");
    if (typeof failures !== "number") throw new Error("socket-mode counts its failures by another name");
    Reflect.set(
      client,
      "numOfConsecutiveReconnectionFailures",
      Math.min(failures, MOST_FAILURES_COUNTED - 1),
    );
  });
}

/**
 * Ended while it connects anew, the SDK refuses a promise that nobody catches, which would end the process before its turns
 * were given back.
 */
function surviveEnding(client: SocketModeReceiver["client"]): void {
  const { start } = client;
  let isFirst = true;
  Reflect.set(client, "start", async () => {
    const isWaitedFor = isFirst;
    isFirst = false;
    try {
      return await Reflect.apply(start, client, []);
    } catch (error) {
      // An end has no reason: the SDK rejects with nothing.
      if (isWaitedFor || error instanceof Error) throw error;
      return new Promise(() => undefined);
    }
  });
}

/** The client takes it as an option, which bolt's receiver does not hand on: slackapi/bolt-js#2292. */
function openThrough(client: SocketModeReceiver["client"], proxy: ProxySettings): void {
  if (!("dispatcher" in client)) throw new Error("socket-mode keeps its way out by another name");
  Reflect.set(client, "dispatcher", new EnvHttpProxyAgent(asVariables(proxy)));
}

/**
 * What came over a socket that is refreshed in the meantime is acknowledged over another: its own takes nothing any more,
 * and the person would be shown an error for a command that is being done.
 */
function acknowledgeOverAny(clients: readonly SocketModeReceiver["client"][]): void {
  const ways = clients.map((client) => {
    const send: unknown = Reflect.get(client, "send");
    if (typeof send !== "function") throw new Error("socket-mode sends by another name");
    return async (...frame: readonly unknown[]): Promise<unknown> => Reflect.apply(send, client, frame);
  });
  for (const [index, client] of clients.entries()) {
    const inOrder = [...ways.slice(index), ...ways.slice(0, index)];
    Reflect.set(client, "send", async (...frame: readonly unknown[]) => {
      let failure: unknown;
      for (const send of inOrder) {
        try {
          return await send(...frame);
        } catch (error) {
          failure = error;
        }
      }
      throw failure;
    });
  }
}

/**
 * A token that is refused would end the process without a word, since the SDK connects anew in a promise that nobody
 * catches; refused by a word that the SDK does not know, it would be tried for ever.
 */
function survivePermanentRejection(
  client: SocketModeReceiver["client"],
  refused: (error: unknown) => void,
): void {
  const web: unknown = Reflect.get(client, "webClient");
  if (!(web instanceof WebClient)) throw new Error("socket-mode keeps its client by another name");
  const { connections } = web.apps;
  const { open } = connections;
  Reflect.set(connections, "open", async (args: Parameters<typeof open>[0]) => {
    try {
      return await open(args);
    } catch (error) {
      if (!(error instanceof WebAPIPlatformError) || isTemporary(error.data.error)) throw error;
      refused(error);
      return new Promise(() => undefined);
    }
  });
}

const WithoutEvent = z.object({
  type: z.literal("events_api"),
  envelope_id: z.string(),
  payload: z.looseObject({ type: z.string(), event: z.undefined().optional() }),
});

/**
 * The SDK reads frames in a promise that nobody catches, and a frame without an event would end the process: socket-mode
 * 3.1.0, mended in 3.1.1. One that is told so by Slack, `app_rate_limited`, goes on as what comes over HTTP does.
 */
function surviveBadFrames(client: SocketModeReceiver["client"], log: Logger): void {
  const listeners = client.listeners("ws_message");
  client.removeAllListeners("ws_message");
  client.on("ws_message", async (...frame: unknown[]) => {
    try {
      const { envelope_id, payload } = WithoutEvent.safeParse(jsonOf(frame[0])).data ?? {};
      if (payload) {
        const send: unknown = Reflect.get(client, "send");
        if (typeof send !== "function") throw new Error("socket-mode sends by another name");
        const ack = async () => Reflect.apply(send, client, [envelope_id]);
        client.emit("slack_event", { ack, body: payload });
        return;
      }
      for (const listener of listeners) await Reflect.apply(listener, client, frame);
    } catch (error) {
      log.error({ err: error }, "Slack sent something that its SDK cannot read");
    }
  });
}

function jsonOf(data: unknown): unknown {
  try {
    return JSON.parse(data instanceof ArrayBuffer ? new TextDecoder().decode(data) : String(data));
  } catch {
    // The SDK passes over what is no JSON.
    return undefined;
  }
}
