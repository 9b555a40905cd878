import type { MessageView } from "@rapport/slack-emulator";
import { z } from "zod";
import type { Shown } from "../chat.ts";
import { placeOf } from "./places.ts";

const Markdown = z.object({ type: z.literal("markdown"), text: z.string() });

/** What a message shows, without its buttons. */
export function textOf({ blocks, text }: MessageView): string {
  const written = blocks.flatMap((block) => Markdown.safeParse(block).data ?? []);
  return written.length > 0 ? written.map((each) => each.text).join("") : text;
}

const Actions = z.object({
  type: z.literal("actions"),
  elements: z.array(z.object({ action_id: z.string(), text: z.object({ text: z.string() }) })),
});

export const buttonsOf = ({ blocks }: MessageView) =>
  blocks
    .flatMap((block) => Actions.safeParse(block).data?.elements ?? [])
    .map(({ action_id, text }) => ({ id: action_id, label: text.text }));

/** What Slack's own Stop is called where the bot has none. */
export const SLACKS_STOP = "Stop";

interface Stopping {
  /** Slack shows its own Stop in the thread. */
  readonly canBeStopped: boolean;
  readonly stopLabel: string | undefined;
}

export function shown(message: MessageView, { canBeStopped, stopLabel }: Stopping): Shown {
  const { channelId, ts, threadTs, author, ephemeral, stream } = message;
  const isStreaming = stream?.state === "in_progress";
  const labels = buttonsOf(message).map(({ label }) => label);
  const buttons = isStreaming && canBeStopped ? [...labels, stopLabel ?? SLACKS_STOP] : labels;
  return {
    id: ts,
    place: placeOf(channelId, threadTs),
    author: author.name,
    isBot: author.isApp,
    text: textOf(message),
    isPrivate: ephemeral,
    buttons,
    state: isStreaming || (stopLabel !== undefined && buttons.includes(stopLabel)) ? "growing" : "whole",
  };
}
