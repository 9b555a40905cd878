import { createHmac, timingSafeEqual } from "node:crypto";
import type { AttachmentRecord } from "../world/records.ts";
import { snowflakeTime } from "../world/snowflake.ts";
import type { World } from "../world/world.ts";

/** Attachment links go stale after a day; a message that is read again carries fresh ones. */
const LINK_LIVES_MS = 24 * 60 * 60_000;

/** A link as Discord's CDN signs them: `ex` when it expires, `is` when it was issued (hex seconds), `hm` the mark. */
export function signedUrl(world: World, channelId: string, attachment: AttachmentRecord): string {
  const now = world.clock.now();
  const path = `/attachments/${channelId}/${attachment.id}/${encodeURIComponent(attachment.filename)}`;
  const expires = hexSeconds(now + LINK_LIVES_MS);
  const issued = hexSeconds(now);
  const mark = signature(world, path, expires, issued);
  return `${world.baseUrl}${path}?ex=${expires}&is=${issued}&hm=${mark}&`;
}

/** The file behind a link, when the link was signed here and is not stale. */
export function fileBehind(world: World, url: URL): Buffer | undefined {
  const expires = url.searchParams.get("ex") ?? "";
  const issued = url.searchParams.get("is") ?? "";
  const given = Buffer.from(url.searchParams.get("hm") ?? "");
  const right = Buffer.from(signature(world, url.pathname, expires, issued));
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  if (Number.parseInt(expires, 16) * 1000 <= world.clock.now()) return undefined;
  return world.files.get(url.pathname.split("/")[3] ?? "");
}

function signature(world: World, path: string, expires: string, issued: string): string {
  // The key must be the same after a restart and another in another world; it guards nothing but realism.
  const key = String(snowflakeTime(world.guild.id)) + world.guild.id;
  return createHmac("sha256", key).update(`${path} ${expires} ${issued}`).digest("hex");
}

function hexSeconds(ms: number): string {
  return Math.floor(ms / 1000).toString(16);
}
