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
import { Threads } from "../threads.ts";
import type { Respond, SlackApi, Upload } from "../web-api/api.ts";
import { translateErrors } from "../web-api/errors.ts";
import type { Directory } from "../workspaces/directory.ts";
import type { Workspaces } from "../workspaces/workspaces.ts";
import type { AnswerStreams } from "./answer-streams.ts";
import { Files } from "./file-upload.ts";
import { Posting } from "./posting.ts";
import { PrivateReplies, replyLocation } from "./private-replies.ts";
import { readTarget, type SlackTarget } from "./reply-target.ts";

/** A file cannot be shown to one person in a channel: what is private goes to their direct messages. */
const canShareHere = ({ channel }: SlackTarget, { visibility }: OutgoingMessage): boolean =>
  visibility === "public" || isDirect(channel);

/** Opens the way to a stored target. What is remembered between targets only spares questions. */
export class ReplyChannels {
  readonly #directory: Directory;
  readonly #forms: Forms;
  readonly #home: AppHome;
  readonly #status: AgentStatus;
  readonly #posting: Posting;
  readonly #replies: PrivateReplies;
  readonly #threads: Threads;
  readonly #files: Files;

  constructor(services: {
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
  }) {
    this.#directory = services.directory;
    this.#forms = services.forms;
    this.#home = services.home;
    this.#status = services.status;
    this.#posting = new Posting(services);
    this.#replies = new PrivateReplies({ ...services, posting: this.#posting });
    this.#threads = new Threads({ ...services, posting: this.#posting });
    this.#files = new Files(services);
  }

  open(stored: ReplyTarget): ReplyChannel {
    const target = readTarget(stored);
    /** By their keys, texts whose files may still be on their way: they are not said again. */
    const said = new Map<string, MessageId>();
    return {
      post: (message, idempotencyKey) =>
        translateErrors(() => this.#post(target, message, { ...idempotencyKey, said })),
      edit: (id, message) => translateErrors(() => this.#posting.edit(id, message)),
      typing: () => translateErrors(() => this.#status.begin(target)),
      stopTyping: async ({ isRetry }) => this.#status.end(target, { isRetry }),
      ...(this.#threads.canOpen(target) && {
        openThread: (draft) => translateErrors(() => this.#threads.open(target, draft)),
      }),
      openDirectMessages: (draft) => translateErrors(() => this.#threads.openDirect(target, draft)),
      ...(target.via === "interaction" &&
        target.isButton &&
        !target.onHome && {
          spendButton: async ({ isOnly }) => (isOnly ? this.#replies.removePressed(target) : undefined),
        }),
      ...this.#formOpener(target),
    };
  }

  async #post(
    target: SlackTarget,
    message: OutgoingMessage,
    { said, ...once }: IdempotencyKey & { readonly said: Map<string, MessageId> },
  ): Promise<MessageId> {
    if (target.via === "interaction") await this.#forms.settle(target);
    const isApart = (message.files?.length ?? 0) > 0 && !canShareHere(target, message);
    const text = isApart ? `${message.text}\n${sentences.slack.fileDirectly}` : message.text;
    const id = said.get(once.key) ?? (await this.#postText(target, { ...message, text }, once));
    said.set(once.key, id);
    if (message.files?.length) await this.#shareFiles(target, message);
    if (target.via === "interaction" && target.onHome)
      await this.#home.pressed({ team: target.team, user: target.person });
    return id;
  }

  #postText(
    target: SlackTarget,
    message: OutgoingMessage,
    idempotencyKey: IdempotencyKey,
  ): Promise<MessageId> {
    if (target.via === "interaction")
      return message.visibility === "private"
        ? this.#replies.privately(target, message, idempotencyKey)
        : this.#replies.publicly(target, message, idempotencyKey);
    if (message.visibility === "private" && !isDirect(target.channel))
      return this.#replies.privately(target, message, idempotencyKey);
    return this.#posting.post(replyLocation(target), message, idempotencyKey);
  }

  async #shareFiles(target: SlackTarget, message: OutgoingMessage): Promise<void> {
    const { team, person } = target;
    const spot = canShareHere(target, message)
      ? replyLocation(target)
      : { team, channel: await this.#directory.directChannel(team, person) };
    await this.#files.share(spot, message.files ?? []);
  }

  #formOpener(target: SlackTarget): Pick<ReplyChannel, "openForm"> {
    if (target.via !== "interaction" || !this.#forms.takes(target)) return {};
    return { openForm: (form) => translateErrors(() => this.#forms.open(target, form)) };
  }
}
