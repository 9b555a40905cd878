import type { FileRecord, UserRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";

const TYPES: Readonly<Record<string, string>> = {
  txt: "text/plain",
  md: "text/markdown",
  json: "application/json",
  csv: "text/csv",
  png: "image/png",
  jpg: "image/jpeg",
  gif: "image/gif",
  pdf: "application/pdf",
};

function mimetypeOf(name: string): string {
  return TYPES[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";
}

/** A file that somebody is about to share. */
export function newFile(
  world: World,
  owner: Pick<UserRecord, "id" | "teamId">,
  file: { readonly name: string; readonly size: number; readonly mimetype?: string },
): FileRecord {
  const record: FileRecord = {
    id: world.ids.next("F"),
    teamId: owner.teamId,
    userId: owner.id,
    name: file.name,
    title: file.name,
    mimetype: file.mimetype ?? mimetypeOf(file.name),
    size: file.size,
    createdAt: world.clock.now(),
    isComplete: false,
    isUploaded: false,
    channelIds: [],
  };
  world.files.set(record.id, record);
  return record;
}

/** One that a person drops into the composer: it is whole at once. */
export function storeFile(
  world: World,
  owner: UserRecord,
  file: { readonly name: string; readonly data: Uint8Array; readonly mimetype?: string },
): FileRecord {
  const { name, data, mimetype } = file;
  const record = newFile(world, owner, { name, size: data.length, ...(mimetype && { mimetype }) });
  record.isUploaded = true;
  record.isComplete = true;
  world.contents.set(record.id, Buffer.from(data));
  return record;
}
