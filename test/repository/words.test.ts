import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";

/*
 * Log lines are searched by operators, descriptions of the API and of metrics are read by programmers, and some sentences
 * by models: all use the words of docs/GLOSSARY.md. test/architecture.test.ts refuses the words of before in names, this
 * test in these texts.
 */

/** Words of before, and what to say instead. */
const OLD_WORDS = new Map([
  [/\bpaint/i, "render"],
  [/\bpicture/i, "image"],
  [/\b(?:canvas|glass|deeds?|sink|speaker|intake|unheard|pulse|box)\b/i, "a word of the glossary"],
  [/\b(?:the|a) home\b/i, "App Home, owner"],
  [/\b(?:bury|buried|given up)\b/i, "dead letter"],
  [/\b(?:speaks|speaker|swept)\b/i, "author; deleted"],
  [/\b(?:a|the) (?:face|look|line|gap|page) of\b/i, "a word of the glossary"],
  [/\b(?:discord|slack)\b/, "Discord, Slack"],
  [/\bfigures\b/i, "metrics"],
  // "It is." answers a question that the reader has to look up.
  [/^(?:it|that) (?:is|does|was)\b(?: \w+)?\.?$/i, "a subject"],
]);

const LOG_METHODS = new Set(["debug", "info", "warn", "error"]);
const DESCRIPTIONS = new Set(["description", "summary", "help"]);
const DESCRIBED = new Set([
  "src/http/openapi.ts",
  "src/http/metrics.ts",
  "src/platforms/http-api/operations.ts",
  "src/platforms/http-api/schemas.ts",
]);

/** What a model reads stands in these parts of the catalogue. */
const READ_BY_MODELS = new Set(["agentInput", "forModel"]);

/** The texts that a node may become; a template's placeholders are `{}`. */
function textsOf(node: ts.Node | undefined): readonly string[] {
  if (!node) return [];
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (!ts.isTemplateExpression(node)) return [];
  return [node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join("")];
}

/** The message of a log call, or the description of a field. */
function textOfCall({ expression, arguments: given }: ts.CallExpression): ts.Node | undefined {
  if (!ts.isPropertyAccessExpression(expression)) return undefined;
  const { name, expression: of } = expression;
  if (name.text === "describe") return given[0];
  return LOG_METHODS.has(name.text) && /\blog$/.test(of.getText()) ? given[1] : undefined;
}

/** As the log calls a platform. */
function nameIn(options: ts.Node | undefined): ts.Node | undefined {
  if (!options || !ts.isObjectLiteralExpression(options)) return undefined;
  const named = options.properties.find((property) => property.name?.getText() === "name");
  return named && ts.isPropertyAssignment(named) ? named.initializer : undefined;
}

function allTextsIn(node: ts.Node): readonly string[] {
  const texts = [...textsOf(node)];
  ts.forEachChild(node, (child) => {
    texts.push(...allTextsIn(child));
  });
  return texts;
}

const isReadByModels = (node: ts.Node): node is ts.PropertyAssignment | ts.VariableDeclaration =>
  (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) &&
  READ_BY_MODELS.has(node.name.getText());

function textsIn(source: ts.SourceFile): readonly string[] {
  const isDescribed = DESCRIBED.has(source.fileName);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) texts.push(...textsOf(textOfCall(node)));
    if (ts.isNewExpression(node) && node.expression.getText() === "RequestGuard")
      texts.push(...textsOf(nameIn(node.arguments?.[0])));
    if (isDescribed && ts.isPropertyAssignment(node) && DESCRIPTIONS.has(node.name.getText()))
      texts.push(...textsOf(node.initializer));
    if (isReadByModels(node) && node.initializer) texts.push(...allTextsIn(node.initializer));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

const oldWordsIn = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) =>
    [...OLD_WORDS].flatMap(([old, instead]) => (old.test(text) ? [`${text} (say: ${instead})`] : [])),
  );

test("log messages, descriptions of the API and what models read use the words of today", () => {
  const files = ["src", "commands"].flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `${room}/${file}`),
  );
  const texts = files.flatMap((file) =>
    textsIn(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true)),
  );
  expect(texts.length).toBeGreaterThan(200);
  expect(oldWordsIn(texts)).toEqual([]);
});

test("the check finds words of before in every kind of text", () => {
  const source = ts.createSourceFile(
    "src/http/openapi.ts",
    `
    log.warn({ err }, "could not paint");
    services.log.info({}, isLate ? "discord was late" : "a sink failed");
    const field = z.string().describe("A picture.");
    const answer = { 200: { description: "It is." } };
    const fine = { description: "An image.", name: "picture" };
    new RequestGuard({ name: "slack", longMs: 1 });
    const letta = { forModel: { framing: \`\${name} speaks\` } };
  `,
    ts.ScriptTarget.Latest,
    true,
  );
  expect(oldWordsIn(textsIn(source))).toHaveLength(7);
});
