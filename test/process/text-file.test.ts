import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseEnv, promisify } from "node:util";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseEnvFile, strayLinesIn } from "../../src/config/env-file.ts";
import { decodeText, readTextFile } from "../../src/config/text-file.ts";
import { readPersonaFolder } from "../../src/wiring/built-in-personas.ts";
import { bundledProgram } from "../harness/build/programs.ts";

/* Files that people edit, as the editors and shells of every system write them. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "rapport-text-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const utf16le = (text: string) => Buffer.from(text, "utf16le");
const utf16be = (text: string) => utf16le(text).swap16();
/** As far as the two agree, which is where umlauts are. */
const windows1252 = (text: string) => Buffer.from(text, "latin1");

const ENCODINGS: readonly (readonly [string, (text: string) => Buffer])[] = [
  ["UTF-8", (text) => Buffer.from(text)],
  ["UTF-8 with a mark", (text) => Buffer.from(`\uFEFF${text}`)],
  ["UTF-16 little endian with a mark", (text) => utf16le(`\uFEFF${text}`)],
  ["UTF-16 big endian with a mark", (text) => utf16be(`\uFEFF${text}`)],
  ["UTF-16 little endian", utf16le],
  ["UTF-16 big endian", utf16be],
  ["Windows-1252", windows1252],
];
const ENDS = [
  ["LF", "\n"],
  ["CRLF", "\r\n"],
  ["CR", "\r"],
] as const;

describe.each(ENCODINGS)("in %s", (_, encode) => {
  test.each(ENDS)("with %s, no line of a persona is lost", (_name, end) => {
    const lines = [
      "---",
      "name: Zoë",
      "description: Kocht für dich",
      "---",
      "Du bist Zoë.",
      "Bleib höflich.",
    ];
    writeFileSync(path.join(folder, "zoe.md"), encode(lines.join(end)));
    expect(readPersonaFolder(folder)).toMatchObject([
      {
        key: "zoe",
        name: "Zoë",
        description: "Kocht für dich",
        instructions: "Du bist Zoë.\nBleib höflich.",
      },
    ]);
  });

  test.each(ENDS)("with %s, the first setting of .env counts, and the last", (_name, end) => {
    const file = path.join(folder, ".env");
    writeFileSync(file, encode(["FIRST=1", "# für später", "LAST=ü", ""].join(end)));
    expect(parseEnvFile(readTextFile(file))).toEqual({ FIRST: "1", LAST: "ü" });
  });
});

test("a start reads the .env that PowerShell writes", async () => {
  const program = await bundledProgram(new URL("../../src/main.ts", import.meta.url));
  writeFileSync(path.join(folder, ".env"), utf16le("\uFEFFPORT=eighty\r\nLOG_LEVEL=laut\r\n"));
  const env = { PATH: process.env.PATH };
  await expect(promisify(execFile)(process.execPath, [program], { cwd: folder, env })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/PORT should be a port number up to 65535\.\n.*LOG_LEVEL should be/s),
  });
});

test("what is no UTF-8 is the code page of the West, its quotes and its euro included", () => {
  expect(decodeText(Buffer.from([0x93, 0x41, 0x94, 0x20, 0x80, 0x20, 0xe4]))).toBe("“A” € ä");
});

describe("a line of .env", () => {
  test.each([
    ["NAME=value", "value"],
    ["NAME = value ", "value"],
    ["export NAME=value", "value"],
    ["set NAME=value", "value"],
    ['set "NAME=value"', "value"],
    ['"NAME=value"', "value"],
    ['$env:NAME = "value"', "value"],
    ["NAME=“value”", "value"],
    ["NAME=„value“", "value"],
    ["NAME=‘value’", "value"],
    ['NAME="C:\\new\\table"', "C:\\new\\table"],
    ["NAME=C:\\new\\table", "C:\\new\\table"],
    ['NAME="\\\\server\\new"', "\\\\server\\new"],
    ['NAME="one\\ntwo"', "one\ntwo"],
    ["NAME='one\\ntwo'", "one\\ntwo"],
    ["NAME=value # why", "value"],
    ['NAME="with # inside" # why', "with # inside"],
    ["NAME='it is \"so\"'", 'it is "so"'],
    ['NAME="over\nlines"', "over\nlines"],
    ['NAME="never closed', '"never closed'],
    ["NAME=", ""],
  ])("%s", (line, value) => {
    expect(parseEnvFile(`${line}\nNEXT=1`)).toEqual({ NAME: value, NEXT: "1" });
  });

  test("that is no setting takes none with it", () => {
    const text = "Discord\nNAME=1\n; Slack:\n\n#OTHER=2\nNEXT=3\nTOKEN: x\nLONG='a\nb'";
    expect(parseEnvFile(text)).toEqual({ NAME: "1", NEXT: "3", LONG: "a\nb" });
    expect(strayLinesIn(text)).toEqual([1, 7]);
  });

  test("means to us what it means to Node, where Node has a meaning for it", () => {
    const name = fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/);
    const value = fc.stringMatching(/^[\w:/@.?=&+-]{0,20}$/);
    const quote = fc.constantFrom("", '"', "'", "`");
    const comment = fc.constantFrom("", " # a remark", "#x");
    const line = fc
      .tuple(name, quote, value, comment)
      .map(([key, mark, held, rest]) => `${key}=${mark}${held}${mark}${rest}`);
    const file = fc
      .array(fc.oneof(line, fc.constantFrom("", "# a remark", "export SHELL_HAS=it")))
      .map((all) => all.join("\n"));
    fc.assert(
      fc.property(file, (text) => {
        expect(parseEnvFile(text)).toEqual({ ...parseEnv(text) });
      }),
    );
  });
});
