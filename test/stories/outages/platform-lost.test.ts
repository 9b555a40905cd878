import { eventually, Person } from "@rapport/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Readiness } from "../../../src/http/health.ts";
import { storyServer } from "../../harness/bot.ts";
import { startOnBoth } from "../../harness/both-platforms.ts";
import type { TestServer } from "../../storage/servers/databases.ts";

/* A platform refuses the bot for good while it runs: what the other one serves goes on, and nothing is lost. */

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

type Both = Awaited<ReturnType<typeof startOnBoth>>;

/** The token of the bot was made anew, or the app was removed. */
const REFUSES = {
  discord: ({ chats: { discord } }: Both) => {
    const body = { code: 0, message: "401: Unauthorized" };
    return discord.faults.next({
      path: "/**",
      times: 1_000,
      fault: { type: "status", status: 401, body } as const,
    });
  },
  slack: ({ chats: { slack } }: Both) =>
    slack.faults.next({
      path: "/api/**",
      times: 1_000,
      fault: { type: "refusal", error: "token_revoked" } as const,
    }),
};

/** It may listen no more: the intent was switched off, or the app-level token is another. */
const DEAF = {
  discord: ({ chats: { discord } }: Both) => discord.discord.gateway.close(4014),
  slack: ({ chats: { slack } }: Both) => {
    slack.slack.revokeAppToken();
    slack.slack.sockets.cut("all");
  },
};

const REASON = { discord: /DISCORD_TOKEN/, slack: /SLACK_\w+_TOKEN/ } as const;

const OTHER = { discord: "slack", slack: "discord" } as const;

async function readinessOf({ app }: Both): Promise<Readiness> {
  const answer = await app.http?.routes.request("http://127.0.0.1/readyz", {
    headers: { host: "127.0.0.1" },
  });
  return Readiness.parse(await answer?.json());
}

describe.each(["discord", "slack"] as const)("%s refuses the bot for good while it runs", (lost) => {
  let bot: Both;
  /** On the platform that is lost, and on the other one. */
  let bob: Person;
  let alice: Person;
  let carol: Person;
  beforeEach(async () => {
    bot = await startOnBoth(server);
    await bot.starting;
    const other = bot.chats[OTHER[lost]];
    bob = new Person(bot.chats[lost], "Bob");
    alice = new Person(other, "Alice");
    carol = new Person(other, "Carol");
  });
  afterEach(() => bot.stop());

  async function otherGoesOn() {
    const thread = await alice.begins("#general", "still there?");
    await alice.reads(thread, "echo: [Alice] still there?");
    await eventually(`${lost} is lost`, async () => (await readinessOf(bot)).reasons?.[lost] !== undefined);
    expect(await readinessOf(bot)).toMatchObject({
      ready: false,
      parts: { [lost]: "away", [OTHER[lost]]: "ready", letta: "ready" },
      reasons: { [lost]: expect.stringMatching(REASON[lost]) },
    });
    await carol.sees(await carol.dm(), REASON[lost]);
    const line = bot.log.lines.find(
      ({ message }) => message.toLowerCase() === `${lost} connection lost for good`,
    );
    expect(line?.level).toBe("error");
    expect(bot.ended).toEqual([]);
  }

  test("what it takes no more waits for a good token, and the other one goes on", async () => {
    const thread = await bob.begins("#general", "first");
    await bob.reads(thread, "echo: [Bob] first");
    await bob.says(thread, "SLOW1 second");
    await eventually("it is asked", () => bot.timesAsked("second") > 0);
    const refused = REFUSES[lost](bot);
    await otherGoesOn();
    refused.cancel();
    expect(bob.view(thread).filter(({ text }) => text.includes("⚠️"))).toEqual([]);
    await bot.restart();
    await bob.reads(thread, /second/);
    expect(bob.view(thread).filter(({ isBot, text }) => isBot && text.includes("second"))).toHaveLength(1);
    expect(bot.timesAsked("second")).toBe(1);
  }, 60_000);

  test("where it tells us nothing more its answers are finished, and the other one goes on", async () => {
    const thread = await bob.begins("#general", "first");
    await bob.reads(thread, "echo: [Bob] first");
    await bob.says(thread, "SLOW2 second");
    await eventually("it is asked", () => bot.timesAsked("second") > 0);
    DEAF[lost](bot);
    await otherGoesOn();
    await bob.reads(thread, /echo: .*second/);
  }, 60_000);

  test("where no other one is there the process is to end", async () => {
    await bot.restart([lost]);
    DEAF[lost](bot);
    await eventually("it is told", () => bot.ended.length > 0);
    expect(bot.ended[0]?.userMessage).toMatch(REASON[lost]);
  }, 60_000);
});
