import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";
import { COMMANDS, mention, withTextSyntax } from "../src/core/domain/command-lines.ts";
import { sentences } from "../src/sentences/sentences.ts";

/*
 * What people read stands in src/sentences, and nowhere else in the rooms that are named here. The check takes
 * every literal of two or more words for such a sentence, but for those whose place in the code says that it is none.
 */

const ROOMS = [
  ...["commands", "src/core", "src/letta", "src/platforms", "src/http", "src/config", "src/process"],
  ...["src/cli", "src/wiring", "src/inspector", "src/storage", "src/app.ts", "src/main.ts"],
  // The page itself draws the clients of Discord and Slack, in their words.
  ...["src/playground/server", "src/playground/discord", "src/playground/slack", "src/playground/protocol"],
];

/** Files whose words are for programmers and operators: descriptions of the HTTP API and of figures, and Discord's rules as a schema. */
const FOR_PROGRAMMERS = new Set([
  "src/platforms/http-api/operations.ts",
  "src/platforms/http-api/schemas.ts",
  "src/http/openapi.ts",
  "src/http/metrics.ts",
  "src/platforms/discord/commands/definitions.ts",
]);
/** Statements, and names that are stored with them. */
const FOR_THE_DATABASE = "src/storage/migrations/";

/** Names that are not ours to choose, and words that are stored or sent as they are. */
const NOT_OURS = new Set([
  // Permissions, as Discord's settings call them.
  ..."View Channels|Send Messages|Send Messages in Threads|Create Public Threads|Read Message History".split(
    "|",
  ),
  ..."Manage Threads|Manage Webhooks|Embed Links|Attach Files|Add Reactions".split("|"),
  // Part of the stored name of a set of readers.
  "of age",
  // RFC 9110 and RFC 6585.
  ..."Bad Request|Not Found|Method Not Allowed|Content Too Large|Unsupported Media Type".split("|"),
  ..."Misdirected Request|Unprocessable Content|Too Many Requests|Internal Server Error".split("|"),
  ..."Bad Gateway|Service Unavailable|Gateway Timeout".split("|"),
  // Headers and scopes.
  "Bearer {}",
  'Bearer realm="Rapport"',
  "bot applications.commands",
  "text/plain; charset=utf-8",
  "text/javascript; charset=utf-8",
  "text/css; charset=utf-8",
  "private, max-age=31536000, immutable",
  "img-src 'self' data: {}",
  // Discord's.
  "You are being rate limited.",
]);

/** On their way to the log, to a key or to the wire. */
const NOT_READ = new Set([
  ..."shard connected|shard resumed|letta away|letta back|how far was heard|a file|no answer".split("|"),
  ..."something could not be read|an error was answered".split("|"),
  // Parts of the process, as the log calls them.
  ..."sandbox's lock|sandbox's Letta|sandbox's Discord|sandbox's Slack".split("|"),
  "{}/given up",
  "slack installation",
  ": still here\n\n",
  "the answer is not from {} itself",
  "{} limits everything",
  "{} is left alone until {} ({})",
  // Sent to the page as events, and their subjects.
  ..."retry: {}\n\n|message {} {}|place {}|typing {} {}|insight {}".split("|"),
  // Of a stored record that is not readable, and of a connection.
  ..."dead letter|turn {}|give back|forget what it serves|rapport keeper|rapport {} locks".split("|"),
  // A setting, as PostgreSQL's programs take it.
  "-c {}",
]);

const LOG_METHODS = new Set(["debug", "info", "warn", "error"]);
/** What these are made with is for the log; so it is with all that is thrown, but for what carries a sentence for people. */
const FOR_THE_LOG = new Set([
  "Error",
  "PlatformUnavailable",
  "PlatformRejection",
  "RateLimited",
  "RetryLater",
]);
const FOR_PEOPLE: ReadonlySet<string> = new Set(["AppError", "Unfit", "NotPossible"]);

/** A template's placeholders are `{}`. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join("");
}

const WORD = /\p{L}[\p{L}'’]*/gu;

/** Names, operators and places for values, as they are written in SQL and in no sentence. */
const SQL = /\brapport\.[a-z]|\bcoalesce\(|#>>|\$\d|\b[a-z]\.[a-z_]+ in \(|\bexcluded\.|\bcase when\b/;

/** Two words with a blank between them, a placeholder counting as one. What stands in the tags of a page is not read. */
const isPhrase = (written: string): boolean => {
  const text = written.replace(/<[^<>]*>/g, "");
  return !SQL.test(text) && isOfWords(text);
};

const isOfWords = (text: string): boolean =>
  /[\p{L}}][*`”"]*[,;:.!?]?\s+[*`“"(]*[\p{L}{]/u.test(text) && (text.match(WORD) ?? []).length > 0;

/** Whether a node says of what it holds that nobody reads it as a sentence. */
function isForOthers(node: ts.Node, from: ts.Node): boolean {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isLiteralTypeNode(node)) return true;
  if (ts.isNewExpression(node)) return isMadeForLog(node);
  // What people are told of an error is its `userMessage`; its `message` is for the log.
  if (ts.isPropertyAssignment(node)) return node.name.getText() === "message" && isOfError(node);
  // A list of words.
  if (ts.isPropertyAccessExpression(node)) return node.expression === from && node.name.text === "split";
  return (
    ts.isCallExpression(node) &&
    (node.expression.kind === ts.SyntaxKind.SuperKeyword ||
      CONNECTING.has(node.expression.getText()) ||
      isLogCall(node) ||
      (isMethodCall(node, FOR_NOBODY) && from === node.arguments[0]))
  );
}

/** A field of the API is described to programmers, and a query to the database. */
const FOR_NOBODY = new Set(["describe", "query"]);
/** They name a connection, for whoever looks at PostgreSQL's list. */
const CONNECTING = new Set(["makeClient", "makePool"]);

function isMadeForLog({ expression, parent }: ts.NewExpression): boolean {
  const name = expression.getText();
  return FOR_THE_LOG.has(name) || (ts.isThrowStatement(parent) && !FOR_PEOPLE.has(name));
}

const isOfError = ({ parent }: ts.PropertyAssignment): boolean =>
  ts.isNewExpression(parent.parent) && parent.parent.arguments?.at(-1) === parent;

const isMethodCall = ({ expression }: ts.CallExpression, names: ReadonlySet<string>): boolean =>
  ts.isPropertyAccessExpression(expression) && names.has(expression.name.text);

const isLogCall = (node: ts.CallExpression): boolean =>
  isMethodCall(node, LOG_METHODS) && /\blog\.\w+$/.test(node.expression.getText());

/** Up to the statement that it stands in. */
function isElsewhere(node: ts.Node): boolean {
  for (let at = node; at.parent && !ts.isBlock(at.parent); at = at.parent)
    if (isForOthers(at.parent, at)) return true;
  return false;
}

const parse = (name: string, text: string) => ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);

function walk(source: ts.SourceFile, visit: (node: ts.Node) => void): void {
  const each = (node: ts.Node): void => {
    visit(node);
    ts.forEachChild(node, each);
  };
  each(source);
}

/** Literals that a type names, such as the phases of a turn: these are codes. */
function codesIn(sources: readonly ts.SourceFile[]): ReadonlySet<string> {
  const codes = new Set<string>();
  for (const source of sources)
    walk(source, (node) => {
      if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) codes.add(node.literal.text);
    });
  return codes;
}

function phrasesIn(sources: readonly ts.SourceFile[]): readonly string[] {
  const codes = codesIn(sources);
  const found: string[] = [];
  for (const source of sources)
    walk(source, (node) => {
      const text = textOf(node);
      if (
        text === undefined ||
        !isPhrase(text) ||
        codes.has(text) ||
        NOT_OURS.has(text) ||
        NOT_READ.has(text) ||
        isElsewhere(node)
      )
        return;
      found.push(`${source.fileName}: ${text}`);
    });
  return found;
}

const filesIn = (room: string): readonly string[] =>
  room.endsWith(".ts")
    ? [room]
    : readdirSync(room, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => `${room}/${file}`)
        .sort();

const parsed = (rooms: readonly string[]) =>
  rooms.flatMap(filesIn).map((file) => parse(file, readFileSync(file, "utf8")));

test("no sentence for people stands outside the catalogue", () => {
  const sources = parsed(ROOMS).filter(
    ({ fileName }) => !FOR_PROGRAMMERS.has(fileName) && !fileName.startsWith(FOR_THE_DATABASE),
  );
  expect(sources.length).toBeGreaterThan(380);
  expect(phrasesIn(sources)).toEqual([]);
});

test("the check finds a sentence wherever one can hide, and takes nothing else for one", () => {
  const hidden = `
    const said = { text: "Nothing was said here yet." };
    const where = isThread ? "a thread" : "here";
    throw new AppError("forbidden", \`Only \${name} may do that.\`, { message: "not the author", cause });
    reply(count === 1 ? \`\${count} answer waits\` : "");
    const title = truncate("What it knows", 45);
    throw new Unfit(404, "This place is not here for you.");
    const page = \`<p class="a b">Opening it …</p>\`;
    const what = { "28P01": "The database refuses the password." };
  `;
  const none = `
    import { a } from "./a b.ts";
    type Phase = "first words" | "begun";
    emit("first words");
    log.warn({ err }, "could not say it");
    services.log.info("turn answered by us");
    throw new Error("a turn without events");
    const field = z.string().describe("What was said.");
    await db.query("select 1 from turn");
    const key = \`\${a}/\${b}\`;
    const word = "here";
    const address = "https://example.org/a";
    const page = \`<p class="a b" id="c">\${a}</p>\`;
    const statement = "delete from rapport.turn where id = $1";
    const only = "and t.state in ('begun', 'asked')";
    const client = makeClient(url, { name: "rapport check" });
  `;
  expect(phrasesIn([parse("hidden.ts", hidden)])).toEqual([
    "hidden.ts: Nothing was said here yet.",
    "hidden.ts: a thread",
    "hidden.ts: Only {} may do that.",
    "hidden.ts: {} answer waits",
    "hidden.ts: What it knows",
    "hidden.ts: This place is not here for you.",
    'hidden.ts: <p class="a b">Opening it …</p>',
    "hidden.ts: The database refuses the password.",
  ]);
  expect(phrasesIn([parse("none.ts", none)])).toEqual([]);
});

/** `access.paused`, `commands.admin.options.what` … */
const keysOf = (value: object, path = ""): readonly string[] =>
  Object.entries(value).flatMap(([key, below]) =>
    typeof below === "object" && !Array.isArray(below) ? keysOf(below, `${path}${key}.`) : [`${path}${key}`],
  );

/** Tables that are looked up by what a platform says, or by what a person chose. */
const LOOKED_UP =
  /^(?:database\.(?:refused|notWritable)|embeddedDatabase\.folder|slack\.refused|letta\.(?:errors|forOperators)|memory\.pages|access\.sharing|commands\.admin\.kinds|agent\.activities)\./;

test("the catalogue holds no sentence that nobody says", () => {
  const names = new Set<string>();
  const rooms = ["commands", "src"];
  for (const source of parsed(rooms).filter(({ fileName }) => !fileName.startsWith("src/sentences/")))
    walk(source, (node) => {
      if (ts.isPropertyAccessExpression(node)) names.add(node.name.text);
      if (ts.isBindingElement(node)) names.add((node.propertyName ?? node.name).getText());
    });
  const keys = keysOf(sentences);
  expect(keys.length).toBeGreaterThan(400);
  const unused = keys.filter((key) => !LOOKED_UP.test(key) && !names.has(key.split(".").at(-1) ?? ""));
  expect(unused).toEqual([]);
});

test("a command that a sentence names is named as it is typed where that is", () => {
  const sentence = `Ask ${mention("persona", "use", "ada")}, or ${mention("help")}.`;
  expect(sentence).toBe("Ask `/persona use ada`, or `/help`.");
  expect(withTextSyntax(sentence)).toBe("Ask `!persona use ada`, or `!help`.");
  expect(Object.keys(COMMANDS)).toContain("persona");
});
