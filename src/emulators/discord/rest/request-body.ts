import { BodyTooLarge, parseExactJson, readForm } from "../../kit/http/body.ts";
import type { HttpRequest } from "../../kit/http/exchange.ts";
import type { UploadedFile } from "../messages/attachments.ts";
import { refuse } from "./api-error.ts";

/** [docs: the whole request, 25 MiB] */
const REQUEST_LIMIT_BYTES = 25 * 1024 * 1024;

export interface RequestBody {
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
}

/** @throws {DiscordApiError} */
export async function readBody(request: HttpRequest): Promise<RequestBody> {
  const raw = await request.read(REQUEST_LIMIT_BYTES).catch((error: unknown) => {
    throw error instanceof BodyTooLarge ? refuse.entityTooLarge() : error;
  });
  if (raw.length === 0) return { body: undefined, files: [] };
  if (request.contentType.startsWith("multipart/form-data")) {
    return await readParts(await readForm(raw, request.contentType));
  }
  return { body: parseJson(raw.toString("utf8")), files: [] };
}

/** `payload_json` is the body; the files are `files[0]`, `files[1]` and so on. */
async function readParts(form: FormData): Promise<RequestBody> {
  const files: UploadedFile[] = [];
  let body: unknown = {};
  for (const [name, value] of form) {
    const index = /^files\[(\d+)\]$/.exec(name)?.[1];
    if (typeof value === "string") {
      if (name === "payload_json") body = parseJson(value);
    } else if (index !== undefined) {
      files.push({
        index: Number(index),
        name: value.name,
        contentType: contentTypeOf(value.name, value.type),
        bytes: Buffer.from(await value.arrayBuffer()),
      });
    }
  }
  return { body, files };
}

function contentTypeOf(name: string, declared: string): string {
  if (declared && declared !== "application/octet-stream") return declared;
  return /\.(txt|md|json|csv|log)$/i.test(name) ? "text/plain; charset=utf-8" : "application/octet-stream";
}

function parseJson(text: string): unknown {
  const parsed = parseExactJson(text);
  if (parsed === undefined) throw refuse.invalidJson();
  return parsed;
}
