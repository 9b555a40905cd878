/**
 * Fetches the OpenAPI documents that tests hold requests and answers against, each from one commit and held to its
 * checksum. Runs by itself at the beginning of the tests, and does nothing where they already lie: see
 * test/contracts/README.md.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { EnvHttpProxyAgent, fetch } from "undici";

const FOLDER = path.join(import.meta.dirname, "../test/contracts/documents");

/** To renew one: another commit, and the checksum that the error then names. */
const DOCUMENTS = [
  {
    file: "discord-openapi.json",
    url: "https://raw.githubusercontent.com/discord/discord-api-spec/74fda0fad044407ea280043a03ffc9bc64c4e49e/specs/openapi.json",
    sha256: "8c1d0707ccdf8e380a86dfba04058820a66435c1b69d5ed82e04dd8c0520dd73",
  },
  {
    file: "letta-openapi-0.16.7.json",
    url: "https://raw.githubusercontent.com/letta-ai/letta/2953a9f547086f2b5a06dcb07a546764fffd5421/fern/openapi.json",
    sha256: "1c8bc92287ce0cd9a6d5af30d648f9d3e6e9936462a7bbba3d9d102f0de01010",
  },
];

const PATIENCE_MS = 30_000;

/** Vitest calls it before the tests. Without the documents they hold nothing against them, which CI=true forbids. */
export async function setup() {
  try {
    await Promise.all(DOCUMENTS.map(ensure));
  } catch (error) {
    if (process.env.CI === "true") throw error;
    console.warn(`${error.message} The tests run without them.`);
  }
}

/** Throws a sentence that says what to do. */
async function ensure(document) {
  const target = path.join(FOLDER, document.file);
  if (isWanted(document, await readFile(target).catch(() => undefined))) return;
  const { from, bytes } = await read(document);
  if (!isWanted(document, bytes)) {
    throw new Error(`${from} is not the document that is wanted: its SHA-256 is ${checksum(bytes)}.`);
  }
  await mkdir(FOLDER, { recursive: true });
  // Two runs may begin at once, and neither may read half a file.
  await writeFile(`${target}.${process.pid}`, bytes);
  await rename(`${target}.${process.pid}`, target);
}

/** From the folder CONTRACTS_FROM where it is set, for machines without internet; else from the document's own home. */
async function read({ file, url }) {
  const folder = process.env.CONTRACTS_FROM;
  const from = folder ? path.join(folder, file) : url;
  try {
    return { from, bytes: folder ? await readFile(from) : await download(url) };
  } catch (error) {
    const why = error.cause?.code ?? error.code ?? error.message;
    const hint = "Look at your network, or name a folder that holds it in CONTRACTS_FROM.";
    throw new Error(`${file} could not be fetched from ${from} (${why}). ${hint}`, { cause: error });
  }
}

async function download(url) {
  const dispatcher = new EnvHttpProxyAgent();
  try {
    const response = await fetch(url, { dispatcher, signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } finally {
    await dispatcher.close();
  }
}

const checksum = (bytes) => createHash("sha256").update(bytes).digest("hex");
const isWanted = ({ sha256 }, bytes) => bytes !== undefined && checksum(bytes) === sha256;

if (process.argv[1] === import.meta.filename) {
  await Promise.all(DOCUMENTS.map(ensure)).catch(({ message }) => {
    console.error(message);
    process.exitCode = 1;
  });
}
