import { z } from "zod";
import { SlackApiError } from "../http/api-error.ts";
import { flag, raw, text } from "../methods/arguments.ts";
import { needScope } from "../methods/method.ts";
import { checkMessageBlocks } from "../surfaces/block-kit.ts";
import { isObject, type JsonObject } from "../wire.ts";
import type { InstallationRecord, MessageRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";

/** Above this a post is cut off, with a warning [Slack's documentation]. */
const POST_CHARACTERS = 40_000;
/** Above this an update is refused [undocumented; reported for bots that edit long answers]. */
const UPDATE_CHARACTERS = 4_000;
export const MARKDOWN_CHARACTERS = 12_000;
const METADATA_BYTES = 16 * 1024;
const ATTACHMENTS = 100;

/** What chat.postMessage, chat.update and chat.postEphemeral have in common. */
export const contentArguments = z.object({
  channel: text,
  text: text.optional(),
  blocks: raw.optional(),
  attachments: raw.optional(),
  markdown_text: text.optional(),
  metadata: raw.optional(),
  mrkdwn: flag.optional(),
});

export const authorshipArguments = z.object({
  username: text.optional(),
  icon_emoji: text.optional(),
  icon_url: text.optional(),
});

type ContentArguments = z.output<typeof contentArguments>;

export interface Content {
  readonly text: string;
  readonly markdown: string | undefined;
  /** Undefined when they were not mentioned: an update keeps those that are there. */
  readonly blocks: Record<string, z.core.util.JSONType>[] | undefined;
  readonly attachments: Record<string, z.core.util.JSONType>[] | undefined;
  readonly metadata: Record<string, z.core.util.JSONType> | undefined;
  readonly warnings: readonly string[];
}

const jsonObjects = z.array(z.record(z.string(), z.json()));
const metadataSchema = z.object({
  event_type: z.string().min(1),
  event_payload: z.record(z.string(), z.json()),
});

export function readContent(world: World, args: ContentArguments, use: "post" | "update"): Content {
  const { markdown_text: markdown } = args;
  const hasOther = args.text !== undefined || args.blocks !== undefined;
  if (markdown !== undefined && hasOther) throw new SlackApiError("markdown_text_conflict");
  if ((markdown?.length ?? 0) > MARKDOWN_CHARACTERS) throw new SlackApiError("msg_too_long");
  const written = args.text ?? "";
  if (use === "update" && written.length > UPDATE_CHARACTERS) throw new SlackApiError("msg_too_long");
  const blocks = args.blocks === undefined ? undefined : readBlocks(world, args.blocks);
  const attachments = readAttachments(args.attachments);
  const isEmpty = [written, markdown, ...(blocks ?? []), ...(attachments ?? [])].every((one) => !one);
  if (isEmpty) throw new SlackApiError("no_text");
  return {
    text: markdown ?? written.slice(0, POST_CHARACTERS),
    markdown,
    blocks,
    attachments,
    metadata: readMetadata(args.metadata),
    warnings: written.length > POST_CHARACTERS ? ["message_truncated"] : [],
  };
}

export function readBlocks(world: World, given: unknown): Record<string, z.core.util.JSONType>[] {
  return jsonObjects.parse(checkMessageBlocks(world, given));
}

function readAttachments(given: unknown): Content["attachments"] {
  if (given === undefined) return undefined;
  const parsed = jsonObjects.safeParse(given);
  if (!parsed.success) throw new SlackApiError("invalid_attachments");
  if (parsed.data.length > ATTACHMENTS) throw new SlackApiError("too_many_attachments");
  return parsed.data;
}

export function readMetadata(given: unknown): Content["metadata"] {
  if (given === undefined) return undefined;
  // An empty object takes the metadata away.
  if (isObject(given) && Object.keys(given).length === 0) return {};
  const parsed = metadataSchema.safeParse(given);
  if (!parsed.success) throw new SlackApiError("invalid_metadata_format");
  if (Buffer.byteLength(JSON.stringify(parsed.data)) > METADATA_BYTES)
    throw new SlackApiError("metadata_too_large");
  return parsed.data;
}

/** A name and a face of its own, for who has the scope. */
export function readAuthorship(
  caller: InstallationRecord,
  args: z.output<typeof authorshipArguments>,
): Pick<MessageRecord, "username" | "iconEmoji" | "iconUrl"> {
  const { username, icon_emoji, icon_url } = args;
  if (username !== undefined || icon_emoji !== undefined || icon_url !== undefined) {
    needScope(caller, "chat:write.customize");
  }
  return {
    ...(username && { username }),
    ...(icon_emoji && { iconEmoji: icon_emoji }),
    ...(icon_url && !icon_emoji && { iconUrl: icon_url }),
  };
}

export function withWarnings(answer: JsonObject, warnings: readonly string[]): JsonObject {
  if (warnings.length === 0) return answer;
  return { ...answer, warning: warnings.join(","), response_metadata: { warnings } };
}
