import { parseArgs } from "node:util";

/** What a soak does, all of it by its arguments. */
export interface SoakPlan {
  readonly seed: number;
  readonly withinMs: number;
  readonly messages: number;
  /** So many are alive when the bot is killed and somebody speaks in each of them. */
  readonly threads: number;
  readonly faults: FaultPlan;
  /** Where all that happens is told, as JSON lines. */
  readonly log: string | undefined;
}

export interface FaultPlan {
  /** kill -9 of the bot. */
  readonly kills: number;
  /** SIGTERM to the bot, which ends in its own time. */
  readonly restarts: number;
  /** kill -9 of bot and Letta together, as when the machine is switched off. */
  readonly doubles: number;
  readonly lettaKills: number;
  /** All of the bot's database connections at once. */
  readonly cuts: number;
  readonly drops: number;
  readonly lostReceipts: number;
  /** A page with status 429 in the place of a platform's answers, as a CDN's ban sends it. */
  readonly pages: number;
  /** How long the database is away, once, in ms. */
  readonly awayMs: number;
}

interface Option {
  readonly says: string;
  /** When it is not given. */
  readonly value: string | ((minutes: number) => number);
}

const a = (aMinute: number) => (minutes: number) => Math.round(aMinute * minutes);

const OPTIONS = {
  minutes: { says: "how long people talk", value: "1" },
  seed: { says: "the same seed is the same plan", value: "1" },
  messages: { says: "how many messages they write (200 a minute)", value: a(200) },
  threads: { says: "live threads over a restart", value: "150" },
  kills: { says: "kill -9 of the bot (8 a minute)", value: a(8) },
  restarts: { says: "SIGTERM to the bot, and started again (2 a minute)", value: a(2) },
  doubles: { says: "kill -9 of bot and Letta together (1 a minute)", value: a(1) },
  letta: { says: "kill -9 of Letta (1 a minute)", value: a(1) },
  cuts: { says: "all database connections cut (2 a minute)", value: a(2) },
  drops: { says: "sockets dropped (3 a minute)", value: a(3) },
  receipts: { says: "answers of a platform lost after it took a post (5 a minute)", value: a(5) },
  pages: { says: "a page with 429 for some seconds in place of a platform (1 a minute)", value: a(1) },
  away: {
    says: "seconds the database is away (10; 60 from 3 minutes on)",
    value: (m: number) => (m < 3 ? 10 : 60),
  },
  log: { says: "a file for all that happens, without what is said", value: "" },
} as const satisfies Readonly<Record<string, Option>>;
type Name = keyof typeof OPTIONS;

export const HELP = [
  "npm run soak -- [options]",
  "",
  "People talk with the bot on both platforms while everything around it is killed, cut and lost. In the end",
  "every message is answered once and in order, or a sentence says why not. Ends with 1 when that is not so.",
  "",
  ...Object.entries(OPTIONS).map(([name, { says }]) => `  --${name.padEnd(10)}${says}`),
].join("\n");

/** Undefined when somebody asks for help. */
export function planFrom(args: readonly string[]): SoakPlan | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", default: false },
      ...Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, { type: "string" as const }])),
    },
  });
  if (values.help) return undefined;
  const given = new Map(Object.entries(values).map(([name, value]) => [name, String(value)]));
  const minutes = number("minutes", given.get("minutes") ?? OPTIONS.minutes.value);
  const of = (name: Name): number => {
    const { value }: Option = OPTIONS[name];
    return number(name, given.get(name) ?? (typeof value === "string" ? value : value(minutes)));
  };
  return {
    seed: of("seed"),
    withinMs: minutes * 60_000,
    messages: of("messages"),
    threads: of("threads"),
    faults: {
      kills: of("kills"),
      restarts: of("restarts"),
      doubles: of("doubles"),
      lettaKills: of("letta"),
      cuts: of("cuts"),
      drops: of("drops"),
      lostReceipts: of("receipts"),
      pages: of("pages"),
      awayMs: of("away") * 1_000,
    },
    log: given.get("log"),
  };
}

function number(name: string, value: string | number): number {
  const read = Number(value);
  if (value === "" || !Number.isFinite(read) || read < 0)
    throw new Error(`--${name} must be a number, not "${value}".`);
  return read;
}
