import { readFileSync } from "node:fs";

const LOOK_EVERY_MS = 500;

/**
 * Calls back once when the npm that runs this process is gone. npm hands on no signal when it is killed, and hands those
 * that it gets to its shell, which ends without a word to us.
 *
 * SIGINT to npm alone, which neither a terminal nor a service manager sends, is lost: dash keeps it until we end, and
 * nothing of that can be seen from here. `exec` in the script would help, and cmd.exe knows none.
 */
export function onNpmExit(exited: () => void): void {
  const parent = process.ppid;
  // Some shells become the program that they run; others stay between npm and us, and outlive npm too.
  const npm = isShell(parent) ? parentOf(parent) : undefined;
  const looking = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || parentOf(parent) === npm)) return;
    clearInterval(looking);
    exited();
  }, LOOK_EVERY_MS).unref();
}

const isShell = (pid: number): boolean => /^(?:ba|da|a|z)?sh$/.test(statusOf(pid)?.name ?? "");
const parentOf = (pid: number): number | undefined => statusOf(pid)?.parent;

/** Undefined where there is no /proc: the shells of other systems become what they run. */
function statusOf(pid: number): { readonly name: string; readonly parent: number } | undefined {
  try {
    // "pid (name) state parent …": https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const line = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = line.lastIndexOf(")");
    const [, parent] = line.slice(end + 2).split(" ");
    return { name: line.slice(line.indexOf("(") + 1, end), parent: Number(parent) };
  } catch {
    return undefined;
  }
}
