import { RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import type { OpenedThread, ThreadDraft } from "../../core/ports/platform.ts";
import { truncate } from "../../core/text/truncate.ts";
import { isWayClosed } from "../shared/unavailable.ts";
import { messageRefOf } from "./ids.ts";
import type { Posting } from "./messages/posting.ts";
import { type DiscordTarget, opensThreads, publicThreadIn, threadOf } from "./messages/reply-target.ts";
import type { DiscordApi } from "./rest/api.ts";
import { isRejected, refusedUntil } from "./rest/errors.ts";

const NAME_LENGTH = 100;
const NAMELESS = "Conversation";

export class Threads {
  readonly #api: DiscordApi;
  readonly #posting: Posting;

  constructor(services: { api: DiscordApi; posting: Posting }) {
    this.#api = services.api;
    this.#posting = services.posting;
  }

  /** Whether threads can be opened where this happened. */
  canOpen({ guild, channelType }: DiscordTarget): boolean {
    return guild !== undefined && opensThreads(channelType);
  }

  /** Opening it twice gives the same thread. */
  async open(target: DiscordTarget, draft: ThreadDraft): Promise<OpenedThread> {
    const name = truncate(draft.title.trim(), NAME_LENGTH) || NAMELESS;
    const root = target.via === "message" ? target.message : await this.#postCard(target, draft);
    return this.#openFrom(root, target, name);
  }

  /** An answer to a command may not bear a thread, so a message of its own does. */
  async #postCard(target: DiscordTarget, { opening, idempotencyKey }: ThreadDraft): Promise<string> {
    const spot = { ...target, after: startOf(target) };
    const card = await this.#posting.post(spot, { text: opening, visibility: "public" }, idempotencyKey);
    return messageRefOf(card).message;
  }

  async #openFrom(root: string, target: DiscordTarget, name: string): Promise<OpenedThread> {
    try {
      await this.#api({
        method: "POST",
        path: `/channels/${target.channel}/messages/${root}/threads`,
        body: { name },
        needs: "Create Public Threads",
      });
    } catch (error) {
      // Who asked is answered in the channel.
      if (isWayClosed(error)) throw refusedUntil(error);
      // A message has one thread, with the id of the message.
      if (!isRejected(error, Code.ThreadAlreadyCreatedForMessage)) throw error;
    }
    return threadOf(target, { id: root, type: publicThreadIn(target.channelType), name });
  }
}

/** All that we make in answer comes after it. */
const startOf = (target: DiscordTarget): string =>
  target.via === "message" ? target.message : target.interaction;
