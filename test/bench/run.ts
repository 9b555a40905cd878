import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import os from "node:os";
import { performance } from "node:perf_hooks";
import Letta from "@letta-ai/letta-client";
import { scriptedModel, startLettaServer } from "@rapport/letta-server";
import { Person, systemClock } from "@rapport/testing";
import { openStorage, type Storage } from "../../src/storage/storage.ts";
import { storyServer } from "../harness/bot.ts";
import type { RapportChat } from "../harness/chats.ts";
import { PLATFORMS, startChat } from "../harness/platforms.ts";
import { recordingLog } from "../storage/servers/databases.ts";
import { type Figures, figures, table } from "./figures.ts";
import { hostileFigures } from "./hostile.ts";

/*
 * What the bot adds to asking Letta directly on each platform, how much it does in a second, and what it keeps in memory.
 * One run, all of them in turn, everything on this machine: the bot as a process of its own, connected to all platforms;
 * in this one the sandbox's Letta with a model that answers at once, and the sandbox's Discord and Slack with their rate
 * limits off (those are far below this). The bot begins no more streams a minute than Slack allows: of the answers there
 * nearly all are posted and edited.
 */

const TURNS = 500;
const WARM_UP = 50;
/** A person who looks at a thread looks at all of it: it is kept short, so that looking is not what is measured. */
const TURNS_IN_A_THREAD = 20;
/** Waiting for the rest of a burst is a setting, not work. */
const BURST_MS = 0;
const PARALLEL_THREADS = 40;
const TURNS_EACH = 5;
const BINDINGS = 10_000;

/** Alice on one platform. */
interface Seat {
  readonly platform: string;
  readonly chat: RapportChat;
  readonly alice: Person;
}

interface Stage {
  readonly seats: readonly Seat[];
  readonly storage: Storage;
  readonly lettaUrl: string;
  /** Of the bot's process, in MB. */
  memory(): Promise<number>;
  readonly startMs: number;
  stop(): Promise<void>;
}

async function setUp(): Promise<Stage> {
  const server = await storyServer();
  const databaseUrl = await server.emptyDatabase();
  const storage = await openStorage({ url: databaseUrl, log: recordingLog() });
  const letta = await startLettaServer({ db: storage, model: scriptedModel({ clock: systemClock }) });
  const seats = await Promise.all(PLATFORMS.map(takeSeat));
  const connection = Object.assign({}, ...seats.map(({ chat }) => chat.connection));
  const settings = JSON.stringify({ databaseUrl, lettaUrl: letta.url, connection, debounceMs: BURST_MS });
  const startedAt = performance.now();
  const bot = fork("test/harness/bot-process.ts", [settings], {
    execArgv: ["--expose-gc", "--import", "tsx"],
  });
  await once(bot, "message");
  return {
    seats,
    storage,
    lettaUrl: letta.url,
    startMs: performance.now() - startedAt,
    memory: () => memoryOf(bot),
    async stop() {
      bot.disconnect();
      await once(bot, "exit");
      for (const { chat } of seats) await chat.stop();
      await letta.stop();
      await storage.close();
      await server.close();
    },
  };
}

async function takeSeat(platform: (typeof PLATFORMS)[number]): Promise<Seat> {
  const chat = await startChat(platform);
  chat.switchLimitsOff();
  return { platform, chat, alice: new Person(chat, "Alice") };
}

async function memoryOf(bot: ChildProcess): Promise<number> {
  const answer = once(bot, "message");
  bot.send("memory");
  const [bytes] = await answer;
  return Number(bytes) / 2 ** 20;
}

type Ask = (text: string) => Promise<number>;

/** One conversation, as a program would use it that has only the client. */
async function directAsker({ lettaUrl, storage, seats }: Stage): Promise<Ask> {
  const [seat] = seats;
  if (!seat) throw new Error("there is no platform");
  const thread = await seat.alice.begins("#general", "make me an agent");
  await seat.alice.reads(thread);
  const [binding] = await storage.bindings.list(seat.chat.placeId(thread));
  if (!binding) throw new Error("nothing was bound");
  const client = new Letta({ baseURL: lettaUrl, apiKey: null, maxRetries: 0 });
  const { id } = await client.conversations.create({ agent_id: binding.agent });
  return (text) =>
    timed(async () => {
      const messages = [{ role: "user" as const, content: text }];
      const stream = await client.conversations.messages.create(id, { messages, stream_tokens: true });
      for await (const _ of stream);
    });
}

/** The same through a platform: from what Alice says to the answer as it stands in the end. */
function botAsker({ alice }: Seat): Ask {
  let thread = "";
  let turns = 0;
  return async (text) => {
    if (turns % TURNS_IN_A_THREAD === 0) {
      thread = await alice.begins("#general", "a thread for figures");
      await alice.reads(thread);
    }
    turns += 1;
    return timed(() => alice.asks(thread, text, text));
  };
}

async function throughput({ alice }: Seat): Promise<number> {
  const threads: string[] = [];
  for (let thread = 0; thread < PARALLEL_THREADS; thread += 1) {
    threads.push(await alice.begins("#random", `parallel ${thread}`));
  }
  for (const thread of threads) await alice.reads(thread);
  const ms = await timed(() =>
    Promise.all(
      threads.map(async (thread) => {
        for (let turn = 0; turn < TURNS_EACH; turn += 1)
          await alice.asks(thread, `turn ${turn}`, `turn ${turn}`);
      }),
    ),
  );
  return (PARALLEL_THREADS * TURNS_EACH * 1_000) / ms;
}

async function addBindings({ storage, seats }: Stage): Promise<void> {
  await storage.query(
    `insert into rapport.binding (key, value)
     select 'binding:bench%2F' || n, (select value from rapport.binding limit 1) from generate_series(1, $1) n`,
    [BINDINGS],
  );
  for (const { alice } of seats) {
    const thread = await alice.begins("#general", "among many");
    await alice.reads(thread);
    for (let turn = 0; turn < WARM_UP; turn += 1) await alice.asks(thread, `among ${turn}`, `among ${turn}`);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

async function compareTurns(stage: Stage): Promise<void> {
  const direct = await directAsker(stage);
  const asked = stage.seats.map((seat) => ({
    ...seat,
    ask: botAsker(seat),
    took: numbers(),
    added: numbers(),
  }));
  const alone = numbers();
  let before = 0;
  for (let turn = -WARM_UP; turn < TURNS; turn += 1) {
    if (turn === 0) before = await stage.memory();
    const letta = await direct(`hello ${turn}`);
    if (turn >= 0) alone.push(letta);
    for (const { ask, took, added } of asked) {
      const whole = await ask(`hello ${turn}`);
      if (turn < 0) continue;
      took.push(whole);
      added.push(whole - letta);
    }
  }
  const rows: [string, Figures][] = [
    ["asking the sandbox's Letta directly", figures(alone)],
    ...asked.flatMap(({ platform, took, added }): [string, Figures][] => [
      [`through ${platform} and the bot`, figures(took)],
      [`added by the bot on ${platform}, pair by pair`, figures(added)],
    ]),
  ];
  say(`\n${TURNS} turns each, burst wait ${BURST_MS} ms\n${table(rows)}\n`);
  const after = await stage.memory();
  say(
    `memory of the bot's process: ${before.toFixed(0)} MB before, ${after.toFixed(0)} MB after these turns`,
  );
}

const numbers = (): number[] => [];

async function main(): Promise<void> {
  const stage = await setUp();
  const [cpu] = os.cpus();
  say(`${os.cpus().length} × ${cpu?.model ?? "unknown processor"}, Node ${process.versions.node}`);
  say(`load of the machine at the start: ${os.loadavg()[0]?.toFixed(2)}`);
  say(`the bot's process from its start to connected: ${(stage.startMs / 1_000).toFixed(1)} s`);
  say(
    `\nhostile texts, 100 kB each, by reader (× how the slowest grew from 50 kB; 2 is linear)\n${table(hostileFigures(100_000))}`,
  );
  await compareTurns(stage);
  for (const seat of stage.seats)
    say(
      `turns per second on ${seat.platform}, ${PARALLEL_THREADS} threads at once: ${(await throughput(seat)).toFixed(0)}`,
    );
  await addBindings(stage);
  say(`memory with ${BINDINGS.toLocaleString("en")} bindings: ${(await stage.memory()).toFixed(0)} MB`);
  await stage.stop();
}

await main();
