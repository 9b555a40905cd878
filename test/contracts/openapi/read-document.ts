import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const FOLDER = path.join(import.meta.dirname, "../documents");

/** An OpenAPI document that scripts/fetch-contracts.mjs has fetched; undefined without it. With CI=true that is an error. */
export function readDocument(file: string): unknown {
  const document = path.join(FOLDER, file);
  if (existsSync(document)) return JSON.parse(readFileSync(document, "utf8"));
  if (process.env.CI === "true")
    throw new Error(`CI needs ${document}: run node scripts/fetch-contracts.mjs.`);
  process.emitWarning(`${file} is not here: bodies are not held against it.`);
  return undefined;
}
