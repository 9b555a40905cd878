import { Writable } from "node:stream";
import { type Model, scriptedModel } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLog } from "../../../src/process/log.ts";
import { startBot, storyServer, type TestBot } from "../../harness/bot.ts";
import { Caller } from "../../harness/caller.ts";
import { PLATFORMS } from "../../harness/platforms.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

/* Whatever fails, the log tells how, and never what anybody said. */

const SAID = "kingfisher";
const SENDS = { method: "POST", path: "/v1/conversations/*/messages" };

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

/** Says the word first of all. */
function sayingIt(): Model {
  const model = scriptedModel({ clock: systemClock });
  return {
    handles: model.handles,
    async *complete(request, signal) {
      yield { type: "text", text: `${SAID} ` };
      yield* model.complete(request, signal);
    },
  };
}

/** Letta's own errors, which repeat what was sent. */
const ERRORS = {
  "a refusal that names its input": {
    status: 422,
    body: { detail: [{ type: "string_type", loc: ["body", "messages", 0], msg: "no", input: `my ${SAID}` }] },
  },
  "an error of its database": {
    status: 500,
    body: { detail: `INTERNAL_SERVER_ERROR: insert failed [parameters: ('my ${SAID}')]` },
  },
  "a page of something between": { status: 400, body: `<html>${SAID}</html>` },
};

describe.each(PLATFORMS)("on %s", (platform) => {
  let bot: TestBot;
  let lines: string[];

  beforeAll(async () => {
    lines = [];
    const to = new Writable({
      write(line, _encoding, done) {
        lines.push(String(line));
        done();
      },
    });
    const log = createLog({ level: "debug", to });
    bot = await startBot(server, { platform, log, model: sayingIt() });
  });
  afterAll(() => bot.stop());

  function nothingSaid(...told: readonly string[]): void {
    const whole = lines.join("");
    expect(whole.toLowerCase()).not.toContain(SAID);
    for (const each of told) expect(whole).toContain(each);
  }

  test("an answer that breaks off is told without its words", async () => {
    bot.letta.faults.next({ ...SENDS, fault: { type: "error-after-text" } });
    const thread = await bot.alice.begins("#general", `my ${SAID}`);
    await bot.alice.reads(thread, "⚠️");
    nothingSaid("turn failed");
  });

  test.each(Object.entries(ERRORS))("%s is told without them", async (_what, { status, body }) => {
    bot.letta.faults.next({ ...SENDS, fault: { type: "status", status, body } });
    const thread = await bot.alice.begins("#general", `my ${SAID} and ${status}`);
    await bot.alice.reads(thread, status === 500 ? `${SAID} and 500` : "⚠️");
    nothingSaid(`"status":${status}`);
  });

  test("a request of the HTTP API that fails is told without its answer", async () => {
    bot.letta.faults.next({ ...SENDS, fault: { type: "error-after-text" } });
    const { status, body } = await new Caller(bot).says({
      persona: "personal_assistant",
      message: `my ${SAID}`,
    });
    expect([status, body.detail]).toEqual([502, expect.stringContaining(SAID)]);
    nothingSaid("request failed");
  });

  test("a command that is refused is told without what it asked for", async () => {
    const thread = await bot.alice.begins("#general", "hello");
    await bot.alice.reads(thread, "hello");
    expect((await bot.alice.uses(thread, "/memory forget", { what: SAID })).text).toContain(SAID);
    expect((await bot.alice.uses(thread, "/persona use", { name: SAID })).text).toContain(SAID);
    nothingSaid("command refused");
  });
});
