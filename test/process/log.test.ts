import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

/** What a process logs of these fields. */
function logged(fields: string, more = ""): string {
  const program = `
    import { createLog } from "./src/process/log.ts";
    createLog({ level: "info" }).child({ part: "x" }).info(${fields}, "something happened");
    ${more}`;
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

test("addresses and headers in what others say lose what is secret in them, also where texts are told", () => {
  const errors = `[
    new TypeError('Headers.append: "Bearer s3cret-1\\u0001" is an invalid header value.'),
    new TypeError("Failed to parse URL from https://discord.example/api/webhooks/1/s3cret-2?wait=true"),
    new Error("request to https://me:s3cret-3@letta.example:8283 failed"),
    new Error("wss://socket.example/link?ticket=s3cret-4"),
    new Error("no such place: https://[s3cret-5"),
  ]`;
  for (const texts of [false, true]) {
    const said = logged(
      `{ errs: 0 }`,
      `for (const err of ${errors}) createLog({ level: "info", texts: ${texts} }).info({ err }, "x");`,
    );
    expect(said).not.toContain("s3cret");
    for (const host of ["discord.example", "letta.example:8283", "socket.example"])
      expect(said).toContain(host);
  }
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
