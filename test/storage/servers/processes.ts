import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { optimizingLater } from "../../harness/build/optimizing-later.ts";
import { bundledProgram } from "../../harness/build/programs.ts";

/** Programs as processes of their own, killed at the end of the test if they still live. */
export class Processes {
  readonly #running = new Set<ChildProcess>();

  /** Resolves with what the process says first. Its one argument is `settings`, as JSON. */
  async start(program: URL, settings: unknown, as?: { uid: number; gid: number }): Promise<Started> {
    const child = fork(await bundledProgram(program), [JSON.stringify(settings)], {
      execArgv: [...optimizingLater],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      ...as,
    });
    this.#running.add(child);
    let complaint = "";
    child.stderr?.on("data", (chunk) => {
      complaint += String(chunk);
    });
    const exited = once(child, "exit").then(() => {
      this.#running.delete(child);
    });
    const said = await Promise.race([
      once(child, "message").then(([message]: unknown[]) => ({ message })),
      exited.then(() => undefined),
    ]);
    if (!said) throw new Error(`${program.pathname} ended before it said anything: ${complaint}`);
    return {
      said: said.message,
      pid: child.pid ?? 0,
      exited,
      kill: async () => {
        child.kill("SIGKILL");
        await exited;
      },
      tell: async (message) => {
        const answer = once(child, "message");
        child.send(message);
        const [said]: unknown[] = await answer;
        return said;
      },
    };
  }

  async killAll(): Promise<void> {
    const exits = [...this.#running].map((child) => once(child, "exit"));
    for (const child of this.#running) child.kill("SIGKILL");
    await Promise.all(exits);
  }
}

export interface Started {
  readonly said: unknown;
  readonly pid: number;
  readonly exited: Promise<void>;
  kill(): Promise<void>;
  /** Sends a message and resolves with the answer. */
  tell(message: string): Promise<unknown>;
}
