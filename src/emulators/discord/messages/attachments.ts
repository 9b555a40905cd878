import { invalidField, refuse } from "../rest/api-error.ts";
import type { AttachmentRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";

/** What a bot may upload where nobody pays for more [docs: per file 10 MiB]. */
const FILE_LIMIT_BYTES = 10 * 1024 * 1024;
const FILES_LIMIT = 10;

export interface UploadedFile {
  /** The n of `files[n]`. */
  readonly index: number;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

export interface ListedAttachment {
  readonly id: string;
  readonly filename?: string | null | undefined;
  readonly title?: string | null | undefined;
  readonly description?: string | null | undefined;
}

export interface ResolvedAttachments {
  readonly attachments: AttachmentRecord[];
  /** Stores what is new and drops what is gone; until then a refusal leaves everything as it was. */
  commit(): void;
}

/**
 * The attachments of a message after a create or an edit. `listed` names uploads by their index and older ones by
 * their id; an older one that is not listed is gone. Without a list the older ones stay.
 */
export function resolveAttachments(
  world: World,
  files: readonly UploadedFile[],
  listed: readonly ListedAttachment[] | undefined,
  present: readonly AttachmentRecord[] = [],
): ResolvedAttachments {
  if (files.some(({ bytes }) => bytes.length > FILE_LIMIT_BYTES)) throw refuse.entityTooLarge();
  for (const [position, { id }] of (listed ?? []).entries()) {
    const isKnown = present.some((one) => one.id === id) || files.some(({ index }) => String(index) === id);
    if (!isKnown) {
      throw invalidField(
        ["attachments", position],
        "ATTACHMENT_NOT_FOUND",
        `There is no file or attachment ${id}.`,
      );
    }
  }
  const kept = present.filter(({ id }) => listed === undefined || listed.some((one) => one.id === id));
  const added = files.map((file) => ({ file, record: recordOf(world, file, listed) }));
  if (kept.length + added.length > FILES_LIMIT) throw refuse.tooManyAttachments();
  return {
    attachments: [...kept, ...added.map(({ record }) => record)],
    commit() {
      for (const gone of present) if (!kept.includes(gone)) world.files.delete(gone.id);
      for (const { file, record } of added) world.files.set(record.id, file.bytes);
    },
  };
}

function recordOf(
  world: World,
  file: UploadedFile,
  listed: readonly ListedAttachment[] | undefined,
): AttachmentRecord {
  const described = listed?.find(({ id }) => id === String(file.index));
  return {
    id: world.ids.next(),
    filename: safeName(described?.filename ?? file.name),
    size: file.bytes.length,
    contentType: file.contentType,
    ...(described?.title && { title: described.title }),
    ...(described?.description && { description: described.description }),
  };
}

/** Discord keeps letters, digits, dots, dashes and underscores of a name; nothing in it is ever a path. */
function safeName(name: string): string {
  const base = name.split(/[\\/]/).at(-1) ?? "";
  return base.replace(/[^\p{L}\p{N}._-]+/gu, "_").slice(-260) || "unknown";
}
