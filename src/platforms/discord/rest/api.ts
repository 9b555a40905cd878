/** One request to Discord's REST API. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: `/${string}`;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly files?: readonly { readonly name: string; readonly contentType: string; readonly data: string }[];
  /** False where the path holds a token already: webhooks and interactions. */
  readonly authorized?: boolean;
  /** A call of a channel's webhook: several of them go out at a time. */
  readonly byWebhook?: boolean;
  /** It has its room already: see WebhookCalls. */
  readonly hasRoom?: boolean;
  /** Left out, and undefined the answer, where its webhook has no more room than for so many others. */
  readonly keepsFree?: number | undefined;
  /** False when a second one would do the work twice: then nothing but us repeats it. */
  readonly repeatable?: boolean;
  /** The permission it needs, for the sentence that asks for it. */
  readonly needs?: string;
}

/**
 * Asks Discord and gives its answer, undefined for none. Throws Refusal or Outage, nothing else, and within
 * its own deadline.
 */
export type DiscordApi = (ask: ApiRequest) => Promise<unknown>;
