import type { IncomingHttpHeaders } from "node:http";
import { readForm } from "../../kit/http/body.ts";
import type { Reply } from "../../kit/http/exchange.ts";
import type { FileRecord } from "../world/records.ts";
import type { World } from "../world/world.ts";
import { SlackApiError } from "./api-error.ts";
import { installationOf, tokenOf } from "./authorization.ts";
import type { ReadRequest } from "./request-body.ts";

const PLAIN = { "content-type": "text/plain; charset=utf-8" };

/** The raw bytes of an upload, to the address that was given for it: as a body, or in a form as web-api sends them. */
export async function receiveUpload(world: World, id: string, request: ReadRequest): Promise<Reply> {
  const file = world.files.get(id);
  if (request.method !== "POST" || !file || file.isUploaded)
    return { status: 404, raw: "Not found", headers: PLAIN };
  const bytes = await bytesOf(request);
  if (bytes.length !== file.size) {
    return { status: 400, raw: `The length was to be ${file.size}.`, headers: PLAIN };
  }
  world.contents.set(file.id, bytes);
  file.isUploaded = true;
  return { status: 200, raw: `OK - ${bytes.length}`, headers: PLAIN };
}

async function bytesOf({ raw, contentType }: ReadRequest): Promise<Buffer> {
  if (!contentType.startsWith("multipart/form-data")) return raw;
  const form = await readForm(raw, contentType);
  for (const value of form.values()) {
    if (typeof value !== "string") return Buffer.from(await value.arrayBuffer());
  }
  return Buffer.alloc(0);
}

/** A private file. Without a good token Slack shows its login page, with HTTP 200: clients take it for the file. */
export function sendPrivateFile(world: World, id: string, headers: IncomingHttpHeaders): Reply {
  const file = world.files.get(id);
  const bytes = world.contents.get(id);
  if (!mayRead(world, file, tokenOf(headers, {}))) {
    return {
      status: 200,
      raw: "<!DOCTYPE html><html><title>Slack</title><body>Sign in to your workspace</body></html>",
      headers: { "content-type": "text/html; charset=utf-8" },
    };
  }
  if (!file || !bytes) return { status: 404, raw: "Not found", headers: PLAIN };
  return { status: 200, raw: bytes, headers: { "content-type": file.mimetype } };
}

function mayRead(world: World, file: FileRecord | undefined, token: string | undefined): boolean {
  if (token === undefined) return false;
  try {
    const { teamId, scopes } = installationOf(world, token);
    return scopes.includes("files:read") && (file === undefined || file.teamId === teamId);
  } catch (error) {
    if (error instanceof SlackApiError) return false;
    throw error;
  }
}
