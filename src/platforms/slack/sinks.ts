import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { MessageId } from "../../core/model.ts";
import type { IdempotencyKey, OutgoingMessage, ReplyChannel, ReplyTarget } from "../../core/platform.ts";
import type { Api, Respond, Upload } from "./api.ts";
import type { Directory } from "./directory.ts";
import { inOurWords } from "./failure.ts";
import { createFiles } from "./files.ts";
import type { Forms } from "./forms.ts";
import type { Home } from "./home.ts";
import { isDirect } from "./ids.ts";
import { createPosting } from "./posting.ts";
import { createReplies, spotOf } from "./replies.ts";
import type { Status } from "./status.ts";
import type { Streams } from "./streams.ts";
import { readTarget, type SlackTarget } from "./target.ts";
import { createThreads } from "./threads.ts";
import type { Workspaces } from "./workspaces.ts";

const FILE_IS_APART = "_The file is in your direct messages with me._";

/** A file cannot be shown to one person in a channel: what is private goes to their direct messages. */
const canShareHere = ({ channel }: SlackTarget, { visibility }: OutgoingMessage): boolean =>
  visibility === "public" || isDirect(channel);

/** Opens the way to a stored target. What is remembered between targets only spares questions. */
export function createSinks(services: {
  api: Api;
  respond: Respond;
  upload: Upload;
  directory: Directory;
  workspaces: Workspaces;
  forms: Forms;
  home: Home;
  status: Status;
  streams: Streams;
  clock: Clock;
  log: Logger;
}): (target: ReplyTarget) => ReplyChannel {
  const { directory, forms, home, status } = services;
  const posting = createPosting(services);
  const replies = createReplies({ ...services, posting });
  const threads = createThreads({ ...services, posting });
  const files = createFiles(services);

  return (stored) => {
    const target = readTarget(stored);
    /** By their keys, texts whose files may still be on their way: they are not said again. */
    const said = new Map<string, MessageId>();
    return {
      post: (message, idempotencyKey) => inOurWords(() => post(target, message, { ...idempotencyKey, said })),
      edit: (id, message) => inOurWords(() => posting.edit(id, message)),
      typing: () => inOurWords(() => status.begin(target)),
      stopTyping: async () => status.end(target),
      ...(threads.canOpen(target) && {
        openThread: (draft) => inOurWords(() => threads.open(target, draft)),
      }),
      openDirectMessages: (draft) => inOurWords(() => threads.openDirect(target, draft)),
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
    const text = isApart ? `${message.text}\n${FILE_IS_APART}` : message.text;
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
    return posting.post(spotOf(target), message, idempotencyKey);
  }

  async function shareFiles(target: SlackTarget, message: OutgoingMessage): Promise<void> {
    const { team, person } = target;
    const spot = canShareHere(target, message)
      ? spotOf(target)
      : { team, channel: await directory.directChannel(team, person) };
    await files.share(spot, message.files ?? []);
  }

  function formOpener(target: SlackTarget): Pick<ReplyChannel, "openForm"> {
    if (target.via !== "interaction" || !forms.takes(target)) return {};
    return { openForm: (form) => inOurWords(() => forms.open(target, form)) };
  }
}
