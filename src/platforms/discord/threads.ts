import { RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import type { OpenedThread, ThreadDraft } from "../../core/ports/platform.ts";
import { truncate } from "../../core/text/truncate.ts";
import { isWayClosed } from "../shared/unavailable.ts";
import { messageRefOf } from "./ids.ts";
import type { Posting } from "./messages/posting.ts";
import { type DiscordTarget, opensThreads, publicThreadIn, threadOf } from "./messages/reply-target.ts";
import type { DiscordApi } from "./rest/api.ts";
import { isRejected, refusedUntil } from "./rest/errors.ts";

export interface Threads {
  /** Whether threads can be opened where this happened. */
  canOpen(target: DiscordTarget): boolean;
  /** Opening it twice gives the same thread. */
  open(target: DiscordTarget, draft: ThreadDraft): Promise<OpenedThread>;
}

const NAME_LENGTH = 100;
const NAMELESS = "Conversation";

export function createThreads(services: { api: DiscordApi; posting: Posting }): Threads {
  const { api, posting } = services;

  async function open(target: DiscordTarget, draft: ThreadDraft): Promise<OpenedThread> {
    const name = truncate(draft.title.trim(), NAME_LENGTH) || NAMELESS;
    const root = target.via === "message" ? target.message : await postCard(target, draft);
    return openFrom(root, target, name);
  }

  /** An answer to a command may not bear a thread, so a message of its own does. */
  async function postCard(target: DiscordTarget, { opening, idempotencyKey }: ThreadDraft): Promise<string> {
    const spot = { ...target, after: startOf(target) };
    const card = await posting.post(spot, { text: opening, visibility: "public" }, idempotencyKey);
    return messageRefOf(card).message;
  }

  async function openFrom(root: string, target: DiscordTarget, name: string): Promise<OpenedThread> {
    try {
      await api({
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

  return {
    canOpen: ({ guild, channelType }) => guild !== undefined && opensThreads(channelType),
    open,
  };
}

/** All that we make in answer comes after it. */
const startOf = (target: DiscordTarget): string =>
  target.via === "message" ? target.message : target.interaction;
