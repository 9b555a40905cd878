import { z } from "zod";
import type { AttachmentRequest } from "../../../core/ports/platform.ts";
import { fetchFile, ownFileAddress, readFileBody } from "../../shared/messages/read-file.ts";
import { messageRefOf } from "../ids.ts";
import type { SlackApi } from "../web-api/api.ts";
import { PlatformRejection, translateErrors } from "../web-api/errors.ts";
import type { Workspaces } from "../workspaces/workspaces.ts";

/** Slack's own addresses; the token goes to no other. */
const SLACKS = /(^|\.)slack\.com$/;

const Info = z.object({ file: z.object({ url_private: z.string().nullish() }) });

interface FileServices {
  readonly api: SlackApi;
  readonly workspaces: Pick<Workspaces, "of">;
  /** Another Slack than the real one serves its files itself. */
  readonly apiUrl: string | undefined;
}

/** Reads a private file with the token of the workspace it was shared in. */
export function readAttachment(
  { api, workspaces, apiUrl }: FileServices,
  asked: AttachmentRequest,
): Promise<Uint8Array> {
  const server = { platform: "Slack", hosts: (name: string) => SLACKS.test(name), apiBase: apiUrl };
  return translateErrors(async () => {
    const { team } = messageRefOf(asked.message);
    const url = ownFileAddress(await addressOf(api, asked, team), server);
    const workspace = await workspaces.of(team);
    if (!workspace) throw new PlatformRejection("a private file", { code: "not_installed" });
    return bytesOf(
      await fetchFile(url, {
        headers: { authorization: `Bearer ${workspace.token}` },
        signal: asked.signal,
      }),
      asked,
    );
  });
}

/** Of a file from another workspace, in a shared channel, the event tells nothing but the id. */
async function addressOf(api: SlackApi, { attachment }: AttachmentRequest, team: string): Promise<string> {
  if (attachment.url !== "" || attachment.id === undefined) return attachment.url;
  const { file } = Info.parse(await api({ team, method: "files.info", args: { file: attachment.id } }));
  return file.url_private ?? "";
}

async function bytesOf(response: Response, asked: AttachmentRequest): Promise<Uint8Array> {
  const { ok, status, body, headers } = response;
  // Without the scope Slack shows its page for signing in, as if all were well.
  const isPage = headers.get("content-type")?.startsWith("text/html") ?? false;
  if (!ok || !body || isPage) {
    await body?.cancel();
    const code = isPage ? "missing_scope" : `status_${status}`;
    throw new PlatformRejection("a private file", { code, ...(isPage && { needs: "files:read" }) });
  }
  return readFileBody(body, asked);
}
