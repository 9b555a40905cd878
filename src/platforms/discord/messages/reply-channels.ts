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
import { InteractionReplies } from "../interactions/replies.ts";
import { spendButton } from "../interactions/spend-button.ts";
import type { DiscordApi } from "../rest/api.ts";
import { type PlatformRejection, translateErrors } from "../rest/errors.ts";
import type { WebhookCalls } from "../rest/webhook-calls.ts";
import { Threads } from "../threads.ts";
import { Webhooks } from "../webhooks/webhooks.ts";
import { openDirectMessages, postInDirectMessages } from "./direct-messages.ts";
import { withoutMentions } from "./encode-message.ts";
import type { PostLocation } from "./posted.ts";
import { Posting } from "./posting.ts";
import {
  type DiscordTarget,
  isThreadType,
  type MessageTarget,
  opensThreads,
  readTarget,
} from "./reply-target.ts";

/** Opens the way to a stored target. What is remembered between targets only spares questions. */
export class ReplyChannels {
  readonly #api: DiscordApi;
  readonly #refusal: (target: DiscordTarget) => PlatformRejection | undefined;
  readonly #webhooks: Webhooks;
  readonly #posting: Posting;
  readonly #replies: InteractionReplies;
  readonly #threads: Threads;
  readonly #spending: Parameters<typeof spendButton>[0];

  constructor(services: {
    api: DiscordApi;
    webhookCalls: WebhookCalls;
    webhookPostsAMinute?: number | undefined;
    whoAmI: () => Promise<Self>;
    /** What is known to be refused before it is tried. */
    refusal: (target: DiscordTarget) => PlatformRejection | undefined;
    acknowledgements: Acknowledgements;
    clock: Clock;
    log: Logger;
  }) {
    this.#api = services.api;
    this.#refusal = services.refusal;
    this.#spending = services;
    this.#webhooks = new Webhooks({
      ...services,
      calls: services.webhookCalls,
      postsAMinute: services.webhookPostsAMinute,
      application: async () => (await services.whoAmI()).application,
    });
    this.#posting = new Posting({ api: this.#api, webhooks: this.#webhooks, log: services.log });
    this.#replies = new InteractionReplies({ ...services, posting: this.#posting });
    this.#threads = new Threads({ api: this.#api, posting: this.#posting });
  }

  open(stored: ReplyTarget): ReplyChannel {
    const target = readTarget(stored);
    const isAlone = target.via === "interaction" && target.direct !== undefined;
    return {
      post: (given, idempotencyKey) =>
        translateErrors(() => {
          const message = restrictToAudience(given, target);
          return target.via === "interaction"
            ? this.#replies.post(target, message, idempotencyKey)
            : this.#postInPlace(target, message, idempotencyKey);
        }),
      edit: (id, given, key) =>
        translateErrors(() => {
          const message = restrictToAudience(given, target);
          return target.via === "interaction"
            ? this.#replies.edit(target, id, message, key)
            : this.#posting.edit(locationOf(target), id, message, key);
        }),
      throwIfClosed: () => translateErrors(() => this.#refuseIfClosed(target)),
      // Others see who types.
      ...(!isAlone && { typing: () => translateErrors(() => this.#type(target)) }),
      ...(this.#threads.canOpen(target) &&
        !isAlone && { openThread: (draft) => translateErrors(() => this.#threads.open(target, draft)) }),
      openDirectMessages: (draft) =>
        translateErrors(() =>
          openDirectMessages(
            {
              api: this.#api,
              posting: this.#posting,
              answer: (alone, message, key) => this.#replies.post(alone, message, key),
            },
            target,
            draft,
          ),
        ),
      ...(target.via === "interaction" &&
        target.acknowledgement === "update" && {
          spendButton: ({ command }) => spendButton(this.#spending, target, command),
        }),
      ...this.#formOpener(target),
    };
  }

  async #refuseIfClosed(target: DiscordTarget): Promise<void> {
    const refusal = this.#refusal(target);
    if (!refusal) return;
    const { channel, channelType, parent } = target;
    const home = isThreadType(channelType) ? parent : channel;
    if (isHelpedByWebhook(refusal) && home !== undefined && (await this.#webhooks.of(home)).length > 0)
      return;
    throw refusal;
  }

  async #type({ channel }: DiscordTarget): Promise<void> {
    await this.#api({ method: "POST", path: `/channels/${channel}/typing` });
  }

  #postInPlace(
    target: MessageTarget,
    message: OutgoingMessage,
    idempotencyKey: IdempotencyKey,
  ): Promise<MessageId> {
    const place = locationOf(target);
    return message.confidential && target.guild !== undefined
      ? postInDirectMessages(
          { api: this.#api, posting: this.#posting },
          { target, place },
          message,
          idempotencyKey,
        )
      : this.#posting.post(place, message, idempotencyKey);
  }

  #formOpener(target: DiscordTarget): Pick<ReplyChannel, "openForm"> {
    if (target.via !== "interaction" || !this.#replies.takesForm(target)) return {};
    return { openForm: (form) => translateErrors(() => this.#replies.openForm(target, form)) };
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
