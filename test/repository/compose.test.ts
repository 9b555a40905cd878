import { existsSync, readFileSync } from "node:fs";
import { VFile } from "vfile";
import { matter } from "vfile-matter";
import { expect, test } from "vitest";
import { z } from "zod";

/* What must hold of the files that run Rapport in containers, wherever there is no engine to try them. */

/*
 * What the compose specification says of each key that is used here, as https://compose-spec.io has it: a key that is
 * not in these lists is a slip, and an engine would refuse it.
 */
const Setting = z.string().nullable();
const Duration = z.string().regex(/^(\d+(us|ms|s|m|h))+$/);
const Service = z.strictObject({
  image: z.string(),
  build: z.string().optional(),
  restart: z.enum(["no", "always", "on-failure", "unless-stopped"]),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  environment: z.record(z.string().regex(/^[A-Z][A-Z_]*$/), Setting),
  volumes: z.array(z.string().regex(/^[\w./-]+:\/[\w./-]+(:ro)?$/)).default([]),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.literal("CMD"), z.string()]).rest(z.string()),
      interval: Duration,
      timeout: Duration,
      retries: z.int(),
      start_period: Duration,
    })
    .optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal("service_healthy") })).default({}),
  extra_hosts: z.array(z.string()).default([]),
  init: z.boolean().default(false),
  read_only: z.boolean().default(false),
  tmpfs: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  stop_grace_period: Duration.optional(),
});
const Compose = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean() }).nullable()),
  volumes: z.record(z.string(), z.null()),
});

function readYaml(name: string): unknown {
  const file = new VFile({ path: name, value: `---\n${readFileSync(name, "utf8")}---\n` });
  matter(file);
  return file.data.matter;
}

const { services, networks, volumes } = Compose.parse(readYaml("docker-compose.yml"));
const dockerfile = readFileSync("Dockerfile", "utf8");
const named = () => Object.entries(services);
const settings = named().flatMap(([name, { environment }]) =>
  Object.entries(environment).map(([key, value]) => ({ name: `${name}.${key}`, value })),
);

/** What the start reads, the platforms' own included. */
const SETTINGS = [
  "src/config/config.ts",
  "src/config/network.ts",
  "src/config/slack.ts",
  "src/config/policy.ts",
]
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

test("every image is pinned to a version", () => {
  const stages = [...dockerfile.matchAll(/^FROM (\S+)(?: AS (\S+))?/gm)].map(([, from = "", as]) => ({
    from,
    as,
  }));
  const built = stages.map(({ as }) => as);
  const images = [
    ...named().flatMap(([, { image, build }]) => (build === undefined ? [image] : [])),
    ...stages.flatMap(({ from }) => (built.includes(from) ? [] : [from])),
  ];
  expect(images).toHaveLength(3);
  for (const image of images) expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+\.\d+[\w.-]*$/);
});

test("no port is open but to this machine, and the database has no way out", () => {
  for (const [name, { ports }] of named()) {
    for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
  }
  expect(services.postgres?.networks).toEqual(["inside"]);
  expect(networks.inside).toEqual({ internal: true });
});

test("no secret is in a file: it comes from .env, and what cannot do without demands it", () => {
  const secrets = settings.filter(({ name }) => /PASSWORD|KEY|TOKEN|SECRET/.test(name));
  expect(secrets.length).toBeGreaterThan(5);
  for (const { name, value } of secrets) expect(value ?? "", name).toMatch(/^(\$\{[^}]*\})?$/);
  for (const { name, value } of settings.filter((each) => each.value?.includes("@"))) {
    expect(value, name).toMatch(/^postgresql:\/\/\w+:\$\{\w+\}@postgres:5432\/rapport$/);
  }
  const demanded = secrets.filter(({ value }) => value?.includes(":?")).map(({ name }) => name);
  expect(demanded).toEqual([
    "postgres.POSTGRES_PASSWORD",
    "postgres.RAPPORT_POSTGRES_PASSWORD",
    "postgres.LETTA_POSTGRES_PASSWORD",
    "letta.LETTA_SERVER_PASSWORD",
  ]);
});

test("Letta asks for its password, and Rapport knows it", () => {
  expect(services.letta?.environment).toMatchObject({
    SECURE: "true",
    LETTA_SERVER_PASSWORD: expect.stringMatching(/^\$\{LETTA_API_KEY:\?/),
  });
  expect(services.rapport?.environment).toHaveProperty("LETTA_API_KEY", null);
});

test("each comes back after a failure, is asked how it is, and waits for what it needs to be well", () => {
  for (const [name, { restart, healthcheck, build, depends_on }] of named()) {
    expect(restart, name).toBe("unless-stopped");
    expect(healthcheck !== undefined || (build === "." && dockerfile.includes("HEALTHCHECK")), name).toBe(
      true,
    );
    for (const { condition } of Object.values(depends_on)) expect(condition, name).toBe("service_healthy");
  }
  expect(Object.keys(services.rapport?.depends_on ?? {})).toEqual(["postgres", "letta"]);
});

test("what is mounted exists", () => {
  const sources = named().flatMap(([, each]) => each.volumes.map((volume) => volume.split(":")[0] ?? ""));
  expect(sources).toHaveLength(2);
  for (const source of sources) expect(source in volumes || existsSync(source), source).toBe(true);
});

/** What the emulators and the page need, which are not run there. */
const ELSEWHERE = ["DATA_DIR", "MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL", "PORT"];

test("every setting reaches Rapport", () => {
  const known = SETTINGS.matchAll(/^ {2}([A-Z][A-Z_]+):/gm);
  const reaching = [...Object.keys(services.rapport?.environment ?? {}), ...ELSEWHERE];
  expect(new Set(reaching)).toEqual(new Set([...known].map(([, name]) => name)));
});

test("the image is built from the lock file, runs as nobody in particular, and hears its signals", () => {
  expect(dockerfile).toMatch(/^RUN npm ci --omit=dev\b/m);
  expect(dockerfile).not.toMatch(/npm (install|i)\b/);
  const last = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
  expect(last).toMatch(/\nUSER node\n[\s\S]*\nCMD \["node", "dist\/src\/main\.js"\]\n$/);
  const programs = [...last.matchAll(/"dist\/(\S+)\.js"/g)].map(([, program]) => `${program}.ts`);
  expect(programs).toEqual(["src/cli/liveness.ts", "src/main.ts"]);
  for (const program of programs) expect(existsSync(program), program).toBe(true);
});

test("only what the image is built from reaches the engine", () => {
  const [first, ...rest] = readFileSync(".dockerignore", "utf8")
    .split("\n")
    .filter((line) => !/^(#|$)/.test(line));
  expect(first).toBe("*");
  const wanted = rest.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  for (const name of wanted) expect(existsSync(name), name).toBe(true);
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = ""]) =>
    names.split(" "),
  );
  for (const name of copied.filter((each) => each !== ".")) expect(wanted, name).toContain(name);
});

test("what services name of each other is there, and nothing that runs as Rapport may become more than it is", () => {
  for (const [name, { networks: used, depends_on }] of named()) {
    for (const network of used) expect(Object.keys(networks), name).toContain(network);
    for (const other of Object.keys(depends_on)) expect(Object.keys(services), name).toContain(other);
  }
  expect(services.rapport).toMatchObject({
    read_only: true,
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    // Nobody could open the page of an emulated Discord in there.
    environment: { SANDBOX: "false" },
  });
});
