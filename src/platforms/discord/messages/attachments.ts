import { z } from "zod";
import { AppError } from "../../../core/domain/errors.ts";
import type { AttachmentRequest } from "../../../core/ports/platform.ts";
import { sentences } from "../../../sentences/sentences.ts";
import { fetchFile, ownFileAddress, readFileBody } from "../../shared/messages/read-file.ts";
import { messageRefOf } from "../ids.ts";
import type { DiscordApi } from "../rest/api.ts";
import { translateErrors } from "../rest/errors.ts";

/** Where Discord keeps files; an address elsewhere is not asked. */
const HOSTS = new Set(["cdn.discordapp.com", "media.discordapp.net"]);
/** Discord answers so for a link whose signature has expired. */
const STALE = new Set([401, 403, 404, 410]);

const Refetched = z.object({ attachments: z.array(z.object({ id: z.string(), url: z.string() })) });

interface FileServices {
  readonly api: DiscordApi;
  /** Another Discord than the real one serves its files itself. */
  readonly apiBase: string | undefined;
}

/**
 * Reads an attachment from Discord's file server. Its link is signed and expires after a day, so a turn that is late
 * asks for the message again, which carries a fresh one.
 */
export function readAttachment(
  { api, apiBase }: FileServices,
  asked: AttachmentRequest,
): Promise<Uint8Array> {
  const server = { platform: "Discord", hosts: (name: string) => HOSTS.has(name), apiBase };
  const fetchOwn = (address: string) => fetchFile(ownFileAddress(address, server), { signal: asked.signal });
  return translateErrors(async () => {
    const response = await fetchOwn(asked.attachment.url);
    if (!STALE.has(response.status)) return bytesOf(response, asked);
    await response.body?.cancel();
    return bytesOf(await fetchOwn(await freshUrl(api, asked)), asked);
  });
}

async function freshUrl(api: DiscordApi, { attachment, message }: AttachmentRequest): Promise<string> {
  const ref = messageRefOf(message);
  const path = `/channels/${ref.channel}/messages/${ref.message}` as const;
  const { attachments } = Refetched.parse(await api({ method: "GET", path, needs: "Read Message History" }));
  const found = attachments.find(({ id }) => id === attachment.id);
  if (!found) throw new AppError("not_found", sentences.discord.fileGone);
  return found.url;
}

async function bytesOf(response: Response, asked: AttachmentRequest): Promise<Uint8Array> {
  const { ok, status, body } = response;
  if (!ok || !body) {
    await body?.cancel();
    throw new AppError("not_found", sentences.discord.fileUnreadable, {
      message: `a file answered ${status}`,
    });
  }
  return readFileBody(body, asked);
}
