import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { optimizingLater } from "../harness/build/optimizing-later.ts";

/** One program that is started again and again. */
export class Child {
  readonly #file: string;
  readonly #settings: string;
  #process: ChildProcess | undefined;
  /** It runs, and nobody has killed it. */
  #isReady: boolean = false;
  /** How often it ended though nobody killed it, and what it said last. */
  readonly ends: string[] = [];

  constructor(file: string, settings: unknown) {
    this.#file = file;
    this.#settings = JSON.stringify(settings);
  }

  /** Resolves when it says that it is ready; throws with its complaint when it ends before that. */
  async start(): Promise<void> {
    this.#isReady = false;
    const child = fork(this.#file, [this.#settings], {
      execArgv: [...optimizingLater],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#process = child;
    let complaint = "";
    child.stderr?.on("data", (chunk) => {
      complaint = `${complaint}${String(chunk)}`.slice(-2_000);
    });
    const ended = once(child, "exit").then(() => "ended" as const);
    void ended.then(() => this.#onEnd(child, complaint));
    if ((await Promise.race([once(child, "message"), ended])) === "ended")
      throw new Error(`${this.#file} ended before it was ready: ${complaint}`);
    this.#isReady = true;
  }

  /** As kill -9. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** Asked to end, it does so in its own time. */
  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    this.#isReady = false;
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  #onEnd(child: ChildProcess, complaint: string): void {
    if (!(this.#isReady && child === this.#process)) return;
    this.ends.push(complaint);
    void this.start().catch((error: unknown) => this.ends.push(String(error)));
  }
}
