import type { MessageView } from "@rapport/slack-emulator";
import { z } from "zod";
import { type Shown, STOP } from "../chat.ts";

const Markdown = z.object({ type: z.literal("markdown"), text: z.string() });

/** What a message shows, without its buttons. */
function textOf({ blocks, text }: MessageView): string {
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

/** `canBeStopped`: Slack shows its own Stop in the thread. */
export function shown(message: MessageView, { canBeStopped }: { readonly canBeStopped: boolean }): Shown {
  const { channelId, ts, threadTs, author, ephemeral, stream } = message;
  const isStreaming = stream?.state === "in_progress";
  const labels = buttonsOf(message).map(({ label }) => label);
  const buttons = isStreaming && canBeStopped ? [...labels, STOP] : labels;
  return {
    id: ts,
    place: placeOf(channelId, threadTs),
    author: author.name,
    isBot: author.isApp,
    text: textOf(message),
    isPrivate: ephemeral,
    buttons,
    state: isStreaming || buttons.includes(STOP) ? "growing" : "whole",
  };
}

/** A thread is its channel and its root, as stories never read it. */
export const placeOf = (channel: string, thread?: string): string =>
  thread === undefined ? channel : `${channel}/${thread}`;

export function spotOf(place: string): { readonly channel: string; readonly thread: string | undefined } {
  const [channel = "", thread] = place.split("/");
  return { channel, thread };
}
