import { createHmac, randomUUID } from "node:crypto";
import { isObject } from "../wire.ts";
import type { World } from "../world/world.ts";
import { ACKNOWLEDGE_WITHIN_MS, type Envelope, type Outcome, type Transport } from "./delivery.ts";

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly noRetry: boolean;
}

/** The app is called at its request URL, signed with its signing secret. */
export class HttpDelivery implements Transport {
  readonly #world: World;
  readonly #url: string;
  readonly #secret: string;

  constructor(world: World, url: string, secret: string) {
    this.#world = world;
    this.#url = url;
    this.#secret = secret;
  }

  async send(envelope: Envelope): Promise<Outcome> {
    const isRetry = envelope.attempt > 0;
    const answer = await this.post(bodyOf(envelope), contentType(envelope), {
      ...(isRetry && {
        "x-slack-retry-num": String(envelope.attempt),
        "x-slack-retry-reason": envelope.retryReason,
      }),
    });
    if (typeof answer === "string") return { acknowledged: false, reason: answer };
    if (answer.status === 200) return { acknowledged: true, payload: payloadOf(answer.text) };
    return { acknowledged: false, reason: "http_error", isFinal: answer.noRetry };
  }

  /** Asks the app to show that the URL is its own, as Slack does when it is entered. */
  async verify(): Promise<boolean> {
    const challenge = randomUUID();
    const body = JSON.stringify({ token: "sandbox", challenge, type: "url_verification" });
    const answer = await this.post(body, "application/json");
    if (typeof answer === "string" || answer.status !== 200) return false;
    const echoed = payloadOf(answer.text);
    return isObject(echoed) && (echoed.challenge === challenge || echoed.text === challenge);
  }

  /** Slack's check of the certificate: a form with nothing else in it. */
  async checkSsl(): Promise<boolean> {
    const answer = await this.post("ssl_check=1&token=sandbox", "application/x-www-form-urlencoded");
    return typeof answer !== "string" && answer.status === 200;
  }

  /** The answer, or why there was none in three seconds. */
  async post(
    body: string,
    type: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer | "http_timeout" | "connection_failed"> {
    const timestamp = String(Math.floor(this.#world.clock.now() / 1000));
    const signature = createHmac("sha256", this.#secret).update(`v0:${timestamp}:${body}`).digest("hex");
    const tooLate = new AbortController();
    const answered = new AbortController();
    const stop = () => answered.abort();
    this.#world.stopping.addEventListener("abort", stop, { once: true });
    const deadline = this.#world.clock
      .sleep(ACKNOWLEDGE_WITHIN_MS, answered.signal)
      .then(() => tooLate.abort());
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        body,
        headers: {
          "content-type": type,
          "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
          "x-slack-request-timestamp": timestamp,
          "x-slack-signature": `v0=${signature}`,
          ...headers,
        },
        signal: tooLate.signal,
      });
      const noRetry = response.headers.get("x-slack-no-retry") === "1";
      return { status: response.status, text: await response.text(), noRetry };
    } catch {
      // Whatever fetch says: it was too slow, or it was not there. Both are told to the caller.
      return tooLate.signal.aborted ? "http_timeout" : "connection_failed";
    } finally {
      this.#world.stopping.removeEventListener("abort", stop);
      answered.abort();
      await deadline;
    }
  }
}

/** Events are JSON, commands a form, interactions a form with JSON in it. */
function bodyOf({ type, payload }: Envelope): string {
  if (type === "events_api") return JSON.stringify(payload);
  if (type === "interactive") return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return new URLSearchParams(
    Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
}

function contentType({ type }: Envelope): string {
  return type === "events_api" ? "application/json" : "application/x-www-form-urlencoded";
}

function payloadOf(text: string): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return { text };
    throw error;
  }
}
