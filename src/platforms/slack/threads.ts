import type { OpenedThread, ThreadDraft } from "../../core/ports/platform.ts";
import { messageRefOf } from "./ids.ts";
import type { Posting } from "./messages/posting.ts";
import { placeOf, type SlackTarget, writeTarget } from "./messages/reply-target.ts";
import { PlatformRejection } from "./web-api/errors.ts";
import type { Directory } from "./workspaces/directory.ts";
import type { Workspaces } from "./workspaces/workspaces.ts";

export interface Threads {
  /** Whether a thread can be opened where this happened. */
  canOpen(target: SlackTarget): boolean;
  /** Opening it twice gives the same thread. */
  open(target: SlackTarget, draft: ThreadDraft): Promise<OpenedThread>;
  /** The same in the direct messages of who did what is answered. */
  openDirect(target: SlackTarget, draft: ThreadDraft): Promise<OpenedThread>;
}

/** A thread in Slack is there as soon as somebody answers a message: that message is all it needs. */
export function createThreads(parts: {
  posting: Posting;
  directory: Directory;
  workspaces: Workspaces;
}): Threads {
  const { posting, directory, workspaces } = parts;

  async function open(target: SlackTarget, draft: ThreadDraft): Promise<OpenedThread> {
    const root = target.via === "message" ? target.message : await postRoot(target, draft);
    return threadBelow(root, target, draft);
  }

  async function openDirect(target: SlackTarget, draft: ThreadDraft): Promise<OpenedThread> {
    const channel = await directory.directChannel(target.team, target.person);
    const there = { ...target, channel };
    return threadBelow(await postRoot(there, draft), there, draft);
  }

  async function threadBelow(root: string, target: SlackTarget, draft: ThreadDraft): Promise<OpenedThread> {
    const { team, channel, person } = target;
    const workspace = await workspaces.of(team);
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

  async function postRoot(
    { team, channel, person, personTeam }: SlackTarget,
    { opening, title, idempotencyKey }: ThreadDraft,
  ): Promise<string> {
    const message = { text: opening || title, visibility: "public" } as const;
    const root = await posting.post({ team, channel, person, personTeam }, message, idempotencyKey);
    return messageRefOf(root).ts;
  }

  return {
    canOpen: ({ thread }) => thread === undefined,
    open,
    openDirect,
  };
}
