import type { Method } from "./methods.ts";

/** One call of a method of Slack's Web API, as the bot of one workspace. */
export interface ApiRequest {
  readonly team: string;
  readonly method: Method;
  readonly args: Readonly<Record<string, unknown>>;
  /** The channel whose limit it counts against: one that is full holds back no other. */
  readonly channel?: string | undefined;
  /** False when a second one would do the work twice: then nothing but us repeats it. */
  readonly repeatable?: boolean;
  /** False when being asked to slow down is answer enough. */
  readonly patient?: boolean;
}

/** Calls Slack and gives its answer. Throws Refusal or Outage, nothing else, and within its own deadline. */
export type SlackApi = (ask: ApiRequest) => Promise<unknown>;

/** Answers to the address that came with a command or a click. Throws Refusal or Outage. */
export type Respond = (url: string, body: object) => Promise<void>;

/** Brings the bytes of a file to the address that Slack gave for them. Throws Refusal or Outage. */
export type Upload = (
  url: string,
  file: { readonly contentType: string; readonly text: string },
) => Promise<void>;
