import { z } from "zod";
import type { Place } from "../../../core/domain/model.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { storedTarget } from "../../shared/messages/stored-target.ts";
import { isDirect, placeIdOf } from "../ids.ts";
import { linkTo, type Workspace } from "../workspaces/workspaces.ts";

/** Where an answer goes, as it lies in the database with the event. */
const where = {
  team: z.string(),
  channel: z.string(),
  /** The thread that is spoken in, if it is one. */
  thread: z.string().optional(),
  /** Who did what is answered, and the workspace they are of. */
  person: z.string(),
  personTeam: z.string(),
};

const MessageTarget = z.object({
  via: z.literal("message"),
  ...where,
  /** What is answered; what we post comes after it, in its thread. */
  message: z.string(),
  /** What the session in its thread is called, if this message is the first that says something. */
  title: z.string().optional(),
});

const InteractionTarget = z.object({
  via: z.literal("interaction"),
  ...where,
  /** Opens a form, once, within three seconds of `at`. */
  trigger: z.string().optional(),
  /** Takes five answers within half an hour of `at`. */
  responseUrl: z.string().optional(),
  /** When it arrived, by our own clock. */
  at: z.number(),
  /** It was a button of a message, or of the App Home. */
  isButton: z.boolean().optional(),
  /** It was pressed on the App Home, which then shows what became of it. */
  onHome: z.boolean().optional(),
});
export type InteractionTarget = z.infer<typeof InteractionTarget>;

const SlackTarget = z.discriminatedUnion("via", [MessageTarget, InteractionTarget]);
export type SlackTarget = z.infer<typeof SlackTarget>;

export const { readTarget, writeTarget } = storedTarget(SlackTarget);

/** A channel, a thread of it, or a thread of somebody's direct messages. A thread is called as it began. */
export function placeOf(
  workspace: Pick<Workspace, "team" | "url">,
  { channel, thread, name }: { channel: string; thread?: string | undefined; name?: string | undefined },
): Place {
  const { team } = workspace;
  const kind = isDirect(channel) ? "direct" : thread === undefined ? "channel" : "thread";
  return {
    id: placeIdOf({ team, channel, thread }),
    platform: "slack",
    tenant: team,
    kind,
    ...(thread !== undefined && { parent: placeIdOf({ team, channel }) }),
    ...(name !== undefined && { name }),
    mention:
      thread === undefined
        ? `<#${channel}>`
        : `[${sentences.platform.thread}](${linkTo(workspace, channel, thread)})`,
  };
}
