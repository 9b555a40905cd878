import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";
import { commands } from "../../commands/index.ts";
import { findAction } from "../../src/core/commands/declaration.ts";
import { findCommandText } from "../../src/core/commands/find-command.ts";
import { optionSpecs } from "../../src/core/commands/option-specs.ts";
import { COMMANDS, withTextSyntax } from "../../src/core/domain/command-lines.ts";

/*
 * Sentences show command lines to be typed as they stand: on Slack and in a message every line must be read as the command
 * that it names, and Discord has a field for each option, so that each stands there by its name.
 */

const FOLDER = "src/sentences/english";
const LITERAL = new RegExp(`\`([!/](?:${Object.keys(COMMANDS).join("|")})\\b[^\`]*)\``, "g");

/** What a literal says; `captain_mira` stands for what is put in. */
function textOf(node: ts.Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `captain_mira${literal.text}`).join("");
}

function linesIn(file: string): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const lines: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === "mention")
      lines.push(`/${node.arguments.flatMap((each) => textOf(each) ?? []).join(" ")}`);
    for (const [, line = ""] of textOf(node)?.matchAll(LITERAL) ?? []) lines.push(line);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return lines;
}

const shown = [
  ...new Set(
    readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => linesIn(`${FOLDER}/${file}`)),
  ),
].sort();

test("every kind of line is among those that were found", () => {
  for (const line of ["/help", "!memory show", "/chat message:Hello! persona:captain_mira"])
    expect(shown).toContain(line);
  expect(shown.length).toBeGreaterThan(15);
});

test.each(shown)("%s is read as it stands, with each option by its name", (line) => {
  const [, ...words] = line.split(" ");
  const name = line.slice(1).split(" ")[0];
  for (const typed of [line, withTextSyntax(`\`${line}\``).replaceAll("`", "")]) {
    // A command with several actions is named without one only as a whole.
    const command = findCommandText(commands, typed);
    const action = command && findAction(commands, command.name, command.action);
    expect(action, typed).toBeDefined();
    if (!command || !action) continue;
    expect(command.name).toBe(name);
    const given = words.slice(command.action === undefined ? 0 : 1);
    const names = optionSpecs(action.options).flatMap((spec) => (spec.hidden ? [] : [spec.name]));
    for (const word of given)
      expect(
        names.some((each) => word.startsWith(`${each}:`)),
        word,
      ).toBe(true);
    expect(Object.keys(command.options)).toHaveLength(given.length);
  }
});
