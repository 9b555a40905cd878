import { z } from "zod";
import type { ModelMessage } from "../model/model.ts";
import { type ContentPart, type MessageRow, textOf } from "../store/messages.ts";

/** The context as a model reads it. Answers to approvals are not shown: their tools' returns follow. */
export function modelMessages(context: readonly MessageRow[]): readonly ModelMessage[] {
  return context.flatMap(seenBy);
}

function seenBy(message: MessageRow): readonly ModelMessage[] {
  switch (message.role) {
    case "system":
      return [{ role: "system", content: textOf(message) }];
    case "user":
    case "summary":
      return [withImages(message)];
    case "tool":
      return (message.tool_returns ?? []).map(({ tool_call_id, func_response }) => ({
        role: "tool",
        content: func_response,
        toolCallId: tool_call_id,
      }));
    case "assistant":
    case "approval":
      return message.approvals ? [] : [assistantMessage(message)];
  }
}

function assistantMessage(message: MessageRow): ModelMessage {
  const toolCalls = message.tool_calls.map((call) => ({
    id: call.id,
    name: call.function.name,
    arguments: call.function.arguments,
  }));
  const said: ModelMessage = { role: "assistant", content: textOf(message) };
  return toolCalls.length > 0 ? { ...said, toolCalls } : said;
}

function withImages(message: MessageRow): ModelMessage {
  const images = message.content.flatMap(imageUrl);
  const said: ModelMessage = { role: "user", content: textOf(message) };
  return images.length > 0 ? { ...said, images } : said;
}

const imageSource = z.union([
  z.object({ type: z.literal("base64"), media_type: z.string(), data: z.string() }),
  z.object({ type: z.literal("url"), url: z.string() }),
]);

function imageUrl(part: ContentPart): readonly string[] {
  const source = imageSource.safeParse(part.source).data;
  if (part.type !== "image" || !source) return [];
  return [source.type === "url" ? source.url : `data:${source.media_type};base64,${source.data}`];
}
