import { appendFileSync } from "node:fs";
import { z } from "zod";
import { MAX_ATTEMPTS, type QueuedTurn } from "../../../src/core/ports/turn-queue.ts";
import { openStorage } from "../../../src/storage/storage.ts";
import { recordingLog } from "../servers/databases.ts";

/**
 * What a process of its own does: it works the lanes of a database, and notes each turn in a file as it begins and ends, or
 * is given up.
 */
const Settings = z.object({ url: z.string(), journal: z.string(), slowMs: z.number() });

/** A line of the journal. */
export const Noted = z.object({
  pid: z.number(),
  what: z.enum(["begun", "ended", "given up"]),
  turn: z.string(),
  lane: z.string(),
  attempt: z.number(),
  events: z.array(z.string()),
});
export type Noted = z.infer<typeof Noted>;

// Nothing is left behind when the test's process dies.
process.on("disconnect", () => process.exit());

const settings = Settings.parse(JSON.parse(process.argv[2] ?? ""));
const storage = await openStorage({
  url: settings.url,
  log: recordingLog(),
  laneTiming: { pollMs: 100, silentMs: 100, backoffMs: () => 20 },
});

function note(what: Noted["what"], turn: Pick<QueuedTurn, "id" | "lane" | "events">, attempt: number): void {
  const events = turn.events.map(({ id }) => id);
  const line = { pid: process.pid, what, turn: turn.id, lane: turn.lane, attempt, events } satisfies Noted;
  appendFileSync(settings.journal, `${JSON.stringify(line)}\n`);
}

async function work(turn: QueuedTurn): Promise<void> {
  note("begun", turn, turn.attempt);
  // As a turn that ends the whole process would.
  if (turn.events.some(({ id }) => id.startsWith("deadly"))) process.kill(process.pid, "SIGKILL");
  // Work takes its time.
  await new Promise((resolve) => setTimeout(resolve, settings.slowMs));
  note("ended", turn, turn.attempt);
}

await storage.turnQueue.start(work, async (turn) => note("given up", turn, MAX_ATTEMPTS));
process.send?.("working");
