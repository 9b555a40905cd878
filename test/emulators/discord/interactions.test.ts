import type { DiscordEmulator, InteractionView } from "@rapport/discord-emulator";
import { ManualClock } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Ask,
  asker,
  nextInteraction,
  startQuickDiscord,
  stopAndCheck,
} from "./clients/quick-discord.ts";

const clock = new ManualClock();
let discord: DiscordEmulator;
let ask: Ask;
let general: string;

const COMMANDS = [
  {
    name: "chat",
    description: "Talk",
    options: [
      { type: 3, name: "message", description: "What", required: true },
      { type: 3, name: "persona", description: "Who", autocomplete: true },
    ],
  },
  {
    name: "persona",
    description: "Personas",
    options: [
      { type: 1, name: "list", description: "All" },
      {
        type: 1,
        name: "use",
        description: "One",
        options: [
          {
            type: 3,
            name: "name",
            description: "Which",
            required: true,
            choices: [{ name: "Mira", value: "mira" }],
          },
        ],
      },
    ],
  },
  { name: "admin", description: "Admin", default_member_permissions: "32", contexts: [0] },
  { name: "Remember this", type: 3 },
];

beforeAll(async () => {
  discord = await startQuickDiscord({ clock });
  ask = asker(discord);
  general = discord.channel("#general").id;
  await ask("PUT", `/applications/${discord.applicationId}/commands`, COMMANDS);
});

afterAll(() => stopAndCheck(discord));

interface Begun {
  readonly id: string;
  readonly token: string;
  readonly person: Promise<InteractionView>;
}

/** A person begins an interaction; the test answers it in the bot's place. */
async function begin(act: () => Promise<InteractionView>): Promise<Begun> {
  const next = nextInteraction(discord);
  const person = act();
  // A rejection is asserted where it is expected, which may be later.
  person.catch(() => undefined);
  return { ...(await next), person };
}

const chat = () => begin(() => discord.person("Bob").slash(general, "chat", { message: "hi" }));

async function callback({ id, token }: Begun, body: unknown, query = ""): Promise<unknown[]> {
  const answer = await ask("POST", `/interactions/${id}/${token}/callback${query}`, body, {
    authorization: "",
  });
  return [answer.status, answer.body.code];
}

const original = ({ token }: Begun) => `/webhooks/${discord.applicationId}/${token}/messages/%40original`;
const followUps = ({ token }: Begun) => `/webhooks/${discord.applicationId}/${token}`;
const codes = async (...request: Parameters<Ask>) => {
  const answer = await ask(...request);
  return [answer.status, answer.body.code];
};
const REPLY = { type: 4, data: { content: "hello" } };
const DEFER = { type: 5, data: {} };

test("an answer after three seconds is refused, and the person is told", async () => {
  const begun = await chat();
  await clock.advance(3000);
  await expect(begun.person).rejects.toThrow("did not respond");
  expect(await callback(begun, REPLY)).toEqual([404, 10_062]);
});

test("the last moment is in time", async () => {
  const begun = await chat();
  await clock.advance(2999);
  expect(await callback(begun, REPLY)).toEqual([204, undefined]);
  expect((await begun.person).response?.content).toBe("hello");
});

test("a second acknowledgement is refused, also when the first one's answer was lost", async () => {
  const begun = await chat();
  discord.faults.next({ path: "/interactions/**", fault: { type: "cut-after-commit" } });
  await expect(callback(begun, DEFER)).rejects.toThrow();
  expect(await callback(begun, DEFER)).toEqual([400, 40_060]);
  expect((await begun.person).state).toBe("deferred");
});

test("a token that nobody was given, or another interaction's, is refused", async () => {
  const [one, two] = [await chat(), await chat()];
  expect(await callback({ ...one, token: two.token }, REPLY)).toEqual([404, 10_062]);
  expect(await codes("PATCH", original({ ...one, token: "made-up" }), { content: "x" })).toEqual([
    401, 50_027,
  ]);
  await callback(one, REPLY);
  await callback(two, REPLY);
});

test("nothing can be edited or followed up before the acknowledgement", async () => {
  const begun = await chat();
  expect(await codes("PATCH", original(begun), { content: "x" })).toEqual([404, 10_015]);
  expect(await codes("POST", followUps(begun), { content: "x" })).toEqual([404, 10_015]);
  await callback(begun, REPLY);
});

test("the token dies after fifteen minutes, and a deferred answer with it", async () => {
  const begun = await chat();
  await callback(begun, DEFER);
  const view = await begun.person;
  const done = view.done();
  done.catch(() => undefined);
  await clock.advance(15 * 60_000);
  await expect(done).rejects.toThrow("did not respond");
  expect([view.state, view.response?.failed]).toEqual(["failed", true]);
  expect(await codes("PATCH", original(begun), { content: "x" })).toEqual([401, 50_027]);
  expect(await codes("POST", followUps(begun), { content: "x" })).toEqual([401, 50_027]);
});

test("a deferred answer is thinking until its first edit", async () => {
  const begun = await chat();
  await callback(begun, DEFER);
  const view = await begun.person;
  expect([view.state, view.response?.loading]).toEqual(["deferred", true]);
  const edited = await ask("PATCH", original(begun), { content: "here" });
  expect([edited.status, edited.body.flags]).toEqual([200, 0]);
  await view.done();
  expect([view.state, view.response?.content, view.response?.loading]).toEqual(["answered", "here", false]);
});

test("the first follow-up after a deferral is the answer, and stays as private as the deferral", async () => {
  const begun = await chat();
  await callback(begun, { type: 5, data: { flags: 64 } });
  const view = await begun.person;
  const answer = await ask("POST", followUps(begun), { content: "for Bob" });
  expect(answer.body.id).toBe(view.response?.id);
  expect(view.response?.visibleTo).toBe(discord.person("Bob").id);
  const second = await ask("POST", followUps(begun), { content: "for all" });
  expect(discord.messages(general, "Alice").at(-1)?.id).toBe(second.body.id);
});

test("an ephemeral message is there for its person and through its token only", async () => {
  const begun = await chat();
  await callback(begun, { type: 4, data: { content: "psst", flags: 64 } });
  const { response } = await begun.person;
  const seenBy = (name: string) => discord.messages(general, name).some(({ id }) => id === response?.id);
  expect([seenBy("Bob"), seenBy("Alice"), seenBy("Carol")]).toEqual([true, false, false]);
  expect(await codes("GET", `/channels/${general}/messages/${response?.id}`)).toEqual([404, 10_008]);
  expect(await codes("PATCH", `/channels/${general}/messages/${response?.id}`, { content: "x" })).toEqual([
    404, 10_008,
  ]);
  expect((await ask("GET", original(begun))).body.content).toBe("psst");
  expect(await codes("DELETE", original(begun))).toEqual([204, undefined]);
  expect(seenBy("Bob")).toBe(false);
});

test.each([
  ["a deferral with other flags", { type: 5, data: { flags: 32_832 } }, 50_035],
  ["an answer of nothing", { type: 4, data: {} }, 50_006],
  ["an answer of 2,001 characters", { type: 4, data: { content: "x".repeat(2001) } }, 50_035],
  ["an update of a message that there is not", { type: 7, data: { content: "x" } }, 50_035],
  ["a deferred update", { type: 6 }, 50_035],
  ["choices", { type: 8, data: { choices: [] } }, 50_035],
  ["a callback that does not exist", { type: 3 }, 50_035],
  ["a modal without components", { type: 9, data: { custom_id: "m", title: "t", components: [] } }, 50_035],
  [
    "a modal of six fields",
    {
      type: 9,
      data: { custom_id: "m", title: "t", components: Array.from({ length: 6 }, (_, n) => field(`f${n}`)) },
    },
    50_035,
  ],
  [
    "a modal with the same custom_id twice",
    { type: 9, data: { custom_id: "m", title: "t", components: [field("f"), field("f")] } },
    50_035,
  ],
  [
    "a modal title of 46 characters",
    { type: 9, data: { custom_id: "m", title: "t".repeat(46), components: [field("f")] } },
    50_035,
  ],
  [
    "a field value beyond 4,000",
    { type: 9, data: { custom_id: "m", title: "t", components: [field("f", { value: "v".repeat(4001) })] } },
    50_035,
  ],
  [
    "a button in a modal",
    {
      type: 9,
      data: {
        custom_id: "m",
        title: "t",
        components: [{ type: 1, components: [{ type: 2, style: 1, label: "b", custom_id: "b" }] }],
      },
    },
    50_035,
  ],
  [
    "a radio group of one",
    {
      type: 9,
      data: {
        custom_id: "m",
        title: "t",
        components: [
          {
            type: 18,
            label: "l",
            component: { type: 21, custom_id: "r", options: [{ label: "a", value: "a" }] },
          },
        ],
      },
    },
    50_035,
  ],
])("to a command, %s is refused and leaves it unanswered", async (_what, body, code) => {
  const begun = await chat();
  expect(await callback(begun, body)).toEqual([400, code]);
  expect(await callback(begun, REPLY)).toEqual([204, undefined]);
});

function field(customId: string, extra: object = {}) {
  return { type: 18, label: "Label", component: { type: 4, custom_id: customId, style: 1, ...extra } };
}

test("with_response gives the message, without it there is nothing, not even a content type", async () => {
  const begun = await chat();
  const answer = await ask(
    "POST",
    `/interactions/${begun.id}/${begun.token}/callback?with_response=true`,
    REPLY,
    { authorization: "" },
  );
  expect(answer.status).toBe(200);
  expect(answer.body.resource).toMatchObject({ type: 4, message: { content: "hello", type: 20 } });
  const other = await chat();
  const empty = await ask("POST", `/interactions/${other.id}/${other.token}/callback`, REPLY, {
    authorization: "",
  });
  expect([empty.status, empty.headers.get("content-type")]).toEqual([204, null]);
});

test("a modal opens, is submitted by its person, and the submission is answered in turn", async () => {
  const begun = await chat();
  const components = [
    field("name", { max_length: 80 }),
    {
      type: 18,
      label: "Scope",
      component: { type: 3, custom_id: "scope", options: [{ label: "s", value: "server" }] },
    },
    { type: 10, content: "note" },
  ];
  await callback(begun, { type: 9, data: { custom_id: "persona:new", title: "New persona", components } });
  const view = await begun.person;
  expect([view.state, view.modal?.title, view.modal?.fields.map(({ label }) => label)]).toEqual([
    "modal",
    "New persona",
    ["Label", "Scope"],
  ]);
  expect(await codes("PATCH", original(begun), { content: "x" })).toEqual([404, 10_008]);
  const { modal } = view;
  if (!modal) throw new Error("There is no modal.");
  await expect(discord.person("Bob").submit(modal, { name: "" })).rejects.toThrow("required");
  await expect(
    discord.person("Bob").submit(modal, { name: "n".repeat(81), scope: "server" }),
  ).rejects.toThrow("too long");
  await expect(discord.person("Alice").submit(modal, { name: "Mira" })).rejects.toThrow("no such modal");

  const event = discord.gateway.nextEvent("INTERACTION_CREATE");
  const submission = await begin(() =>
    discord.person("Bob").submit(modal, { name: "Mira", scope: ["server"] }),
  );
  expect((await event).data).toMatchObject({
    custom_id: "persona:new",
    components: [
      { type: 18, component: { value: "Mira" } },
      { component: { values: ["server"] } },
      { type: 10 },
    ],
  });
  expect(
    await callback(submission, { type: 9, data: { custom_id: "m", title: "t", components: [field("f")] } }),
  ).toEqual([400, 50_035]);
  await callback(submission, REPLY);
  expect((await submission.person).response?.content).toBe("hello");
});

test("a button updates its message now or later, and a pressed link or a disabled button does nothing", async () => {
  const components = [
    {
      type: 1,
      components: [
        { type: 2, style: 1, label: "Stop", custom_id: "stop" },
        { type: 2, style: 1, label: "No", custom_id: "no", disabled: true },
      ],
    },
  ];
  const sent = await ask("POST", `/channels/${general}/messages`, { content: "working", components });
  const id = String(sent.body.id);
  await expect(discord.person("Bob").click(id, "no")).rejects.toThrow("disabled");
  await expect(discord.person("Bob").click(id, "other")).rejects.toThrow("no component");
  const later = await begin(() => discord.person("Bob").click(id, "stop"));
  await callback(later, { type: 6 });
  await ask("PATCH", original(later), { content: "stopping" });
  expect((await later.person).response?.content).toBe("stopping");
  const now = await begin(() => discord.person("Carol").click(id, "stop"));
  await callback(now, { type: 7, data: { content: "stopped", components: [] } });
  expect([
    (await now.person).response?.id,
    discord.messages(general).find((one) => one.id === id)?.components,
  ]).toEqual([id, []]);
});

test("autocompletion takes 25 choices, of 100 characters, and nothing else", async () => {
  const type = async () => {
    const next = nextInteraction(discord);
    const choices = discord.person("Bob").autocomplete(general, "chat", undefined, "persona", "mi");
    choices.catch(() => undefined);
    return { ...(await next), choices };
  };
  const begun = await type();
  const answer = (data: unknown, kind = 8) =>
    ask(
      "POST",
      `/interactions/${begun.id}/${begun.token}/callback`,
      { type: kind, data },
      { authorization: "" },
    );
  const many = Array.from({ length: 26 }, (_, n) => ({ name: `${n}`, value: `${n}` }));
  expect((await answer({ choices: many })).status).toBe(400);
  expect((await answer({ choices: [{ name: "n", value: "v".repeat(101) }] })).status).toBe(400);
  expect((await answer({ choices: [{ name: "", value: "v" }] })).status).toBe(400);
  expect((await answer({ content: "x" }, 4)).status).toBe(400);
  expect((await answer({}, 5)).status).toBe(400);
  expect((await answer({ choices: [{ name: "Mira", value: "mira" }] })).status).toBe(204);
  expect(await begun.choices).toEqual([{ name: "Mira", value: "mira" }]);
  const silent = await type();
  await clock.advance(3000);
  await expect(silent.choices).rejects.toThrow("did not respond");
});

test("a message's context menu brings the whole message", async () => {
  const said = await discord.person("Alice").say(general, "tea at five");
  const event = discord.gateway.nextEvent("INTERACTION_CREATE");
  const begun = await begin(() => discord.person("Bob").contextMenu(said.id, "Remember this"));
  expect((await event).data).toMatchObject({
    type: 3,
    target_id: said.id,
    resolved: { messages: { [said.id]: { content: "tea at five" } } },
  });
  await callback(begun, REPLY);
  expect((await begun.person).response?.type).toBe(23);
});

test("a person's client lets nothing wrong through", async () => {
  const bob = discord.person("Bob");
  const refused = (promise: Promise<unknown>, why: string) => expect(promise).rejects.toThrow(why);
  await refused(bob.slash(general, "nothing"), "no command");
  await refused(bob.slash(general, "chat"), "required");
  await refused(bob.slash(general, "chat", { message: "x", other: "y" }), "no option");
  await refused(bob.slash(general, "chat", { message: 5 }), "takes a string");
  await refused(bob.slash(general, "persona"), "sub-commands");
  await refused(bob.slash(general, "persona", { name: "bob" }, "use"), "choices");
  await refused(bob.slash(general, "persona", {}, "drop"), "no sub-command");
  await refused(bob.slash(general, "admin"), "no command");
  await refused(bob.slash((await discord.person("Alice").openDm()).id, "admin"), "cannot see");
  await refused(
    discord.person("Alice").slash((await discord.person("Alice").openDm()).id, "admin"),
    "no command",
  );
});

test("an interaction in a DM has a user and no guild", async () => {
  const dm = await discord.person("Carol").openDm();
  const event = discord.gateway.nextEvent("INTERACTION_CREATE");
  const begun = await begin(() => discord.person("Carol").slash(dm.id, "persona", {}, "list"));
  const data = await event;
  expect([data.guild_id, data.member, data.context]).toEqual([undefined, undefined, 1]);
  expect(data.data).toMatchObject({ name: "persona", options: [{ type: 1, name: "list", options: [] }] });
  await callback(begun, REPLY);
});
