import { z } from "zod";
import { AppError } from "../../../core/domain/errors.ts";
import type { AttachmentRequest, Platform } from "../../../core/ports/platform.ts";
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

/**
 * Reads attachments from Discord's file server. Their links are signed and expire after a day, so a turn that is late
 * asks for the message again, which carries fresh ones.
 */
export function createReadAttachment(services: {
  api: DiscordApi;
  /** Another Discord than the real one serves its files itself. */
  apiBase: string | undefined;
}): NonNullable<Platform["readAttachment"]> {
  const { api, apiBase } = services;
  const server = { platform: "Discord", hosts: (name: string) => HOSTS.has(name), apiBase };
  const fetchOwn = (address: string, signal: AbortSignal) =>
    fetchFile(ownFileAddress(address, server), { signal });

  return (asked) =>
    translateErrors(async () => {
      const response = await fetchOwn(asked.attachment.url, asked.signal);
      if (!STALE.has(response.status)) return bytesOf(response, asked);
      await response.body?.cancel();
      return bytesOf(await fetchOwn(await freshUrl(asked), asked.signal), asked);
    });

  async function freshUrl({ attachment, message }: AttachmentRequest): Promise<string> {
    const ref = messageRefOf(message);
    const path = `/channels/${ref.channel}/messages/${ref.message}` as const;
    const { attachments } = Refetched.parse(
      await api({ method: "GET", path, needs: "Read Message History" }),
    );
    const found = attachments.find(({ id }) => id === attachment.id);
    if (!found) throw new AppError("not_found", sentences.discord.fileGone);
    return found.url;
  }
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
