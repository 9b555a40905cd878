import type { WriteStream } from "node:tty";
import { sentences } from "../sentences/sentences.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const;
const FRAME_MS = 100;
/** What takes longer shows how long it has taken. */
const LONG_MS = 2_000;
const CLEAR_LINE = "\r\u001B[K";

export type Screen = Pick<WriteStream, "write" | "columns" | "hasColors">;

/**
 * Where a person reads along. What is being done just now stands in a last line of its own, under all that was written.
 * A terminal that cannot move its cursor (`TERM=dumb`) is told once what is being done.
 */
export class Terminal {
  readonly #screen: Screen;
  readonly #moves: boolean;
  #doing: { readonly what: string; readonly since: number } | undefined;
  #ticking: NodeJS.Timeout | undefined;
  #frame = 0;
  /** It minds NO_COLOR. */
  readonly colours: boolean;

  constructor(screen: Screen, { moves }: { readonly moves: boolean }) {
    this.#screen = screen;
    this.#moves = moves;
    this.colours = screen.hasColors();
  }

  get busy(): boolean {
    return this.#doing !== undefined;
  }

  /** Something is being done, in the place of what was before. */
  doing(what: string): void {
    this.#doing = { what, since: performance.now() };
    if (!this.#moves) this.#screen.write(`  ${what} …\n`);
    this.#draw();
    this.#ticking ??= setInterval(() => {
      this.#frame += 1;
      this.#draw();
    }, FRAME_MS).unref();
  }

  /** Nothing is being done any more: the last line goes away. */
  done(): void {
    this.#clear();
    this.#doing = undefined;
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }

  write(text: string): void {
    this.#clear();
    this.#screen.write(text);
    this.#draw();
  }

  #draw(): void {
    if (!this.#doing || !this.#moves) return;
    const ms = performance.now() - this.#doing.since;
    const time = ms < LONG_MS ? "" : ` ${sentences.start.seconds(Math.floor(ms / 1_000))}`;
    const line = `  ${FRAMES[this.#frame % FRAMES.length]} ${this.#doing.what} …${time}`;
    // A line that wraps could not be taken away again.
    this.#screen.write(CLEAR_LINE + line.slice(0, Math.max(this.#screen.columns - 1, 1)));
  }

  #clear(): boolean | undefined {
    return this.#moves && this.#doing && this.#screen.write(CLEAR_LINE);
  }
}
