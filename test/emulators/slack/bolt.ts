import { type SlackEmulator, type SlackEmulatorOptions, startSlackEmulator } from "@rapport/slack-emulator";
import { App, LogLevel, SocketModeReceiver } from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import { expect } from "vitest";

/** Without limits, which tests of something else would run into. */
export async function startQuickSlack(options: SlackEmulatorOptions = {}): Promise<SlackEmulator> {
  const slack = await startSlackEmulator(options);
  slack.limits.switchOff();
  return slack;
}

/** A real Web API client that reports every refusal at once. */
export function createWebClient(slack: SlackEmulator, token = slack.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.url,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    logger: silent,
  });
}

export const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

export interface RunningBolt {
  readonly app: App;
  readonly web: WebClient;
  stop(): Promise<void>;
}

/** A real bolt app over Socket Mode. `listen` adds its listeners before it starts. */
export async function startBolt(slack: SlackEmulator, listen: (app: App) => void): Promise<RunningBolt> {
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logger: silent,
    installerOptions: { clientOptions: { slackApiUrl: slack.url } },
  });
  const app = new App({
    token: slack.botToken,
    receiver,
    logger: silent,
    clientOptions: { slackApiUrl: slack.url },
    convoStore: false,
    // The tests want to see what comes back of the app's own doing.
    ignoreSelf: false,
  });
  listen(app);
  await app.start();
  await slack.sockets.whenConnected();
  return { app, web: createWebClient(slack), stop: async () => void (await app.stop()) };
}

export async function stopAndCheck(slack: SlackEmulator): Promise<void> {
  await slack.stop();
  expect(slack.crashes).toEqual([]);
}

/** Slack's name for what a call was refused with, and the reasons that it gave. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  return (await refusalDetails(call)).error;
}

export async function refusalDetails(call: Promise<unknown>): Promise<{
  readonly error: string;
  readonly messages: readonly string[];
  readonly data: Record<string, unknown>;
}> {
  try {
    await call;
  } catch (failure) {
    if (failure instanceof Error && "data" in failure && isRecord(failure.data)) {
      const { error, response_metadata: metadata } = failure.data;
      const messages =
        isRecord(metadata) && Array.isArray(metadata.messages) ? metadata.messages.map(String) : [];
      return { error: String(error), messages, data: failure.data };
    }
    throw failure;
  }
  throw new Error("It was accepted.");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Collects what listeners hear, and lets a test wait for what it wants, whether it came already or will. */
export class Heard<Item> {
  readonly items: Item[] = [];
  #checks: (() => void)[] = [];

  hear(item: Item): void {
    this.items.push(item);
    for (const check of [...this.#checks]) check();
  }

  /** The first that fits. */
  async first(wanted: (item: Item) => boolean): Promise<Item> {
    const [item] = await this.some(1, wanted);
    if (item === undefined) throw new Error("Nothing was heard.");
    return item;
  }

  /** So many that fit, oldest first. */
  some(count: number, wanted: (item: Item) => boolean): Promise<readonly Item[]> {
    return new Promise((resolve) => {
      const check = () => {
        const found = this.items.filter(wanted);
        if (found.length < count) return;
        this.#checks = this.#checks.filter((one) => one !== check);
        resolve(found);
      };
      this.#checks.push(check);
      check();
    });
  }
}
