import { readdirSync } from "node:fs";
import path from "node:path";
import { VFile } from "vfile";
import { matter } from "vfile-matter";
import { z } from "zod";
import { readTextFile } from "../config/text-file.ts";
import { AppError } from "../core/domain/errors.ts";
import { Persona } from "../core/domain/persona.ts";
import { sentences } from "../sentences/sentences.ts";

const said = sentences.settings.personas;

/**
 * The personas that come with Rapport: each Markdown file of a folder, its name the key, YAML front matter for the
 * facts, the text below for the instructions.
 *
 * @throws {AppError} `misconfigured`, naming the file and what is wrong in it
 */
export function readPersonaFolder(folder: string): readonly Persona[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
  if (names.length === 0) throw new AppError("misconfigured", said.none(folder));
  return names.sort().map((name) => readPersona(folder, name));
}

/** The personas beside the sources, which is also where they are beside what is built of them. */
export function readBuiltInPersonas(): readonly Persona[] {
  const here = import.meta.dirname;
  const root = path.basename(path.resolve(here, "../..")) === "dist" ? "../../.." : "../..";
  return readPersonaFolder(path.resolve(here, root, "personas"));
}

function readPersona(folder: string, name: string): Persona {
  const file = new VFile({ path: name, value: readTextFile(path.join(folder, name)) });
  try {
    matter(file, { strip: true });
  } catch (error) {
    throw invalidPersonaFile(name, said.frontMatter, error);
  }
  const facts = z.record(z.string(), z.unknown()).catch({}).parse(file.data.matter);
  const { success, data, error } = Persona.safeParse({
    ...facts,
    key: path.basename(name, ".md"),
    instructions: String(file).trim(),
  });
  if (success) return data;
  throw invalidPersonaFile(name, error.issues.map((issue) => fault(issue, facts)).join(" "), error);
}

/** The key is the file's name; everything else stands in the front matter, but for the instructions below it. */
function fault(
  { path: [field], message }: z.core.$ZodIssue,
  facts: Readonly<Record<string, unknown>>,
): string {
  if (field === "key") return said.fileName(message);
  if (field === "instructions") return said.instructions(message);
  const name = String(field);
  return facts[name] === undefined ? said.missing(name) : said.field(name, message);
}

const invalidPersonaFile = (name: string, why: string, cause: unknown) =>
  new AppError("misconfigured", said.file(name, why), { cause });
