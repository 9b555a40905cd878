import type { WriteStream } from "node:tty";
import { sentences } from "../sentences/sentences.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const;
const FRAME_MS = 100;
/** What takes longer shows how long it has taken. */
const LONG_MS = 2_000;
const CLEAR_LINE = "\r\u001B[K";

/** Where a person reads along. What is being done just now stands in a last line of its own, under all that was written. */
export interface Terminal {
  readonly colours: boolean;
  /** Something is being done, in the place of what was before. */
  doing(what: string): void;
  readonly busy: boolean;
  /** Nothing is being done any more: the last line goes away. */
  done(): void;
  write(text: string): void;
}

export type Screen = Pick<WriteStream, "write" | "columns" | "hasColors">;

/** One that cannot move its cursor (`TERM=dumb`) is told once what is being done. */
export function createTerminal(screen: Screen, { moves }: { readonly moves: boolean }): Terminal {
  let doing: { readonly what: string; readonly since: number } | undefined;
  let ticking: NodeJS.Timeout | undefined;
  let frame = 0;

  const draw = () => {
    if (!doing || !moves) return;
    const ms = performance.now() - doing.since;
    const time = ms < LONG_MS ? "" : ` ${sentences.start.seconds(Math.floor(ms / 1_000))}`;
    const line = `  ${FRAMES[frame % FRAMES.length]} ${doing.what} …${time}`;
    // A line that wraps could not be taken away again.
    screen.write(CLEAR_LINE + line.slice(0, Math.max(screen.columns - 1, 1)));
  };
  const clear = () => moves && doing && screen.write(CLEAR_LINE);

  return {
    // It minds NO_COLOR.
    colours: screen.hasColors(),
    get busy() {
      return doing !== undefined;
    },
    doing(what) {
      doing = { what, since: performance.now() };
      if (!moves) screen.write(`  ${what} …\n`);
      draw();
      ticking ??= setInterval(() => {
        frame += 1;
        draw();
      }, FRAME_MS).unref();
    },
    done() {
      clear();
      doing = undefined;
      clearInterval(ticking);
      ticking = undefined;
    },
    write(text) {
      clear();
      screen.write(text);
      draw();
    },
  };
}
