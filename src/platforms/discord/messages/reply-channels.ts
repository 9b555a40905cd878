import { ChannelType } from "discord-api-types/v10";
import type { MessageId } from "../../../core/domain/model.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type {
  IdempotencyKey,
  OutgoingMessage,
  ReplyChannel,
  ReplyTarget,
} from "../../../core/ports/platform.ts";
import type { Self } from "../guild/directory.ts";
import { isHelpedByWebhook } from "../guild/post-permission.ts";
import type { Acknowledgements } from "../interactions/acknowledgements.ts";
import { createInteractionReplies } from "../interactions/replies.ts";
import type { DiscordApi } from "../rest/api.ts";
import { type PlatformRejection, translateErrors } from "../rest/errors.ts";
import { createThreads } from "../threads.ts";
import { openDirectMessages, postInDirectMessages } from "./direct-messages.ts";
import { withoutMentions } from "./encode-message.ts";
import { createPosting, type PostLocation } from "./posting.ts";
import {
  type DiscordTarget,
  isThreadType,
  type MessageTarget,
  opensThreads,
  readTarget,
} from "./reply-target.ts";
import { createWebhooks } from "./webhooks.ts";

/** Opens the way to a stored target. What is remembered between targets only spares questions. */
export function createReplyChannels(services: {
  api: DiscordApi;
  whoAmI: () => Promise<Self>;
  /** What is known to be refused before it is tried. */
  refusal: (target: DiscordTarget) => PlatformRejection | undefined;
  acknowledgements: Acknowledgements;
  clock: Clock;
  log: Logger;
}): (target: ReplyTarget) => ReplyChannel {
  const { api, whoAmI } = services;
  const webhooks = createWebhooks({ ...services, application: async () => (await whoAmI()).application });
  const posting = createPosting({ api, webhooks, log: services.log });
  const replies = createInteractionReplies({ ...services, posting });
  const threads = createThreads({ api, posting });

  return (stored) => {
    const target = readTarget(stored);
    const isAlone = target.via === "interaction" && target.direct !== undefined;
    return {
      post: (given, idempotencyKey) =>
        translateErrors(() => {
          const message = restrictToAudience(given, target);
          return target.via === "interaction"
            ? replies.post(target, message, idempotencyKey)
            : postInPlace(target, message, idempotencyKey);
        }),
      edit: (id, given, key) =>
        translateErrors(() => {
          const message = restrictToAudience(given, target);
          return target.via === "interaction"
            ? replies.edit(target, id, message, key)
            : posting.edit(locationOf(target), id, message, key);
        }),
      throwIfClosed: () => translateErrors(() => refuseIfClosed(target)),
      // Others see who types.
      ...(!isAlone && { typing: () => translateErrors(() => type(target)) }),
      ...(threads.canOpen(target) &&
        !isAlone && { openThread: (draft) => translateErrors(() => threads.open(target, draft)) }),
      openDirectMessages: (draft) =>
        translateErrors(() => openDirectMessages({ api, posting, answer: replies.post }, target, draft)),
      ...formOpener(target),
    };
  };

  async function refuseIfClosed(target: DiscordTarget): Promise<void> {
    const refusal = services.refusal(target);
    if (!refusal) return;
    const { channel, channelType, parent } = target;
    const home = isThreadType(channelType) ? parent : channel;
    if (isHelpedByWebhook(refusal) && home !== undefined && (await webhooks.of(home))) return;
    throw refusal;
  }

  async function type({ channel }: DiscordTarget): Promise<void> {
    await api({ method: "POST", path: `/channels/${channel}/typing` });
  }

  function postInPlace(
    target: MessageTarget,
    message: OutgoingMessage,
    idempotencyKey: IdempotencyKey,
  ): Promise<MessageId> {
    const place = locationOf(target);
    return message.confidential && target.guild !== undefined
      ? postInDirectMessages({ api, posting }, { target, place }, message, idempotencyKey)
      : posting.post(place, message, idempotencyKey);
  }

  function formOpener(target: DiscordTarget): Pick<ReplyChannel, "openForm"> {
    if (target.via !== "interaction" || !replies.takesForm(target)) return {};
    return { openForm: (form) => translateErrors(() => replies.openForm(target, form)) };
  }
}

/** What is for one person is seen by nobody else, and no mention lets anybody into a private thread. */
function restrictToAudience(message: OutgoingMessage, target: DiscordTarget): OutgoingMessage {
  const isAlone = target.via === "interaction" && target.direct !== undefined;
  const isPrivate = target.channelType === ChannelType.PrivateThread;
  return {
    ...message,
    ...(isAlone && { visibility: "private" }),
    ...(isPrivate && { text: withoutMentions(message.text) }),
  };
}

const locationOf = ({ channel, channelType, guild, parent, message }: MessageTarget): PostLocation => ({
  channel,
  channelType,
  guild,
  parent,
  after: message,
  // In a channel others talk in between; a thread and direct messages are one talk.
  ...(opensThreads(channelType) && { replyTo: message }),
});
