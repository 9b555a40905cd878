import { expect, test } from "vitest";
import { coverage } from "../../../src/emulators/discord/coverage.ts";
import { asker, startQuickDiscord, stopAndCheck } from "./clients/quick-discord.ts";

test("the coverage list names every route that there is, and no other", async () => {
  const discord = await startQuickDiscord();
  const listed = coverage.routes.map(({ route }) => route);
  expect(new Set(listed)).toEqual(new Set(discord.routes));
  expect(new Set(listed).size).toBe(listed.length);
  await stopAndCheck(discord);
});

test("what is not covered is refused and stands in the journal", async () => {
  const discord = await startQuickDiscord();
  const ask = asker(discord);
  const answers = [
    await ask("GET", "/channels/1111111111111111111/polls/1/answers/1"),
    await ask("POST", `/guilds/${discord.guildId}/bans`, {}),
    await ask("PUT", "/users/@me", {}),
    await ask("GET", "/users/@me", undefined, { authorization: "Bot wrong" }),
    await ask("GET", "/channels/not-an-id"),
  ];
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
    [404, 0],
    [404, 0],
    [405, 0],
    [401, 0],
    [400, 50_035],
  ]);
  expect(discord.journal.entries.map(({ pattern }) => pattern)).toEqual([
    undefined,
    undefined,
    undefined,
    "/users/@me",
    "/channels/{channel_id}",
  ]);
  await stopAndCheck(discord);
});

test("another version of the API is not spoken here", async () => {
  const discord = await startQuickDiscord();
  const answer = await fetch(`${discord.url}/v9/users/@me`, {
    headers: { authorization: `Bot ${discord.token}` },
  });
  expect(answer.status).toBe(404);
  await stopAndCheck(discord);
});
