import type { OpenedThread, ThreadDraft } from "../../core/ports/platform.ts";
import { messageRefOf } from "./ids.ts";
import type { Posting } from "./messages/posting.ts";
import { placeOf, type SlackTarget, writeTarget } from "./messages/reply-target.ts";
import { PlatformRejection } from "./web-api/errors.ts";
import type { Directory } from "./workspaces/directory.ts";
import type { Workspaces } from "./workspaces/workspaces.ts";

/** A thread in Slack is there as soon as somebody answers a message: that message is all it needs. */
export class Threads {
  readonly #posting: Posting;
  readonly #directory: Directory;
  readonly #workspaces: Workspaces;

  constructor(parts: {
    posting: Posting;
    directory: Directory;
    workspaces: Workspaces;
  }) {
    this.#posting = parts.posting;
    this.#directory = parts.directory;
    this.#workspaces = parts.workspaces;
  }

  /** Whether a thread can be opened where this happened. */
  canOpen({ thread }: SlackTarget): boolean {
    return thread === undefined;
  }

  /** Opening it twice gives the same thread. */
  async open(target: SlackTarget, draft: ThreadDraft): Promise<OpenedThread> {
    const root = target.via === "message" ? target.message : await this.#postRoot(target, draft);
    return this.#threadBelow(root, target, draft);
  }

  /** The same in the direct messages of who did what is answered. */
  async openDirect(target: SlackTarget, draft: ThreadDraft): Promise<OpenedThread> {
    const channel = await this.#directory.directChannel(target.team, target.person);
    const there = { ...target, channel };
    return this.#threadBelow(await this.#postRoot(there, draft), there, draft);
  }

  async #threadBelow(root: string, target: SlackTarget, draft: ThreadDraft): Promise<OpenedThread> {
    const { team, channel, person } = target;
    const workspace = await this.#workspaces.of(team);
    if (!workspace) throw new PlatformRejection("a thread", { code: "not_installed" });
    return {
      place: placeOf(workspace, { channel, thread: root, name: draft.title }),
      target: writeTarget({
        via: "message",
        team,
        channel,
        thread: root,
        person,
        personTeam: target.personTeam,
        message: root,
        // What a message is called it says itself, if it says anything.
        title: target.via === "message" ? target.title : draft.title,
      }),
    };
  }

  async #postRoot(
    { team, channel, person, personTeam }: SlackTarget,
    { opening, title, idempotencyKey }: ThreadDraft,
  ): Promise<string> {
    const message = { text: opening || title, visibility: "public" } as const;
    const root = await this.#posting.post({ team, channel, person, personTeam }, message, idempotencyKey);
    return messageRefOf(root).ts;
  }
}
