/** `node scripts/release-notes.mjs v1.2.3` prints what the changelog says of that version, when it may be released. */
import { readFileSync } from "node:fs";
import path from "node:path";

const read = (file) => readFileSync(path.join(import.meta.dirname, "..", file), "utf8");

const version = process.argv[2]?.replace(/^v/, "") ?? "";
const [title, ...lines] =
  read("CHANGELOG.md")
    .split(/^## /m)
    .find((section) => section.split(/\s/, 1)[0] === version)
    ?.split("\n") ?? [];

if (version === "") fail("Name the version: node scripts/release-notes.mjs v1.2.3");
const { workspaces = [], ...root } = JSON.parse(read("package.json"));
if (root.version !== version) fail(`package.json is not of version ${version}.`);
for (const file of workspaces.map((folder) => `${folder}/package.json`)) {
  const { name, version: own, dependencies = {} } = JSON.parse(read(file));
  if (own !== version) fail(`${file} is not of version ${version}.`);
  for (const [other, wanted] of Object.entries(dependencies))
    if (other.startsWith(name.replace(/[^/]*$/, "")) && wanted !== version)
      fail(`${file} wants ${other} of another version than ${version}.`);
}
if (title === undefined) fail(`CHANGELOG.md has no section "## ${version}".`);
if (title.includes("not released")) fail(`CHANGELOG.md calls ${version} not released: write its date there.`);
process.stdout.write(`${lines.join("\n").trim()}\n`);

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
