import { z } from "zod";
import { AppError } from "../../../core/domain/errors.ts";
import type { AttachmentRequest, Platform } from "../../../core/ports/platform.ts";
import { boundedBytes } from "../../../core/text/bounded-bytes.ts";
import { PlatformUnavailable } from "../../shared/unavailable.ts";
import { messageRefOf } from "../ids.ts";
import type { Download, SlackApi } from "../web-api/api.ts";
import { PlatformRejection, translateErrors } from "../web-api/errors.ts";
import type { Workspaces } from "../workspaces/workspaces.ts";

/** Slack's own addresses; the token goes to no other. */
const SLACKS = /(^|\.)slack\.com$/;

const Info = z.object({ file: z.object({ url_private: z.string().nullish() }) });

/** Reads private files with the token of the workspace they were shared in. */
export function createReadAttachment(services: {
  api: SlackApi;
  workspaces: Workspaces;
  download: Download;
  /** Another Slack than the real one serves its files itself. */
  apiUrl: string | undefined;
}): NonNullable<Platform["readAttachment"]> {
  const { api, workspaces, download, apiUrl } = services;
  const isSlacks = (url: URL) =>
    apiUrl === undefined
      ? url.protocol === "https:" && SLACKS.test(url.hostname)
      : url.origin === new URL(apiUrl).origin;

  return (asked) =>
    translateErrors(async () => {
      const { team } = messageRefOf(asked.message);
      const address = await addressOf(asked, team);
      const url = URL.canParse(address) ? new URL(address) : undefined;
      if (!url || !isSlacks(url)) throw new AppError("platform_rejected", "That is no file of Slack's.");
      const workspace = await workspaces.of(team);
      if (!workspace) throw new PlatformRejection("a private file", { code: "not_installed" });
      return bytesOf(await download(url, { token: workspace.token, signal: asked.signal }), asked);
    });

  /** Of a file from another workspace, in a shared channel, the event tells nothing but the id. */
  async function addressOf({ attachment }: AttachmentRequest, team: string): Promise<string> {
    if (attachment.url !== "" || attachment.id === undefined) return attachment.url;
    const { file } = Info.parse(await api({ team, method: "files.info", args: { file: attachment.id } }));
    return file.url_private ?? "";
  }
}

async function bytesOf(response: Response, { maxBytes, signal }: AttachmentRequest): Promise<Uint8Array> {
  const { ok, status, body, headers } = response;
  // Without the scope Slack shows its page for signing in, as if all were well.
  const isPage = headers.get("content-type")?.startsWith("text/html") ?? false;
  if (!ok || !body || isPage) {
    await body?.cancel();
    const code = isPage ? "missing_scope" : `status_${status}`;
    throw new PlatformRejection("a private file", { code, ...(isPage && { needs: "files:read" }) });
  }
  const bytes = await boundedBytes(body, maxBytes).catch(() => {
    signal.throwIfAborted();
    throw new PlatformUnavailable("a private file broke off", { mayHaveSucceeded: false });
  });
  if (!bytes) throw new AppError("invalid_input", "That file is too large.");
  return bytes;
}
