import { sentences } from "../../sentences/sentences.ts";
import type { Attachment, MessageEvent } from "../domain/model.ts";
import type { InputImage } from "../ports/agent/runs.ts";
import type { Logger } from "../ports/logger.ts";
import type { Platform } from "../ports/platform.ts";

/*
 * The limits of the providers behind Letta, the strictest of those known: Anthropic takes JPEG, PNG, GIF and WebP of
 * 5 MB each as base64, and 32 MB in one request (its page on vision, "General limits"). A conversation keeps its
 * images in context, so a turn brings few of them.
 */
const IMAGE_BYTES = 3_750_000;
const MAX_IMAGES = 4;

/** What goes to the model of one attachment: the image, or why it stays a name. */
type ImageResult = { readonly image: InputImage } | { readonly omitted: string };
export type ImageResults = ReadonlyMap<Attachment, ImageResult>;

const IMAGE_TYPE = /^image\//;

/** By the first bytes of a file: what a platform or a person calls it, a model need not take. */
const IMAGE_KINDS: readonly {
  readonly mediaType: string;
  readonly begins: string;
  readonly holds?: string;
}[] = [
  { mediaType: "image/png", begins: "\x89PNG\r\n\x1a\n" },
  { mediaType: "image/jpeg", begins: "\xff\xd8\xff" },
  { mediaType: "image/gif", begins: "GIF8" },
  { mediaType: "image/webp", begins: "RIFF", holds: "WEBP" },
];
const SIGNATURE_BYTES = 12;
const SUPPORTED_TYPES = new Set(IMAGE_KINDS.map(({ mediaType }) => mediaType));

/** Fetches the images of a turn. One that cannot be had never keeps the answer from coming. */
export async function fetchImages(
  events: readonly MessageEvent[],
  context: {
    readonly read: Platform["readAttachment"];
    readonly log: Logger;
    readonly signal: AbortSignal;
  },
): Promise<ImageResults> {
  const candidates = events.flatMap((event) =>
    event.attachments
      .filter(({ contentType }) => IMAGE_TYPE.test(contentType))
      .map((attachment) => ({ event, attachment })),
  );
  let wanted = 0;
  const results = candidates.map(async ({ event, attachment }): Promise<[Attachment, ImageResult]> => {
    const refusal = refusalOf(attachment);
    if (refusal !== undefined) return [attachment, { omitted: refusal }];
    wanted += 1;
    if (wanted > MAX_IMAGES) return [attachment, { omitted: sentences.agentInput.tooManyImages(MAX_IMAGES) }];
    return [attachment, await fetchImage(event, attachment, context)];
  });
  return new Map(await Promise.all(results));
}

function refusalOf({ contentType, bytes }: Attachment): string | undefined {
  if (!SUPPORTED_TYPES.has(contentType.split(";", 1)[0] ?? "")) return sentences.agentInput.wrongKindOfImage;
  return bytes > IMAGE_BYTES ? sentences.agentInput.tooLarge : undefined;
}

async function fetchImage(
  { id, message }: MessageEvent,
  attachment: Attachment,
  { read, log, signal }: Parameters<typeof fetchImages>[1],
): Promise<ImageResult> {
  const omitted = { omitted: sentences.agentInput.notFetched };
  if (!read) return omitted;
  try {
    const bytes = await read({ attachment, message, maxBytes: IMAGE_BYTES, signal });
    const mediaType = kindOf(bytes);
    return mediaType ? { image: { mediaType, bytes } } : { omitted: sentences.agentInput.notThatImage };
  } catch (err) {
    signal.throwIfAborted();
    log.warn({ event: id, err }, "could not fetch an image");
    return omitted;
  }
}

function kindOf(bytes: Uint8Array): string | undefined {
  const first = String.fromCharCode(...bytes.subarray(0, SIGNATURE_BYTES));
  const found = IMAGE_KINDS.find(
    ({ begins, holds = "" }) => first.startsWith(begins) && first.includes(holds),
  );
  return found?.mediaType;
}
