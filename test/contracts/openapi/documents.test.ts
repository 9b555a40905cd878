import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const run = promisify(execFile);
const SCRIPT = "scripts/fetch-contracts.mjs";

let clone: string;
/** A folder that holds documents, as CONTRACTS_FROM names it. */
let source: string;

beforeEach(async () => {
  clone = await mkdtemp(path.join(tmpdir(), "rapport-contracts-"));
  source = path.join(clone, "source");
  await mkdir(source);
  await cp(SCRIPT, path.join(clone, SCRIPT));
  await symlink(path.resolve("node_modules"), path.join(clone, "node_modules"));
});

afterEach(() => rm(clone, { recursive: true, force: true }));

const fetchContracts = () =>
  run(process.execPath, [path.join(clone, SCRIPT)], { env: { ...process.env, CONTRACTS_FROM: source } });

const fetched = () => readdir(path.join(clone, "test/contracts/documents")).catch(() => []);

test("a document of another checksum is refused by name, and nothing is kept of it", async () => {
  for (const file of ["discord-openapi.json", "letta-openapi-0.16.7.json"])
    await writeFile(path.join(source, file), "{}");
  await expect(fetchContracts()).rejects.toMatchObject({
    stderr: expect.stringContaining(
      "is not the document that is wanted: its SHA-256 is 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a.",
    ),
  });
  expect(await fetched()).toEqual([]);
});

test("a document that cannot be had is named, with what to do", async () => {
  await expect(fetchContracts()).rejects.toMatchObject({
    stderr: expect.stringMatching(
      /openapi\S* could not be fetched from .*\(ENOENT\)\. .*CONTRACTS_FROM\.\n$/,
    ),
  });
  expect(await fetched()).toEqual([]);
});

test("the table says where each document comes from, and its checksum, as the script has them", async () => {
  const [script, table] = await Promise.all([
    readFile(SCRIPT, "utf8"),
    readFile("test/contracts/README.md", "utf8"),
  ]);
  const pinned = [...script.matchAll(/"https:\S+\/([0-9a-f]{40})\/\S+",\s+sha256: "([0-9a-f]{64})"/g)];
  expect(pinned).toHaveLength(2);
  for (const [, commit, sha256] of pinned) expect(table).toMatch(new RegExp(`${commit}.*${sha256}`));
});
