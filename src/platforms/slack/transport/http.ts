import { HTTPReceiver, type HTTPReceiverOptions } from "@slack/bolt";
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
export function httpTransport(options: HttpTransportOptions): Transport {
  const { signingSecret, port, host, installing, connected, log } = options;
  let listening = false;
  const receiver = new HTTPReceiver({
    signingSecret,
    // `onlySigned` did.
    signatureVerification: false,
    logger: slackLogger(log),
    ...installing,
    // What is not stored is not acknowledged: Slack brings it again.
    processEventErrorHandler: async ({ error, response }) => {
      log.warn({ err: error }, "could not acknowledge an event of Slack, which Slack will send again");
      response.writeHead(503).end();
      return true;
    },
  });
  receiver.requestListener = onlySigned(receiver.requestListener, options);
  return {
    // Not the receiver itself: bolt's App takes one that installs for its own affair.
    receiver: {
      init: (app) => receiver.init(app),
      start: async () => undefined,
      stop: async () => undefined,
    },
    get connected() {
      return listening;
    },
    async open() {
      await receiver.start({ port, host });
      listening = true;
      log.info({ port, host }, "listening for Slack");
      connected();
    },
    async close() {
      if (!listening) return;
      listening = false;
      await receiver.stop();
    },
  };
}
