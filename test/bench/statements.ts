import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "@rapport/testing";
import pg from "pg";
import { z } from "zod";
import { databaseAt } from "../emulators/database.ts";
import { startBot, storyServer } from "../harness/bot.ts";
import { PLATFORMS, type PlatformName } from "../harness/platforms.ts";

/*
 * What a warm turn asks of PostgreSQL, with settings as shipped: a message in a thread where an answer was given before.
 * What is asked also while nobody says anything is left out. Run with --list to see the statements of the last turn.
 */

const TURNS = 20;
const AS_SHIPPED_MS = 150;
/** All that is asked now and then is asked within this time. */
const IDLE_MS = 12_000;

interface Asked {
  readonly text: string;
  readonly connection: pg.Client;
  readonly at: number;
  rowCount: number;
}

const Result = z.object({ rowCount: z.number().nullable() });

/** All statements of clients that the bot opened, from now on. */
function recordStatements(): Asked[] {
  const asked: Asked[] = [];
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function recorded(this: pg.Client, ...args: unknown[]): never {
    const [config] = args;
    const text = typeof config === "string" ? config : z.object({ text: z.string() }).parse(config).text;
    const entry: Asked = { text, connection: this, at: performance.now(), rowCount: 0 };
    if (applicationOf(this).startsWith("rapport")) asked.push(entry);
    const note = (result: unknown) => {
      entry.rowCount = Result.safeParse(result).data?.rowCount ?? 0;
    };
    const callback = args.at(-1);
    if (typeof callback === "function")
      args[args.length - 1] = (error: unknown, result: unknown) => {
        note(result);
        callback(error, result);
      };
    const returned: unknown = Reflect.apply(query, this, args);
    if (returned instanceof Promise) returned.then(note, () => undefined);
    return returned as never;
  };
  return asked;
}

const Connected = z.object({ connectionParameters: z.object({ application_name: z.string().default("") }) });
const applicationOf = (client: pg.Client): string =>
  Connected.parse(client).connectionParameters.application_name;

const BEGIN = /^begin/i;
const COMMIT = /^commit/i;
const WRITES =
  /^\s*(insert|update|delete)|rapport\.(lane|turn)_\w+\(|\b(update|insert into|delete from) rapport\./i;
/** Asked also on every tick; those that a turn brings about count. */
const CLAIM = /rapport\.lane_claim\(/;
/** What says so of itself: the server answers before it is on disk, and a crash of the server may lose it. */
const NOT_DURABLE = /rapport\.lane_end\(|synchronous_commit/i;

interface Counted {
  readonly statements: number;
  readonly commits: number;
  readonly durable: number;
}

function count(asked: readonly Asked[]): Counted {
  /** Whether a transaction wrote something; statements outside of one are transactions of their own. */
  const open = new Map<pg.Client, boolean>();
  const commits: boolean[] = [];
  for (const { text, connection, rowCount } of asked) {
    const writes = WRITES.test(text) && rowCount > 0;
    const before = open.get(connection);
    if (BEGIN.test(text)) open.set(connection, false);
    else if (COMMIT.test(text) && before !== undefined) {
      commits.push(before);
      open.delete(connection);
    } else if (before === undefined) commits.push(writes && !NOT_DURABLE.test(text));
    else open.set(connection, before || writes);
  }
  return { statements: asked.length, commits: commits.length, durable: commits.filter(Boolean).length };
}

async function measure(platform: PlatformName, asked: Asked[]): Promise<void> {
  const server = await storyServer();
  const bot = await startBot(server, { platform, debounceMs: AS_SHIPPED_MS });
  const database = databaseAt(bot.databaseUrl);
  const noneWaits = () =>
    eventually("the turn has ended", async () => {
      const { rows } = await database.query(
        "select 1 from rapport.lane where pending > 0 or worker is not null",
      );
      return rows.length === 0;
    });
  try {
    const thread = await bot.alice.begins("#general", "a thread to be measured");
    await bot.alice.reads(thread);
    await bot.alice.asks(thread, "Once more, so that all is warm.");
    await bot.idle();
    asked.length = 0;
    await sleep(IDLE_MS);
    const idle = new Set(asked.map(({ text }) => text));
    const counts: Counted[] = [];
    let last: readonly Asked[] = [];
    for (let turn = 1; turn <= TURNS; turn += 1) {
      asked.length = 0;
      await bot.alice.asks(thread, `What do you say to ${turn}?`);
      await noneWaits();
      // What our own notification brings about, and what is done behind the turn.
      await sleep(AS_SHIPPED_MS);
      last = asked.filter(({ text }) => !idle.has(text) || CLAIM.test(text));
      counts.push(count(last));
    }
    const mean = (of: keyof Counted) =>
      (counts.reduce((sum, each) => sum + each[of], 0) / counts.length).toFixed(1);
    process.stdout.write(
      `${platform}: ${mean("statements")} statements, ${mean("commits")} commits, ${mean("durable")} of them durable\n`,
    );
    if (process.argv.includes("--list")) list(last);
  } finally {
    await database.close();
    await bot.stop();
    await server.close();
  }
}

const TEXT_LENGTH = 140;

function list(asked: readonly Asked[]): void {
  const from = asked[0]?.at ?? 0;
  for (const { at, text, connection, rowCount } of asked) {
    const line = text.replace(/\s+/g, " ").trim().slice(0, TEXT_LENGTH);
    process.stdout.write(
      `  ${(at - from).toFixed(1).padStart(6)} ms  ${applicationOf(connection)}: ${line} (${rowCount})\n`,
    );
  }
}

const asked = recordStatements();
for (const platform of PLATFORMS) await measure(platform, asked);
// What the emulators and the pool keep open is of no more use.
process.exit(0);
