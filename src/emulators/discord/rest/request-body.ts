import type { IncomingMessage } from "node:http";
import type { UploadedFile } from "../messages/attachments.ts";
import { refuse } from "./api-error.ts";
import { parseExactJson } from "./exact-json.ts";

/** [docs: the whole request, 25 MiB] */
const REQUEST_LIMIT_BYTES = 25 * 1024 * 1024;

export interface RequestBody {
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
}

export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const raw = await readAll(request);
  if (raw.length === 0) return { body: undefined, files: [] };
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("multipart/form-data")) return await readForm(raw, type);
  return { body: parseJson(raw.toString("utf8")), files: [] };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= REQUEST_LIMIT_BYTES) chunks.push(bytes);
  }
  if (size > REQUEST_LIMIT_BYTES) throw refuse.entityTooLarge();
  return Buffer.concat(chunks);
}

/** `payload_json` is the body; the files are `files[0]`, `files[1]` and so on. */
async function readForm(raw: Buffer, type: string): Promise<RequestBody> {
  const form = await new Response(new Uint8Array(raw), { headers: { "content-type": type } })
    .formData()
    .catch((cause: unknown) => {
      throw new Error("The multipart body cannot be read.", { cause });
    });
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
  try {
    return parseExactJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw refuse.invalidJson();
    throw error;
  }
}
