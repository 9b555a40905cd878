import { readdirSync } from "node:fs";
import ts from "typescript";
import { beforeAll, expect, test } from "vitest";

/*
 * What people and models write is cut by core/text alone, which tears no character. So no string is cut by hand elsewhere in
 * the core and on the platforms, but where this list says why nothing can be torn.
 */

const ALLOWED: Readonly<Record<string, string>> = {
  "src/core/agent/answer-stream.ts": "takes back exactly what was appended last",
  "src/core/commands/named-options.ts": "cuts around the letters that its own pattern found",
  "src/core/commands/positional-options.ts": "cuts between words, at the blanks that parted them",
  "src/core/commands/words.ts": "cuts inside the quotation marks that it found",
};

/** What these give is ASCII, whatever it was made of. */
const GIVES_ASCII = new Set(["toISOString", "digest"]);
const CUTS = new Set(["slice", "substring", "substr"]);

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}/${file}`)
    .sort();

/** A file that is not there, with cuts of every kind. */
const PLANTED = "src/core/planted.ts";
const PLANTED_TEXT = `
  import { z } from "zod";
  type Id = string & { readonly brand: "id" };
  declare const text: string; declare const maybe: string | undefined; declare const id: Id; declare const list: string[];
  declare const wire: { name: z.infer<typeof Name> }; declare const anything: any;
  const Name = z.string().min(1);
  export const torn = [text.slice(0, 1), maybe?.substring(1), id.substr(2), text.trim().slice(0, 9), "literal".slice(1)];
  export const torn2 = [wire.name.slice(1), anything.slice(2)];
  export const whole = [list.slice(0, 1), new Date(0).toISOString().slice(0, 10), text.split(" ").slice(1)];
`;

/**
 * Every place where a string is cut by hand, found by the types of the program. Of packages it reads zod alone, which says
 * what is a string on the wire; what it knows no type of counts as a string.
 */
function handCuts(files: readonly string[]): string[] {
  const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
  const given = ts.convertCompilerOptionsFromJson(config.compilerOptions, ".").options;
  const options = { ...given, noEmit: true, skipLibCheck: true, types: [] };
  const host = ts.createCompilerHost(options, false);
  const { readFile, fileExists } = host;
  host.readFile = (file) => (file === PLANTED ? PLANTED_TEXT : readFile(file));
  host.fileExists = (file) => file === PLANTED || fileExists(file);
  host.resolveModuleNameLiterals = (names, from) =>
    names.map(({ text }) =>
      /^(?:\.|zod)/.test(text) || from.includes("node_modules")
        ? ts.resolveModuleName(text, from, options, host, undefined, undefined, ts.ModuleKind.ESNext)
        : { resolvedModule: undefined },
    );
  const program = ts.createProgram([...files], options, host);
  const checker = program.getTypeChecker();
  const found: string[] = [];
  for (const file of files) {
    const source = program.getSourceFile(file);
    if (!source) throw new Error(`${file} was not read`);
    const visit = (node: ts.Node): void => {
      ts.forEachChild(node, visit);
      if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
      const { name, expression } = node.expression;
      if (!CUTS.has(name.text) || isAscii(expression)) return;
      const type = checker.getNonNullableType(checker.getTypeAtLocation(expression));
      if (checker.isTypeAssignableTo(type, checker.getStringType()))
        found.push(`${file}: ${node.getText(source)}`);
    };
    visit(source);
  }
  return found;
}

const isAscii = (node: ts.Expression): boolean =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  GIVES_ASCII.has(node.expression.name.text);

const fileOf = (cut: string): string => cut.split(":", 1).join("");

let cuts: readonly string[];

beforeAll(() => {
  cuts = handCuts([...["src/core", "src/platforms"].flatMap(filesIn), PLANTED]);
}, 120_000);

test("no text is cut by hand where a character could be torn", () => {
  const here = cuts.filter((cut) => !cut.startsWith("src/core/text/") && fileOf(cut) !== PLANTED);
  expect(here.filter((cut) => !(fileOf(cut) in ALLOWED))).toEqual([]);
  // A reason for what is not there any more would hide what comes there next.
  expect(Object.keys(ALLOWED).filter((file) => !here.some((cut) => fileOf(cut) === file))).toEqual([]);
});

test("the check sees strings of every kind, and lets lists and ASCII be", () => {
  const seen = cuts.filter((cut) => fileOf(cut) === PLANTED).map((cut) => cut.replace(`${PLANTED}: `, ""));
  expect(seen).toEqual([
    "text.slice(0, 1)",
    "maybe?.substring(1)",
    "id.substr(2)",
    "text.trim().slice(0, 9)",
    '"literal".slice(1)',
    "wire.name.slice(1)",
    "anything.slice(2)",
  ]);
});
