import { type LettaServer, scriptedModel, startLettaServer } from "@rapport/letta-server";
import { eventually, Person, systemClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { databaseAt, type TestDatabase } from "../../emulators/database.ts";
import { storyServer } from "../../harness/bot.ts";
import type { RapportChat } from "../../harness/chats.ts";
import { type PlatformName, startChat } from "../../harness/platforms.ts";
import type { TestServer } from "../../storage/servers/databases.ts";
import { Processes, type Started } from "../../storage/servers/processes.ts";

const BOT = new URL("../../harness/bot-process.ts", import.meta.url);

const Said = z.object({ id: z.string(), lane: z.string(), payload: z.unknown() });
const State = z.object({ state: z.string(), run: z.string().nullable() });

/**
 * What is true of a bot and its PostgreSQL that die together: the last commits of a turn do not wait for the disk, and
 * the server comes back without them.
 */
export function tellOfLostRows(platform: PlatformName): void {
  let server: TestServer;
  let around: TestDatabase;
  let letta: LettaServer;
  let chat: RapportChat;
  let alice: Person;
  let settings: object;
  let bot: Started;
  const processes = new Processes();

  beforeAll(async () => {
    server = await storyServer();
    const databaseUrl = await server.migratedDatabase();
    around = databaseAt(databaseUrl);
    letta = await startLettaServer({ db: around, model: scriptedModel({ clock: systemClock }) });
    chat = await startChat(platform);
    alice = new Person(chat, "Alice");
    settings = { databaseUrl, lettaUrl: letta.url, connection: chat.connection };
    bot = await processes.start(BOT, settings);
    // Rows of the inbox are deleted with the lane's end; here they are kept, to be put back.
    await around.query(`
      create table kept_inbox as select * from rapport.inbox with no data;
      create function keep_inbox() returns trigger language plpgsql as $$
        begin insert into kept_inbox select new.*; return new; end $$;
      create trigger keep after insert on rapport.inbox for each row execute function keep_inbox();`);
  });

  afterAll(async () => {
    await processes.killAll();
    await chat.stop();
    await letta.stop();
    await around.close();
    await server.close();
  });

  const timesAsked = (words: string) =>
    letta.requestsToModel.filter(({ messages }) => messages.at(-1)?.content.includes(words)).length;
  const answers = (thread: string) => alice.view(thread).filter(({ isBot }) => isBot);

  async function turnOf(words: string) {
    const { rows } = await around.query(
      "select id::text, lane, payload from kept_inbox where payload::text like $1",
      [`%${words}%`],
    );
    const { id, lane } = Said.parse(rows.at(-1));
    return { lane, inbox: id, turn: `turn-${id}` };
  }

  async function stateOf(turn: string) {
    const { rows } = await around.query("select state, run from rapport.turn where id = $1", [turn]);
    return State.parse(rows[0]);
  }

  const isOver = ({ turn, lane }: { turn: string; lane: string }) =>
    eventually("the turn has ended", async () => {
      const { rows } = await around.query("select 1 from rapport.lane where lane = $1 and worker is null", [
        lane,
      ]);
      return rows.length > 0 && (await stateOf(turn)).state === "delivered";
    });

  /** As if the lane were still in work, by a process that is gone. */
  async function undoEnd({ lane, inbox }: { lane: string; inbox: string }): Promise<void> {
    await around.query(
      "insert into rapport.inbox overriding system value select * from kept_inbox where id = $1 on conflict do nothing",
      [inbox],
    );
    await around.query(
      `update rapport.lane
          set pending = 1, worker = 2000000000, token = nextval('rapport.lane_token'), attempts = 1, counted = true,
              lease_until = now() + interval '1 minute', turn_upto = $2
        where lane = $1`,
      [lane, inbox],
    );
  }

  async function undoTurn(turn: string, state: "asked" | "answered"): Promise<void> {
    await around.query("delete from rapport.delivery where turn_id = $1", [turn]);
    await around.query(
      state === "answered"
        ? "update rapport.turn set state = 'answered' where id = $1"
        : "update rapport.turn set state = 'asked', run = null, answer = '', outcome = null where id = $1",
      [turn],
    );
  }

  const cases = (["asked", "answered"] as const).flatMap((state) =>
    [
      ["a short answer", "hello there"],
      ["an answer that grew", "DRIP one two three four"],
    ].map(([what, words]) => [what, words, state] as const),
  );

  test.each(cases)(
    "%s (%s) was shown, and the turn is back at %s: it is there once",
    async (_, words, state) => {
      const said = `${words} ${state}`;
      const thread = await alice.begins("#general", said);
      await alice.reads(thread, said);
      const row = await turnOf(said);
      await isOver(row);
      const [shown] = answers(thread);
      await bot.kill();
      await undoTurn(row.turn, state);
      await undoEnd(row);
      bot = await processes.start(BOT, settings);
      await isOver(row);
      expect(answers(thread).map(({ id, text }) => ({ id, text }))).toEqual([
        { id: shown?.id, text: shown?.text },
      ]);
      expect(timesAsked(said)).toBe(1);
    },
  );

  test("in mid-answer, it grows on in the same message", async () => {
    const thread = await alice.begins("#general", "DRIP one two three four five six eleven");
    const growing = await alice.sees(thread, "two");
    const row = await turnOf("six eleven");
    // A message that was edited shows what no later attempt would post.
    await alice.sees(thread, "three");
    await bot.kill();
    expect(growing.text).not.toContain("eleven");
    await around.query("update rapport.turn set run = null where id = $1", [row.turn]);
    await around.query("delete from rapport.delivery where turn_id = $1", [row.turn]);
    bot = await processes.start(BOT, settings);
    await alice.reads(thread, "six eleven");
    await isOver(row);
    expect(answers(thread)).toHaveLength(1);
    expect(answers(thread)[0]?.id).toBe(growing.id);
    expect(timesAsked("six eleven")).toBe(1);
  });
}
