import type { DiscordEmulator } from "@rapport/discord-emulator";
import { ManualClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ask, asker, NOBODY, startQuickDiscord, stopAndCheck } from "./clients/quick-discord.ts";

const clock = new ManualClock();
let discord: DiscordEmulator;
let ask: Ask;
let commands: string;
let ofGuild: string;

beforeAll(async () => {
  discord = await startQuickDiscord({ clock });
  ask = asker(discord);
  commands = `/applications/${discord.applicationId}/commands`;
  ofGuild = `/applications/${discord.applicationId}/guilds/${discord.guildId}/commands`;
});

afterAll(() => stopAndCheck(discord));

const command = (name: string, extra: object = {}) => ({ name, description: "d", ...extra });
const option = (name: string, extra: object = {}) => ({ type: 3, name, description: "d", ...extra });
const withOption = (extra: object) => command("c", { options: [option("o", extra)] });
const codes = async (...request: Parameters<Ask>) => {
  const answer = await ask(...request);
  return [answer.status, answer.body.code];
};

test.each([
  ["a name in upper case", command("Chat")],
  ["a name with a space", command("my chat")],
  ["a name of 33 characters", command("c".repeat(33))],
  ["no description", { name: "c" }],
  ["a description of 101 characters", command("c", { description: "d".repeat(101) })],
  ["an option in upper case", command("c", { options: [option("Name")] })],
  ["26 options", command("c", { options: Array.from({ length: 26 }, (_, n) => option(`o${n}`)) })],
  ["two options of one name", command("c", { options: [option("o"), option("o")] })],
  [
    "a required option after an optional one",
    command("c", { options: [option("a"), option("b", { required: true })] }),
  ],
  ["autocomplete with choices", withOption({ autocomplete: true, choices: [{ name: "a", value: "a" }] })],
  [
    "26 choices",
    withOption({ choices: Array.from({ length: 26 }, (_, n) => ({ name: `${n}`, value: `${n}` })) }),
  ],
  ["a choice value of 101 characters", withOption({ choices: [{ name: "a", value: "v".repeat(101) }] })],
  ["autocomplete on a yes or no", withOption({ type: 5, autocomplete: true })],
  [
    "three levels of groups",
    command("c", {
      options: [
        {
          type: 2,
          name: "g",
          description: "d",
          options: [{ type: 2, name: "h", description: "d", options: [] }],
        },
      ],
    }),
  ],
  [
    "sub-commands beside options",
    command("c", { options: [{ type: 1, name: "s", description: "d" }, option("o")] }),
  ],
  [
    "more than 8,000 characters",
    command("c", {
      options: Array.from({ length: 25 }, (_, n) =>
        option(`o${n}`, {
          choices: Array.from({ length: 10 }, (_unused, m) => ({
            name: "n".repeat(20),
            value: `${m}`.repeat(20),
          })),
        }),
      ),
    }),
  ],
  ["a description on a context menu", { name: "Remember", type: 3, description: "d" }],
])("a command with %s is refused", async (_what, body) => {
  expect(await codes("POST", commands, body)).toEqual([400, 50_035]);
});

test("defaults are filled in, a name that exists is replaced, and an unchanged command keeps its version", async () => {
  const created = await ask(
    "POST",
    commands,
    command("chat", { options: [option("o", { required: true })] }),
  );
  expect([created.status, created.body]).toMatchObject([
    201,
    {
      type: 1,
      nsfw: false,
      integration_types: [0],
      contexts: null,
      default_member_permissions: null,
      options: [{ required: true }],
    },
  ]);
  const same = await ask("POST", commands, command("chat", { options: [option("o", { required: true })] }));
  expect([same.status, same.body.id, same.body.version]).toEqual([
    200,
    created.body.id,
    created.body.version,
  ]);
  const changed = await ask("PATCH", `${commands}/${created.body.id}`, { description: "other" });
  expect([changed.body.description, changed.body.version === created.body.version]).toEqual(["other", false]);
});

test("a bulk overwrite replaces every type, and keeps the ids of what stays", async () => {
  const [chat] = await list();
  const replaced = await ask("PUT", commands, [command("chat"), { name: "Remember this", type: 3 }]);
  expect(replaced.status).toBe(200);
  const after = await list();
  expect(after.map(({ name, type }) => [name, type])).toEqual([
    ["chat", 1],
    ["Remember this", 3],
  ]);
  expect(after[0]?.id).toBe(chat?.id);
  await ask("PUT", commands, []);
  expect(await list()).toEqual([]);
});

async function list(): Promise<Record<string, unknown>[]> {
  const { body } = await ask("GET", commands);
  return Array.isArray(body) ? body : [];
}

test("commands of a guild are its own", async () => {
  const created = await ask("POST", ofGuild, command("here"));
  expect(created.body.guild_id).toBe(discord.guildId);
  expect(await list()).toEqual([]);
  expect(await codes("GET", `${commands}/${created.body.id}`)).toEqual([404, 10_063]);
  expect(await codes("DELETE", `${ofGuild}/${created.body.id}`)).toEqual([204, undefined]);
  expect(await codes("DELETE", `${ofGuild}/${created.body.id}`)).toEqual([404, 10_063]);
  expect(await codes("GET", `/applications/${NOBODY}/commands`)).toEqual([404, 10_002]);
});

test("localizations come only when they are asked for", async () => {
  await ask("POST", commands, command("hello", { name_localizations: { de: "hallo" } }));
  const [plain] = await list();
  const { body } = await ask("GET", `${commands}?with_localizations=true`);
  expect(plain?.name_localizations).toBeUndefined();
  expect(body).toMatchObject([{ name_localizations: { de: "hallo" }, description_localizations: null }]);
  await ask("PUT", commands, []);
});

test("there is room for 100 commands and 15 menus, and for 200 new ones a day", async () => {
  const many = (count: number, make: (n: number) => object) =>
    Array.from({ length: count }, (_, n) => make(n));
  expect(
    await codes(
      "PUT",
      ofGuild,
      many(101, (n) => command(`c${n}`)),
    ),
  ).toEqual([400, 30_032]);
  expect(
    await codes(
      "PUT",
      ofGuild,
      many(16, (n) => ({ name: `m${n}`, type: 3 })),
    ),
  ).toEqual([400, 30_032]);
  expect(
    (
      await ask(
        "PUT",
        ofGuild,
        many(100, (n) => command(`a${n}`)),
      )
    ).status,
  ).toBe(200);
  expect(await codes("POST", ofGuild, command("one-more"))).toEqual([400, 30_032]);
  expect(
    await codes(
      "PUT",
      ofGuild,
      many(100, (n) => command(`b${n}`)),
    ),
  ).toEqual([400, 30_034]);
  await clock.advance(24 * 60 * 60_000);
  expect(
    (
      await ask(
        "PUT",
        ofGuild,
        many(100, (n) => command(`b${n}`)),
      )
    ).status,
  ).toBe(200);
});
