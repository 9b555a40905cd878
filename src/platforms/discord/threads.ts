import { ChannelType, RESTJSONErrorCodes as Code } from "discord-api-types/v10";
import { z } from "zod";
import type { OpenedThread, PostOnce } from "../../core/platform.ts";
import type { Api } from "./api.ts";
import { isRefused, Outage } from "./failure.ts";
import { isAfter, messageRefOf } from "./ids.ts";
import type { Posting } from "./posting.ts";
import { type DiscordTarget, opensThreads, publicThreadIn, threadOf } from "./target.ts";
import { Snowflake } from "./wire.ts";

interface ThreadDraft {
  readonly title: string;
  readonly opening: string;
  readonly private: boolean;
  readonly once: PostOnce;
}

export interface Threads {
  /** Whether threads can be opened where this happened. */
  canOpen(target: DiscordTarget): boolean;
  /** Opening it twice gives the same thread. */
  open(target: DiscordTarget, draft: ThreadDraft): Promise<OpenedThread>;
}

const NAME_LENGTH = 100;
/** What remains of a character that was cut in two. */
const LONE_HALF = /[\uD800-\uDBFF]$/;
const NAMELESS = "Conversation";

const Thread = z.object({
  id: Snowflake,
  type: z.number(),
  name: z.string(),
  parent_id: z.string().nullish(),
  owner_id: z.string().nullish(),
});
const Active = z.object({ threads: z.array(Thread) });

export function createThreads(parts: {
  api: Api;
  posting: Posting;
  botUser: () => Promise<string>;
}): Threads {
  const { api, posting, botUser } = parts;

  async function open(target: DiscordTarget, draft: ThreadDraft): Promise<OpenedThread> {
    const name = draft.title.trim().slice(0, NAME_LENGTH).replace(LONE_HALF, "").trim() || NAMELESS;
    if (draft.private) return openPrivate(target, name, draft.once);
    const root = target.via === "message" ? target.message : await postCard(target, draft);
    return openFrom(root, target, name);
  }

  /** An answer to a command may not bear a thread, so a message of its own does. */
  async function postCard(target: DiscordTarget, { opening, once }: ThreadDraft): Promise<string> {
    const spot = { ...target, after: startOf(target) };
    const card = await posting.post(spot, { text: opening, visibility: "public" }, once);
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
      // A message has one thread, with the id of the message.
      if (!isRefused(error, Code.ThreadAlreadyCreatedForMessage)) throw error;
    }
    return threadOf(target, { id: root, type: publicThreadIn(target.channelType), name });
  }

  async function openPrivate(
    target: DiscordTarget,
    name: string,
    { again }: PostOnce,
  ): Promise<OpenedThread> {
    const earlier = again ? await findPrivate(target, name) : undefined;
    const id = earlier ?? (await createPrivate(target, name));
    await api({ method: "PUT", path: `/channels/${id}/thread-members/${target.person}` });
    return threadOf(target, { id, type: ChannelType.PrivateThread, name });
  }

  async function createPrivate(target: DiscordTarget, name: string): Promise<string> {
    try {
      const thread = await api({
        method: "POST",
        path: `/channels/${target.channel}/threads`,
        body: { name, type: ChannelType.PrivateThread, invitable: false },
        repeatable: false,
        needs: "Create Private Threads",
      });
      return Thread.parse(thread).id;
    } catch (error) {
      if (!(error instanceof Outage && error.mayHaveLanded)) throw error;
      const made = await findPrivate(target, name);
      if (made === undefined) throw error;
      return made;
    }
  }

  async function findPrivate(target: DiscordTarget, name: string): Promise<string | undefined> {
    const owner = await botUser();
    const { threads } = Active.parse(
      await api({ method: "GET", path: `/guilds/${target.guild}/threads/active` }),
    );
    return threads.find(
      (thread) =>
        thread.type === ChannelType.PrivateThread &&
        thread.name === name &&
        thread.parent_id === target.channel &&
        thread.owner_id === owner &&
        isAfter(thread.id, startOf(target)),
    )?.id;
  }

  return {
    canOpen: ({ guild, channelType }) => guild !== undefined && opensThreads(channelType),
    open,
  };
}

/** All that we make in answer comes after it. */
const startOf = (target: DiscordTarget): string =>
  target.via === "message" ? target.message : target.interaction;
