import type { Picture } from "./agents.ts";
import type { Logger } from "./logger.ts";
import type { Attachment, MessageEvent } from "./model.ts";
import type { Platform } from "./platform.ts";

/*
 * The limits of the providers behind Letta, the strictest of those known: Anthropic takes JPEG, PNG, GIF and WebP of
 * 5 MB each as base64, and 32 MB in one request (its page on vision, "General limits"). A conversation keeps its
 * pictures in context, so a turn brings few of them.
 */
const PICTURE_BYTES = 3_750_000;
const PICTURES = 4;

/** What goes to the model of one attachment: the picture, or why it stays a name. */
type Look = { readonly picture: Picture } | { readonly unseen: string };
export type Looks = ReadonlyMap<Attachment, Look>;

const SHOULD_BE = /^image\//;

/** By the first bytes of a file: what a platform or a person calls it, a model need not take. */
const KINDS: readonly { readonly mediaType: string; readonly begins: string; readonly holds?: string }[] = [
  { mediaType: "image/png", begins: "\x89PNG\r\n\x1a\n" },
  { mediaType: "image/jpeg", begins: "\xff\xd8\xff" },
  { mediaType: "image/gif", begins: "GIF8" },
  { mediaType: "image/webp", begins: "RIFF", holds: "WEBP" },
];
const SIGNATURE_BYTES = 12;
const TAKEN = new Set(KINDS.map(({ mediaType }) => mediaType));

/** Fetches the pictures of a turn. One that cannot be had never keeps the answer from coming. */
export async function lookAt(
  events: readonly MessageEvent[],
  looking: {
    readonly read: Platform["readAttachment"];
    readonly log: Logger;
    readonly signal: AbortSignal;
  },
): Promise<Looks> {
  const pictures = events.flatMap((event) =>
    event.attachments
      .filter(({ contentType }) => SHOULD_BE.test(contentType))
      .map((attachment) => ({ event, attachment })),
  );
  let wanted = 0;
  const looks = pictures.map(async ({ event, attachment }): Promise<[Attachment, Look]> => {
    const refusal = refusalOf(attachment);
    if (refusal !== undefined) return [attachment, { unseen: refusal }];
    wanted += 1;
    if (wanted > PICTURES)
      return [attachment, { unseen: `only ${PICTURES} pictures at once can be shown to you` }];
    return [attachment, await look(event, attachment, looking)];
  });
  return new Map(await Promise.all(looks));
}

function refusalOf({ contentType, bytes }: Attachment): string | undefined {
  if (!TAKEN.has(contentType.split(";", 1)[0] ?? "")) return "pictures of this kind cannot be shown to you";
  return bytes > PICTURE_BYTES ? "too large to be shown to you" : undefined;
}

async function look(
  { id, message }: MessageEvent,
  attachment: Attachment,
  { read, log, signal }: Parameters<typeof lookAt>[1],
): Promise<Look> {
  const unseen = { unseen: "it could not be fetched, so you cannot see it" };
  if (!read) return unseen;
  try {
    const bytes = await read({ attachment, message, maxBytes: PICTURE_BYTES, signal });
    const mediaType = kindOf(bytes);
    return mediaType
      ? { picture: { mediaType, bytes } }
      : { unseen: "it is not the picture it claims to be" };
  } catch (err) {
    signal.throwIfAborted();
    log.warn({ event: id, err }, "could not fetch a picture");
    return unseen;
  }
}

function kindOf(bytes: Uint8Array): string | undefined {
  const first = String.fromCharCode(...bytes.subarray(0, SIGNATURE_BYTES));
  const found = KINDS.find(({ begins, holds = "" }) => first.startsWith(begins) && first.includes(holds));
  return found?.mediaType;
}
