import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

/** What a process logs of these fields. */
function logged(fields: string): string {
  const program = `
    import { createLog } from "./src/log.ts";
    createLog({ level: "info" }).child({ part: "x" }).info(${fields}, "something happened");`;
  return execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
    encoding: "utf8",
  });
}

test("secrets stay out of the log, however deep they lie, and so does what others put on their errors", () => {
  const said = logged(`{
    token: "s3cret-1", options: { apiKey: "s3cret-2", deep: { password: "s3cret-3" } },
    err: Object.assign(new Error("refused", { cause: Object.assign(new Error("why"), { code: 50013, url: "/webhooks/1/s3cret-4" }) }),
      { requestBody: "s3cret-5", status: 403 }),
  }`);
  expect(said).not.toContain("s3cret");
  expect(JSON.parse(said)).toMatchObject({
    msg: "something happened",
    part: "x",
    err: { message: "refused", status: 403, causes: [{ message: "why", code: 50013 }] },
  });
});

test("why something failed stands in flat fields, and where it began in one stack", () => {
  const { err } = JSON.parse(
    logged(`(() => {
      const began = () => Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
      const answered = Object.assign(new TypeError("fetch failed", { cause: began() }), { status: 503 });
      return { err: new Error("letta is away", { cause: answered }) };
    })()`),
  );
  expect(err).toEqual({
    type: "Error",
    message: "letta is away",
    causes: [
      { type: "TypeError", message: "fetch failed", status: 503 },
      { type: "Error", message: "connect", code: "ECONNREFUSED" },
    ],
    stack: expect.stringContaining("at began"),
  });
});

test("errors that cause each other are told to an end", () => {
  const { err } = JSON.parse(
    logged(`(() => {
      const [one, other] = [new Error("one"), new Error("other")];
      Object.assign(one, { cause: other });
      Object.assign(other, { cause: one });
      return { err: one };
    })()`),
  );
  expect(err.causes.length).toBeLessThan(20);
});
