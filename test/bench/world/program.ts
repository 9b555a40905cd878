import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { z } from "zod";

const Told = z.object({ id: z.number(), answer: z.unknown().optional(), error: z.string().optional() });

/** A program of the bench, in a process of its own. */
export class Program {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly said: unknown;
  /** From its start until it was ready. */
  readonly readyMs: number;
  readonly #child: ChildProcess;
  readonly #asked = new Map<number, (told: z.infer<typeof Told>) => void>();
  #lastId: number = 0;

  private constructor(child: ChildProcess, said: unknown, readyMs: number) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.said = said;
    this.readyMs = readyMs;
    child.on("message", (message) => {
      const told = Told.safeParse(message);
      if (!told.success) return;
      this.#asked.get(told.data.id)?.(told.data);
      this.#asked.delete(told.data.id);
    });
    child.on("exit", () => {
      for (const [id, tell] of this.#asked) tell({ id, answer: undefined, error: "its process ended" });
    });
  }

  static async start(file: string, settings: unknown): Promise<Program> {
    const startedAt = performance.now();
    const child = fork(file, [JSON.stringify(settings)], {
      // As it is started where it is used: without what this process was started with.
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let complaint = "";
    child.stderr?.on("data", (chunk) => {
      complaint = `${complaint}${String(chunk)}`.slice(-2_000);
    });
    const ended = once(child, "exit").then(() => undefined);
    const said = await Promise.race([
      once(child, "message").then(([message]: unknown[]) => ({ message })),
      ended,
    ]);
    if (!said) throw new Error(`${file} ended before it was ready: ${complaint}`);
    return new Program(child, said.message, performance.now() - startedAt);
  }

  ask(question: unknown): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, ({ answer, error }) =>
        error === undefined ? resolve(answer) : reject(new Error(error)),
      );
      this.#child.send({ id, question });
    });
  }

  /** Left alone, it ends. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }
}
