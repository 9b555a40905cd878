import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import os from "node:os";
import { performance } from "node:perf_hooks";
import Letta from "@letta-ai/letta-client";
import { systemClock } from "../../src/sandbox/clock.ts";
import { startSandboxDiscord } from "../../src/sandbox/discord/server.ts";
import { scriptedModel } from "../../src/sandbox/letta/model/scripted.ts";
import { startSandboxLetta } from "../../src/sandbox/letta/server.ts";
import { openStorage, type Storage } from "../../src/storage/storage.ts";
import { storyServer } from "../harness/bot.ts";
import { Person } from "../harness/people.ts";
import { keepingLog } from "../storage/databases.ts";
import { type Figures, figures, table } from "./figures.ts";

/*
 * What the bot adds to asking Letta directly, how much it does in a second, and what it keeps in memory. One run, both
 * sides in turn, everything on this machine: the bot as a process of its own; in this one the sandbox's Letta with a
 * model that answers at once, and the sandbox's Discord with its rate limits off (Discord's are far below this).
 */

const TURNS = 500;
const WARM_UP = 50;
/** Waiting for the rest of a burst is a setting, not work. */
const BURST_MS = 0;
const PARALLEL_THREADS = 40;
const TURNS_EACH = 5;
const BINDINGS = 10_000;

interface Stage {
  readonly alice: Person;
  readonly storage: Storage;
  readonly lettaUrl: string;
  /** Of the bot's process, in MB. */
  memory(): Promise<number>;
  readonly startMs: number;
  stop(): Promise<void>;
}

async function setUp(): Promise<Stage> {
  const server = await storyServer();
  const databaseUrl = await server.scratch();
  const storage = await openStorage({ url: databaseUrl, log: keepingLog() });
  const letta = await startSandboxLetta({ db: storage, model: scriptedModel({ clock: systemClock }) });
  const discord = await startSandboxDiscord();
  discord.limits.switchOff();
  const { token, url: apiBase } = discord;
  const settings = JSON.stringify({ databaseUrl, lettaUrl: letta.url, token, apiBase, burstMs: BURST_MS });
  const startedAt = performance.now();
  const bot = fork("test/harness/bot-process.ts", [settings], {
    execArgv: ["--expose-gc", "--import", "tsx"],
  });
  await once(bot, "message");
  return {
    alice: new Person(discord, "Alice"),
    storage,
    lettaUrl: letta.url,
    startMs: performance.now() - startedAt,
    memory: () => memoryOf(bot),
    async stop() {
      bot.disconnect();
      await once(bot, "exit");
      await discord.stop();
      await letta.stop();
      await storage.close();
      await server.close();
    },
  };
}

async function memoryOf(bot: ChildProcess): Promise<number> {
  const answer = once(bot, "message");
  bot.send("memory");
  const [bytes] = await answer;
  return Number(bytes) / 2 ** 20;
}

/** One conversation, as a program would use it that has only the client. */
async function directAsker({ lettaUrl, storage, alice }: Stage): Promise<(text: string) => Promise<void>> {
  const thread = await alice.begins("#general", "make me an agent");
  await alice.reads(thread);
  const [binding] = await storage.bindings.list(`discord.${thread}`);
  if (!binding) throw new Error("nothing was bound");
  const client = new Letta({ baseURL: lettaUrl, apiKey: null, maxRetries: 0 });
  const { id } = await client.conversations.create({ agent_id: binding.agent });
  return async (text) => {
    const messages = [{ role: "user" as const, content: text }];
    const stream = await client.conversations.messages.create(id, { messages, stream_tokens: true });
    for await (const _ of stream);
  };
}

/** The same through Discord: from what Alice says to the answer as it stands in the end. */
async function botAsker({ alice }: Stage): Promise<(text: string) => Promise<void>> {
  const thread = await alice.begins("#general", "a thread for figures");
  await alice.reads(thread);
  return async (text) => {
    await alice.asks(thread, text, text);
  };
}

async function throughput({ alice }: Stage): Promise<number> {
  const threads: string[] = [];
  for (let thread = 0; thread < PARALLEL_THREADS; thread += 1) {
    threads.push(await alice.begins("#random", `parallel ${thread}`));
  }
  for (const thread of threads) await alice.reads(thread);
  const ms = await timed(async () => {
    await Promise.all(
      threads.map(async (thread) => {
        for (let turn = 0; turn < TURNS_EACH; turn += 1)
          await alice.asks(thread, `turn ${turn}`, `turn ${turn}`);
      }),
    );
  });
  return (PARALLEL_THREADS * TURNS_EACH * 1_000) / ms;
}

async function addBindings({ storage, alice }: Stage): Promise<void> {
  await storage.query(
    `insert into rapport.binding (key, value)
     select 'binding:bench%2F' || n, (select value from rapport.binding limit 1) from generate_series(1, $1) n`,
    [BINDINGS],
  );
  const thread = await alice.begins("#general", "among many");
  await alice.reads(thread);
  for (let turn = 0; turn < WARM_UP; turn += 1) await alice.asks(thread, `among ${turn}`, `among ${turn}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function main(): Promise<void> {
  const stage = await setUp();
  const [cpu] = os.cpus();
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(`${os.cpus().length} × ${cpu?.model ?? "unknown processor"}, Node ${process.versions.node}`);
  say(`the bot's process from its start to connected: ${(stage.startMs / 1_000).toFixed(1)} s`);

  const direct = await directAsker(stage);
  const throughBot = await botAsker(stage);
  for (let turn = 0; turn < WARM_UP; turn += 1) {
    await direct(`warm ${turn}`);
    await throughBot(`warm ${turn}`);
  }
  const before = await stage.memory();
  const took = { direct: [] as number[], bot: [] as number[], added: [] as number[] };
  for (let turn = 0; turn < TURNS; turn += 1) {
    const letta = await timed(() => direct(`hello ${turn}`));
    const whole = await timed(() => throughBot(`hello ${turn}`));
    took.direct.push(letta);
    took.bot.push(whole);
    took.added.push(whole - letta);
  }
  const rows: [string, Figures][] = [
    ["asking the sandbox's Letta directly", figures(took.direct)],
    ["through Discord and the bot", figures(took.bot)],
    ["added by the bot, pair by pair", figures(took.added)],
  ];
  say(`\n${TURNS} turns, burst wait ${BURST_MS} ms\n${table(rows)}\n`);
  const after = await stage.memory();
  say(
    `memory of the bot's process: ${before.toFixed(0)} MB before, ${after.toFixed(0)} MB after these turns`,
  );
  say(`turns per second, ${PARALLEL_THREADS} threads at once: ${(await throughput(stage)).toFixed(0)}`);
  await addBindings(stage);
  say(`memory with ${BINDINGS.toLocaleString("en")} bindings: ${(await stage.memory()).toFixed(0)} MB`);
  await stage.stop();
}

await main();
