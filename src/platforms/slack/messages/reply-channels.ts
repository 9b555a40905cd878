import type { MessageId } from "../../../core/domain/model.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type {
  IdempotencyKey,
  OutgoingMessage,
  ReplyChannel,
  ReplyTarget,
} from "../../../core/ports/platform.ts";
import { sentences } from "../../../sentences/sentences.ts";
import type { AgentStatus } from "../agent-status.ts";
import type { AppHome } from "../app-home.ts";
import { isDirect } from "../ids.ts";
import type { Forms } from "../interactions/forms.ts";
import { createThreads } from "../threads.ts";
import type { Respond, SlackApi, Upload } from "../web-api/api.ts";
import { translateErrors } from "../web-api/errors.ts";
import type { Directory } from "../workspaces/directory.ts";
import type { Workspaces } from "../workspaces/workspaces.ts";
import type { AnswerStreams } from "./answer-streams.ts";
import { createFiles } from "./file-upload.ts";
import { createPosting } from "./posting.ts";
import { createPrivateReplies, replyLocation } from "./private-replies.ts";
import { readTarget, type SlackTarget } from "./reply-target.ts";

/** A file cannot be shown to one person in a channel: what is private goes to their direct messages. */
const canShareHere = ({ channel }: SlackTarget, { visibility }: OutgoingMessage): boolean =>
  visibility === "public" || isDirect(channel);

/** Opens the way to a stored target. What is remembered between targets only spares questions. */
export function createReplyChannels(services: {
  api: SlackApi;
  respond: Respond;
  upload: Upload;
  directory: Directory;
  workspaces: Workspaces;
  forms: Forms;
  home: AppHome;
  status: AgentStatus;
  streams: AnswerStreams;
  clock: Clock;
  log: Logger;
}): (target: ReplyTarget) => ReplyChannel {
  const { directory, forms, home, status } = services;
  const posting = createPosting(services);
  const replies = createPrivateReplies({ ...services, posting });
  const threads = createThreads({ ...services, posting });
  const files = createFiles(services);

  return (stored) => {
    const target = readTarget(stored);
    /** By their keys, texts whose files may still be on their way: they are not said again. */
    const said = new Map<string, MessageId>();
    return {
      post: (message, idempotencyKey) =>
        translateErrors(() => post(target, message, { ...idempotencyKey, said })),
      edit: (id, message) => translateErrors(() => posting.edit(id, message)),
      typing: () => translateErrors(() => status.begin(target)),
      stopTyping: async () => status.end(target),
      ...(threads.canOpen(target) && {
        openThread: (draft) => translateErrors(() => threads.open(target, draft)),
      }),
      openDirectMessages: (draft) => translateErrors(() => threads.openDirect(target, draft)),
      ...formOpener(target),
    };
  };

  async function post(
    target: SlackTarget,
    message: OutgoingMessage,
    { said, ...once }: IdempotencyKey & { readonly said: Map<string, MessageId> },
  ): Promise<MessageId> {
    if (target.via === "interaction") await forms.settle(target);
    const isApart = (message.files?.length ?? 0) > 0 && !canShareHere(target, message);
    const text = isApart ? `${message.text}\n${sentences.slack.fileDirectly}` : message.text;
    const id = said.get(once.key) ?? (await postText(target, { ...message, text }, once));
    said.set(once.key, id);
    if (message.files?.length) await shareFiles(target, message);
    if (target.via === "interaction" && target.onHome)
      await home.pressed({ team: target.team, user: target.person });
    return id;
  }

  function postText(
    target: SlackTarget,
    message: OutgoingMessage,
    idempotencyKey: IdempotencyKey,
  ): Promise<MessageId> {
    if (target.via === "interaction")
      return message.visibility === "private"
        ? replies.privately(target, message, idempotencyKey)
        : replies.publicly(target, message, idempotencyKey);
    if (message.visibility === "private" && !isDirect(target.channel))
      return replies.privately(target, message, idempotencyKey);
    return posting.post(replyLocation(target), message, idempotencyKey);
  }

  async function shareFiles(target: SlackTarget, message: OutgoingMessage): Promise<void> {
    const { team, person } = target;
    const spot = canShareHere(target, message)
      ? replyLocation(target)
      : { team, channel: await directory.directChannel(team, person) };
    await files.share(spot, message.files ?? []);
  }

  function formOpener(target: SlackTarget): Pick<ReplyChannel, "openForm"> {
    if (target.via !== "interaction" || !forms.takes(target)) return {};
    return { openForm: (form) => translateErrors(() => forms.open(target, form)) };
  }
}
