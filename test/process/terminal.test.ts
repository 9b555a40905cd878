import { expect, test } from "vitest";
import { createLog } from "../../src/process/log.ts";
import { Terminal } from "../../src/process/terminal.ts";

/** A screen of one column of lines, as a person would see it. */
function screen(columns = 60) {
  let written = "";
  return {
    columns,
    hasColors: () => false,
    write(text: string) {
      written += text;
      return true;
    },
    /** What stands there: a line that is begun anew loses what it had. */
    get shown() {
      return written
        .split("\n")
        .map((line) => line.slice(line.lastIndexOf("\r\u001B[K") + 1).replace("\u001B[K", ""));
    },
  };
}

test("what is being done stands below what was written, and goes away", () => {
  const seen = screen();
  const terminal = new Terminal(seen, { moves: true });
  terminal.doing("Making a PostgreSQL");
  expect(seen.shown).toEqual(["  ⠋ Making a PostgreSQL …"]);
  terminal.write("a line\n");
  expect(seen.shown).toEqual(["a line", "  ⠋ Making a PostgreSQL …"]);
  terminal.doing("Connecting");
  expect(seen.shown).toEqual(["a line", "  ⠋ Connecting …"]);
  terminal.done();
  terminal.write("Ready.\n");
  expect(seen.shown).toEqual(["a line", "Ready.", ""]);
});

test("a step is cut where the terminal ends, since a line that wraps could not be taken away", () => {
  const seen = screen(12);
  const terminal = new Terminal(seen, { moves: true });
  terminal.doing("Making a PostgreSQL");
  terminal.done();
  expect(seen.shown).toEqual([""]);
  terminal.doing("Making a PostgreSQL");
  expect(seen.shown).toEqual(["  ⠋ Making "]);
  terminal.done();
});

test("a terminal that cannot move its cursor is told each step once", () => {
  const seen = screen();
  const terminal = new Terminal(seen, { moves: false });
  terminal.doing("Making a PostgreSQL");
  terminal.write("Ready.\n");
  terminal.done();
  expect(seen.shown).toEqual(["  Making a PostgreSQL …", "Ready.", ""]);
});

test("while something is being done the log is silent, unless it goes wrong", () => {
  const seen = screen(200);
  const terminal = new Terminal(seen, { moves: true });
  const log = createLog({ level: "info", terminal });
  terminal.doing("Connecting");
  log.info({}, "migration applied");
  log.child({ platform: "discord" }).warn({}, "could not connect, trying again");
  terminal.done();
  log.info({ turn: 1 }, "turn answered");
  expect(seen.shown.join("\n")).toMatch(
    /^\[[\d:]+\] WARN: could not connect, trying again \{"platform":"discord"\}\n\[[\d:]+\] INFO: turn answered \{"turn":1\}\n$/,
  );
});
