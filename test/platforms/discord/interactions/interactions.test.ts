import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { eventually, ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Form } from "../../../../src/core/domain/form.ts";
import type { OutgoingMessage, ReplyChannel } from "../../../../src/core/ports/platform.ts";
import { snowflakeAt } from "../../../../src/platforms/discord/ids.ts";
import { RecordingInbox } from "../../../contracts/platform/platform-fixtures.ts";
import { asked, type Connected, connect, createPlatform, stopSandbox } from "../connected.ts";

let clock: ManualClock;
let discord: DiscordEmulator;
let bot: Connected;

beforeEach(async () => {
  clock = new ManualClock();
  discord = await startDiscordEmulator({ clock });
  bot = await connect(discord, { clock });
});
afterEach(async () => {
  await bot.stop();
  await stopSandbox(discord);
});

const MINUTE = 60_000;
const CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback";
const once = (key: string, again = false) => ({ key, isRetry: again });
const saying = (text: string, visibility: OutgoingMessage["visibility"] = "public"): OutgoingMessage => ({
  text,
  visibility,
});
const general = () => discord.channel("general").id;
const alice = () => discord.person("Alice");
const bob = () => discord.person("Bob");

/** Alice types a command; gives what she sees and the way to answer it. */
async function typed(command: "chat" | "show" | "edit", channel = general()) {
  const count = bot.inbox.taken.length;
  const view =
    command === "chat"
      ? await alice().slash(channel, "chat", { message: "hello" })
      : await alice().slash(channel, "memory", {}, command);
  const { event, target } = await bot.inbox.nth(count);
  return { view, event, target, sink: bot.platform.replyChannel(target) };
}

/** A message with these buttons, and its id. */
async function withButton(action: string, key: string) {
  const { sink: replyChannel } = await typed("chat");
  const buttons = [{ label: "Do it", style: "primary", command: { name: "memory", action } }] as const;
  await replyChannel.post({ ...saying("press"), buttons }, once(key));
  return discord.messages(general()).at(-1)?.id ?? "";
}

const seenBy = (name: string) => discord.messages(general(), name).map(({ content }) => content);
const callbacks = () => asked(discord, "POST", CALLBACK).map(({ body }) => body);

test("a slash command is deferred, and its first answer takes the place of the promise", async () => {
  const { view, event, sink: replyChannel } = await typed("chat");
  expect(event).toMatchObject({
    type: "command",
    name: "chat",
    options: { message: "hello" },
    submitted: false,
    author: { name: "Alice", manages: true },
    place: { kind: "channel", name: "general" },
  });
  expect(view.state).toBe("deferred");
  const posted = await replyChannel.post(saying("one"), once("a"));
  await replyChannel.post(saying("two"), once("b"));
  await replyChannel.edit?.(posted, saying("uno"));
  expect(view.response?.content).toBe("uno");
  expect(seenBy("Bob")).toEqual(["uno", "two"]);
});

test("a private command answers only the person who asked, follow-ups and edits too", async () => {
  const { sink: replyChannel } = await typed("show");
  const posted = await replyChannel.post(saying("one", "private"), once("a"));
  const second = await replyChannel.post(saying("two", "private"), once("b"));
  await replyChannel.edit?.(posted, saying("uno", "private"));
  await replyChannel.edit?.(second, saying("due", "private"));
  expect(seenBy("Alice")).toEqual(["uno", "due"]);
  expect(seenBy("Bob")).toEqual([]);
});

test("a refusal is private though the answer was promised to all, and the other way round", async () => {
  const publicly = await typed("chat");
  await publicly.sink.post(saying("not you", "private"), once("a"));
  expect(seenBy("Alice")).toEqual(["not you"]);
  expect(seenBy("Bob")).toEqual([]);
  const privately = await typed("show");
  await privately.sink.post(saying("for all"), once("b"));
  expect(seenBy("Bob")).toEqual(["for all"]);
  expect(seenBy("Alice")).toEqual(["not you", "for all"]);
});

test.each(["chat", "show"] as const)(
  "an answer whose promise was taken away comes all the same: /%s",
  async (name) => {
    const { sink: replyChannel } = await typed(name);
    discord.faults.next({
      method: "PATCH",
      path: "/webhooks/*/*/messages/@original",
      fault: { type: "status", status: 404, body: { code: 10_008, message: "Unknown Message" } },
    });
    await replyChannel.post(saying("one", name === "show" ? "private" : "public"), once("a"));
    expect(seenBy("Alice").at(-1)).toBe("one");
  },
);

test("another process follows up where the promise was taken back", async () => {
  const { sink: replyChannel, target } = await typed("chat");
  await replyChannel.post(saying("not you", "private"), once("a"));
  const other = createPlatform(discord, { clock });
  await other.replyChannel(target).post(saying("for all"), once("b", true));
  await other.close();
  expect(seenBy("Bob")).toEqual(["for all"]);
});

test("an answer that is ready before the acknowledgement waits for it", async () => {
  let answered: Promise<unknown> = Promise.resolve();
  bot.inbox.answer = async () => {
    setImmediate(() => {
      const { target } = bot.inbox.taken[0] ?? {};
      if (target) answered = bot.platform.replyChannel(target).post(saying("quick"), once("a"));
    });
    return "accepted";
  };
  discord.faults.next({ path: "/interactions/**", fault: { type: "slow", ms: 20 } });
  const responding = alice().slash(general(), "chat", { message: "hello" });
  await eventually("the acknowledgement is under way", () => clock.left.includes(20));
  await clock.advance(30);
  const view = await responding;
  await answered;
  expect(view.response?.content).toBe("quick");
});

test("a command is acknowledged only when it is stored; what cannot be stored is said privately", async () => {
  bot.inbox.answer = async () => {
    throw new Error("no database");
  };
  const failed = await alice().slash(general(), "chat", { message: "hello" });
  expect(failed.response).toMatchObject({ ephemeral: true, content: expect.stringMatching(/stored/) });
  bot.inbox.answer = async () => "full";
  const full = await alice().slash(general(), "chat", { message: "hello" });
  expect(full.response).toMatchObject({ ephemeral: true, content: expect.stringMatching(/waiting/) });
});

test("an interaction that arrives twice is acknowledged once", async () => {
  discord.gateway.duplicateNext("INTERACTION_CREATE");
  const { sink: replyChannel } = await typed("chat");
  await replyChannel.post(saying("one"), once("a"));
  await discord.person("Bob").say(general(), "later");
  await bot.inbox.message("later");
  expect(callbacks()).toHaveLength(1);
  expect(bot.inbox.taken).toHaveLength(2);
});

test.each([
  { type: "cut-after-commit", by: "rst" },
  { type: "cut-after-commit", by: "fin" },
  { type: "cut-before-headers", by: "rst" },
  { type: "cut-before-headers", by: "fin" },
  { type: "status", status: 502 },
] as const)("an acknowledgement counts, or is given again, when it is lost: %j", async (fault) => {
  discord.faults.next({ path: "/interactions/**", fault });
  const { view, sink: replyChannel } = await typed("chat");
  await replyChannel.post(saying("one"), once("a"));
  expect(view.response?.content).toBe("one");
  expect(bot.log.lines.filter(({ level }) => level === "error")).toEqual([]);
});

test.each(["rst", "fin"] as const)(
  "a first answer and a form count when their receipt is lost (%s)",
  async (by) => {
    const lost = { path: "/interactions/**", fault: { type: "cut-after-commit", by } } as const;
    const { acted } = asksForForm(async (replyChannel) => {
      discord.faults.next(lost);
      const posted = await replyChannel.post(saying("nothing to edit", "private"), once("a"));
      await replyChannel.edit?.(posted, saying("really nothing", "private"));
    });
    const { view } = await typed("edit");
    await acted;
    expect(view.response?.content).toBe("really nothing");
    const { acted: opened } = asksForForm(async (replyChannel) => {
      discord.faults.next(lost);
      await replyChannel.openForm?.(FORM);
    });
    const { view: second } = await typed("edit");
    await opened;
    expect(second.state).toBe("modal");
  },
);

test("too late is logged once with its age, and the answer comes as a message of the bot", async () => {
  bot.inbox.answer = async () => {
    await clock.sleep(3_100);
    return "accepted";
  };
  const view = alice().slash(general(), "chat", { message: "hello" });
  const failed = expect(view).rejects.toThrow(/did not respond/);
  await expect.poll(() => clock.sleeping).toBeGreaterThan(1);
  await clock.advance(3_100);
  await failed;
  const { target } = await bot.inbox.nth(0);
  await bot.platform.replyChannel(target).post(saying("late"), once("a"));
  expect(seenBy("Bob")).toEqual(["late"]);
  const said = bot.log.said("too late to acknowledge an interaction");
  expect(said).toMatchObject([{ fields: { ageMs: 3_100 } }]);
  expect(callbacks()).toHaveLength(1);
});

test("an interaction that is replayed after a long gap is left alone: its person saw it fail", async () => {
  const { target } = await typed("chat");
  const replayed = {
    id: snowflakeAt(clock.now() - 61_000),
    application_id: discord.applicationId,
    type: 2,
    token: String(target.token),
    guild_id: discord.guildId,
    channel_id: general(),
    member: { user: { id: alice().id, username: "alice" }, roles: [], permissions: "0" },
    data: { name: "chat", type: 1, options: [{ name: "message", type: 3, value: "old" }] },
  };
  discord.gateway.sendRaw("INTERACTION_CREATE", replayed);
  await expect
    .poll(() => bot.log.said("an interaction came too late"))
    .toMatchObject([{ fields: { ageMs: 61_000 } }]);
  discord.gateway.sendRaw("INTERACTION_CREATE", { ...replayed, id: snowflakeAt(clock.now() - 59_000) });
  expect((await bot.inbox.nth(1)).event).toMatchObject({ options: { message: "old" } });
  expect(bot.inbox.taken).toHaveLength(2);
});

test("after fifteen minutes an answer comes as a message, and what is private goes to direct messages", async () => {
  const publicly = await typed("chat");
  const privately = await typed("show");
  const posted = await publicly.sink.post(saying("thinking"), once("a"));
  await clock.advance(16 * MINUTE);
  await publicly.sink.edit?.(posted, saying("done"));
  await publicly.sink.post(saying("more"), once("b"));
  await privately.sink.post(saying("secret", "private"), once("c"));
  expect(seenBy("Bob")).toEqual(["done", "more"]);
  const dm = await alice().openDm();
  expect(discord.messages(dm.id).map(({ content }) => content)).toEqual(["secret"]);
});

test("after fifteen minutes what is private and may be kept is told to be late, and posted nowhere", async () => {
  const { sink: replyChannel } = await typed("show");
  await clock.advance(16 * MINUTE);
  const kept = { ...saying("secret", "private"), mayBeKept: true };
  await expect(replyChannel.post(kept, once("a"))).rejects.toMatchObject({ code: "answer_late" });
  expect(discord.messages((await alice().openDm()).id)).toEqual([]);
  // The promise of an answer, which Discord itself marks as broken.
  expect(seenBy("Alice")).toEqual([""]);
});

test("another process finishes the answer from what is stored", async () => {
  const { view, target } = await typed("chat");
  const other = createPlatform(discord, { clock });
  const replyChannel = other.replyChannel(target);
  const posted = await replyChannel.post(saying("one"), once("a", true));
  expect(await replyChannel.post(saying("one"), once("a", true))).toBe(posted);
  await other.replyChannel(target).post(saying("two"), once("b", true));
  await other.close();
  expect(view.response?.content).toBe("one");
  expect(seenBy("Bob")).toEqual(["one", "two"]);
});

test("a process that did not acknowledge waits for the one that does", async () => {
  const inbox = new RecordingInbox();
  inbox.answer = async () => "repeated";
  const other = await connect(discord, { clock, inbox });
  discord.faults.next({ path: "/interactions/**", fault: { type: "slow", ms: 100 } });
  const responding = alice().slash(general(), "chat", { message: "hello" });
  const { target } = await bot.inbox.nth(0);
  const posting = other.platform.replyChannel(target).post(saying("from the other"), once("a"));
  const tooEarly = () =>
    discord.journal.entries.filter(({ path, status }) => /original$/.test(path) && status === 404);
  await expect.poll(tooEarly).toHaveLength(1);
  // It found nothing, and looks again in a quarter of a second; before that the acknowledgement arrives.
  await expect.poll(() => clock.left).toContain(250);
  await clock.advance(100);
  const view = await responding;
  await clock.advance(150);
  await posting;
  await other.stop();
  expect(view.response?.content).toBe("from the other");
  expect(callbacks()).toHaveLength(1);
});

test("a button runs its command as whoever presses it, and leaves its message as it is", async () => {
  const message = await withButton("stop", "k1");
  const view = await bob().click(message, "memory stop|k1");
  const { event, target } = await bot.inbox.nth(1);
  expect(event).toMatchObject({ name: "memory", action: "stop", options: {}, submitted: false });
  expect(event.author).toMatchObject({ name: "Bob", manages: false });
  await bot.platform.replyChannel(target).post(saying("stopped", "private"), once("s"));
  expect(view.response?.id).toBe(message);
  expect(seenBy("Alice")).toEqual(["press"]);
  expect(seenBy("Bob")).toEqual(["press", "stopped"]);
});

test.each(["persona-new", "memory gone|k", "nobody -"])(
  "a button of another version (%s) says so",
  async (id) => {
    // As an older version would have posted it.
    const button = { type: 2, style: 1, label: "Old", custom_id: id };
    await fetch(`${discord.url}/v10/channels/${general()}/messages`, {
      method: "POST",
      headers: { authorization: `Bot ${discord.token}`, "content-type": "application/json" },
      body: JSON.stringify({
        content: "old",
        components: [{ type: 1, components: [button] }],
        allowed_mentions: { parse: [] },
      }),
    });
    await bob().click(discord.messages(general()).at(-1)?.id ?? "", id);
    expect(seenBy("Bob").at(-1)).toMatch(/older version/);
    expect(seenBy("Alice")).toEqual(["old"]);
    expect(bot.inbox.taken).toEqual([]);
  },
);

const FORM: Form = {
  title: "Edit a block",
  command: { name: "memory", action: "edit", options: { block: "human" } },
  fields: [
    { name: "text", label: "What is remembered", kind: "paragraph", value: "likes tea", required: true },
    {
      name: "scope",
      label: "Who shares it",
      kind: "choice",
      required: true,
      value: "me",
      choices: [
        { label: "Only me", value: "me" },
        { label: "Everybody", value: "all" },
      ],
    },
  ],
};

/** Does this once a command was accepted; `acted` resolves when it is done. */
function asksForForm(act: (replyChannel: ReplyChannel) => Promise<unknown>): {
  readonly acted: Promise<unknown>;
} {
  const acted = new Promise<unknown>((resolve, reject) => {
    bot.inbox.answer = async () => {
      setImmediate(() => {
        const taken = bot.inbox.taken.at(-1);
        if (taken && !("submitted" in taken.event && taken.event.submitted))
          act(bot.platform.replyChannel(taken.target)).then(resolve, reject);
      });
      return "accepted";
    };
  });
  return { acted };
}

test("a command with a form is not deferred: the form is its first answer and comes back as a command", async () => {
  asksForForm((replyChannel) => replyChannel.openForm?.(FORM) ?? Promise.resolve());
  const view = await alice().slash(general(), "memory", {}, "edit");
  const { modal } = view;
  expect(modal).toMatchObject({ title: "Edit a block" });
  if (!modal) throw new Error("no modal");
  const submitted = await alice().submit(modal, { text: "likes coffee", scope: ["all"] });
  const { event, target } = await bot.inbox.nth(1);
  expect(event).toMatchObject({
    name: "memory",
    action: "edit",
    options: { block: "human", text: "likes coffee", scope: "all" },
    submitted: true,
  });
  expect(bot.platform.replyChannel(target).openForm).toBeUndefined();
  await bot.platform.replyChannel(target).post(saying("saved"), once("s"));
  expect(submitted.response?.content).toBe("saved");
});

test("a button that leads to a form opens it", async () => {
  const message = await withButton("edit", "k1");
  asksForForm((replyChannel) => replyChannel.openForm?.(FORM) ?? Promise.resolve());
  const view = await bob().click(message, "memory edit|k1");
  expect(view.state).toBe("modal");
});

test("what might have opened a form and did not answers at once, and then follows up", async () => {
  asksForForm(async (replyChannel) => {
    await replyChannel.post(saying("nothing to edit", "private"), once("a"));
    await replyChannel.post(saying("really", "private"), once("b"));
  });
  const view = await alice().slash(general(), "memory", {}, "edit");
  expect(view.response).toMatchObject({ content: "nothing to edit", ephemeral: true });
  await expect.poll(() => seenBy("Alice")).toEqual(["nothing to edit", "really"]);
});

test("a form is offered only while Discord takes one", async () => {
  const { event, target } = await lateForm();
  expect(event).toMatchObject({ name: "memory", action: "edit" });
  expect(bot.platform.replyChannel(target).openForm).toBeDefined();
  await clock.advance(2_800);
  expect(bot.platform.replyChannel(target).openForm).toBeUndefined();
  expect(createPlatform(discord, { clock }).replyChannel(target).openForm).toBeUndefined();
});

async function lateForm() {
  void alice()
    .slash(general(), "memory", {}, "edit")
    .catch(() => undefined);
  return bot.inbox.nth(0);
}

test("choices are suggested while an option is typed: at most 25, and also when that fails", async () => {
  const seen: unknown[] = [];
  bot.inbox.choices = async (query) => {
    seen.push(query);
    return Array.from({ length: 200 }, (_, index) => ({ label: "x".repeat(150), value: `p${index}` }));
  };
  const choices = await alice().autocomplete(general(), "chat", undefined, "persona", "pi", { message: "x" });
  expect(choices).toHaveLength(25);
  expect(choices[0]).toEqual({ name: `${"x".repeat(99)}…`, value: "p0" });
  expect(seen).toMatchObject([{ name: "chat", option: "persona", typed: "pi", author: { name: "Alice" } }]);
  bot.inbox.choices = async () => {
    throw new Error("no database");
  };
  expect(await alice().autocomplete(general(), "chat", undefined, "persona", "pi")).toEqual([]);
});

test("suggestions that take too long are answered with none", async () => {
  bot.inbox.choices = () => new Promise(() => undefined);
  const choices = alice().autocomplete(general(), "chat", undefined, "persona", "pi");
  await expect.poll(() => clock.sleeping).toBeGreaterThan(1);
  await clock.advance(2_000);
  expect(await choices).toEqual([]);
});

test("an entry of a message's menu runs its command with what the message says", async () => {
  const { id } = await bob().say(general(), "I like tea, @Alice");
  await bot.inbox.nth(0);
  await alice().contextMenu(id, "Remember this");
  expect((await bot.inbox.nth(1)).event).toMatchObject({
    name: "memory",
    action: "remember",
    options: { text: "I like tea, @Alice", author: "Bob", author_id: `discord.${bob().id}` },
  });
});

test("a thread for a command hangs from a message of its own; opening it again gives the same", async () => {
  const { sink: replyChannel, target } = await typed("chat");
  const draft = { title: "Tea", opening: "Alice talks to Mira", idempotencyKey: once("t") };
  const opened = await replyChannel.openThread?.(draft);
  const other = createPlatform(discord, { clock });
  const again = await other.replyChannel(target).openThread?.({ ...draft, idempotencyKey: once("t", true) });
  await other.close();
  expect(again).toEqual(opened);
  expect(opened?.place).toMatchObject({ kind: "thread", name: "Tea", parent: `discord.${general()}` });
  await bot.platform.replyChannel(opened?.target ?? {}).post(saying("Hi"), once("a"));
  const [thread] = discord.threads(general());
  expect(discord.messages(thread?.id ?? "").at(-1)?.content).toBe("Hi");
});

test("direct messages are opened with what was said, once though the receipt is lost", async () => {
  discord.faults.next({ method: "POST", path: "/channels/*/messages", fault: { type: "cut-after-commit" } });
  const { sink: replyChannel } = await typed("chat");
  const opened = await replyChannel.openDirectMessages?.({
    title: "Ours",
    opening: "You: just us",
    idempotencyKey: once("t"),
  });
  expect(opened?.place).toMatchObject({ kind: "direct" });
  const direct = opened!.place.id.replace("discord.", "");
  expect(discord.messages(direct).map(({ content }) => content)).toEqual(["You: just us"]);
  await bot.platform.replyChannel(opened!.target).post(saying("Hi"), once("a"));
  expect(discord.messages(direct).at(-1)?.content).toBe("Hi");
});
