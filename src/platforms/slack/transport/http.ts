import { HTTPReceiver, type HTTPReceiverOptions, type Receiver } from "@slack/bolt";
import type { Logger } from "../../../core/ports/logger.ts";
import type { TimeOffset } from "../../shared/time-offset.ts";
import { slackLogger } from "../web-api/clients.ts";
import { onlySigned } from "./signed-requests.ts";
import type { Transport } from "./socket-mode.ts";

export interface HttpTransportOptions {
  readonly signingSecret: string;
  readonly port: number;
  readonly host: string;
  /** Slack's time: a signature is good for five minutes. */
  readonly time: TimeOffset;
  /** The pages by which the app is installed in further workspaces. */
  readonly installing: Partial<HTTPReceiverOptions> | undefined;
  /** Called once it listens. */
  readonly connected: () => void;
  readonly log: Logger;
}

/** Slack calls us: `/slack/events`, signed; `/slack/install` and `/slack/oauth_redirect` for who installs the app. */
export class HttpTransport implements Transport {
  /** Not our receiver itself: bolt's App takes one that installs for its own affair. */
  readonly receiver: Receiver;
  readonly #port: number;
  readonly #host: string;
  readonly #connected: () => void;
  readonly #log: Logger;
  #listening: boolean = false;
  readonly #http: HTTPReceiver;

  constructor(options: HttpTransportOptions) {
    this.#port = options.port;
    this.#host = options.host;
    this.#connected = options.connected;
    this.#log = options.log;
    this.#http = new HTTPReceiver({
      signingSecret: options.signingSecret,
      // `onlySigned` did.
      signatureVerification: false,
      logger: slackLogger(this.#log),
      ...options.installing,
      // What is not stored is not acknowledged: Slack brings it again.
      processEventErrorHandler: async ({ error, response }) => {
        this.#log.warn(
          { err: error },
          "could not acknowledge an event of Slack, which Slack will send again",
        );
        response.writeHead(503).end();
        return true;
      },
    });
    this.#http.requestListener = onlySigned(this.#http.requestListener, options);
    this.receiver = {
      init: (app) => this.#http.init(app),
      start: async () => undefined,
      stop: async () => undefined,
    };
  }

  get connected(): boolean {
    return this.#listening;
  }

  async open(): Promise<void> {
    await this.#http.start({ port: this.#port, host: this.#host });
    this.#listening = true;
    this.#log.info({ port: this.#port, host: this.#host }, "listening for Slack");
    this.#connected();
  }

  async close(): Promise<void> {
    if (!this.#listening) return;
    this.#listening = false;
    await this.#http.stop();
  }
}
