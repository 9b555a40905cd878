import { existsSync } from "node:fs";
import path from "node:path";
import { readTextFile } from "./text-file.ts";

/** What opens a value in quotes, and what closes it: editors for prose turn quotes round. */
const QUOTES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ["`", "`"],
  ["“", "”“"],
  ["„", "“”"],
  ["‘", "’‘"],
]);
/** Where `\n` is a folder's name and no line break. */
const WINDOWS_PATH = /^(?:[A-Za-z]:\\|\\\\)/;
/** `NAME=`, also as shells have it, and with the whole line in quotes as `echo "NAME=value" > .env` of Windows writes it. */
const NAME = /^(?:export\s|set\s|\$env:)?\s*(["']?)([A-Za-z_]\w*)\s*=/i;

/**
 * The settings in a file `.env`, read as Node's own `util.parseEnv` reads it, but for what Windows' tools and editors
 * write: there Node loses the setting, or the one after it.
 */
export const parseEnvFile = (text: string): Readonly<Record<string, string>> => readLines(text).settings;

/** The lines, counted from 1, that are neither a setting nor a comment: nobody reads what stands there. */
export const strayLinesIn = (text: string): readonly number[] => readLines(text).strays;

function readLines(text: string) {
  const settings: Record<string, string> = {};
  const strays: number[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const line = (lines[at] ?? "").trim();
    const [head, around = "", name] = NAME.exec(line) ?? [];
    if (head === undefined || name === undefined) {
      if (line !== "" && !/^[#;]/.test(line)) strays.push(at + 1);
      continue;
    }
    const rest = line.slice(head.length, around !== "" && line.endsWith(around) ? -1 : undefined).trim();
    const value = quoted([rest, ...lines.slice(at + 1)]);
    settings[name] = value?.text ?? rest.split("#", 1).join("").trim();
    at += value?.moreLines ?? 0;
  }
  return { settings, strays };
}

/** Of the file in this folder; nothing where there is none. */
export const readEnvFile = (): Readonly<Record<string, string>> => parseEnvFile(textOfFile());

export const strayLines = (): readonly number[] => strayLinesIn(textOfFile());

function textOfFile(): string {
  const file = path.resolve(".env");
  return existsSync(file) ? readTextFile(file) : "";
}

/** Undefined for a value without quotes, or whose quotes are not closed. It may go on over lines. */
function quoted(lines: readonly string[]): { readonly text: string; readonly moreLines: number } | undefined {
  const [first = ""] = lines;
  const closing = QUOTES.get(first.charAt(0));
  if (closing === undefined) return undefined;
  let inside = "";
  for (const [moreLines, line] of lines.entries()) {
    const from = moreLines === 0 ? line.slice(1) : line;
    const end = [...from].findIndex((character) => closing.includes(character));
    if (end >= 0) {
      inside += [...from].slice(0, end).join("");
      const isPlain = !'"“„'.includes(first.charAt(0)) || WINDOWS_PATH.test(inside);
      return { text: isPlain ? inside : inside.replaceAll("\\n", "\n"), moreLines };
    }
    inside += `${from}\n`;
  }
  return undefined;
}
