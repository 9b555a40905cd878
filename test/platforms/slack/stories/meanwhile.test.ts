import { eventually, Person } from "@rapport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestServer } from "../../../storage/servers/databases.ts";
import { textOf } from "../connected.ts";
import { DirectedModel } from "../directed-model.ts";
import { type SlackBot, startSlackBot, storyServer } from "../slack-bot.ts";

/* What somebody may see or do, after who reads the place or who they are has become another meanwhile. */

let server: TestServer;
beforeAll(async () => {
  server = await storyServer();
});
afterAll(() => server.close());

const SECRET = /4711/;

async function withBot(story: (bot: SlackBot) => Promise<void>): Promise<void> {
  const bot = await startSlackBot(server);
  try {
    await story(bot);
  } finally {
    await bot.stop();
  }
}

/** Alice tells it in #general; Bob, a member, is told it there. Gives his thread. */
async function bobIsTold(bot: SlackBot): Promise<string> {
  await bot.alice.reads(await bot.alice.begins("#general", "remember that the safe opens with 4711"));
  const thread = await bot.bob.begins("#general", "what opens the safe?");
  await bot.bob.reads(thread, SECRET);
  await bot.idle();
  return thread;
}

test("an answer that others would read than it was begun for does not go on, and what stood there is taken away", async () => {
  const model = new DirectedModel();
  const bot = await startSlackBot(server, { model });
  try {
    bot.slack.addChannel("plans", { isPrivate: true });
    const channel = bot.slack.channel("plans").id;
    const { ts } = await bot.slack.person("Alice").say(channel, "@Rapport what opens the safe?");
    const texts = () => bot.slack.messages(channel, { threadTs: ts, viewer: "Alice" }).map(textOf).join("\n");
    const answer = await model.next();
    answer.says("I know: 47");
    await eventually("it grows", () => texts().includes("I know: 47"));
    bot.slack.makePublic("plans");
    answer.says("11 opens it.");
    answer.ends();
    await bot.readAnswer(channel, ts, /Who can read this place has changed since you asked/);
    await bot.idle();
    expect(texts()).not.toMatch(/I know|47|11 opens/);
  } finally {
    await bot.stop();
  }
});

test("what waits in a channel that goes on under another id is answered there", async () => {
  const model = new DirectedModel();
  const bot = await startSlackBot(server, { model });
  try {
    const before = bot.slack.channel("general").id;
    const { ts } = await bot.slack.person("Bob").say(before, "@Rapport what opens the safe?");
    const first = await model.next();
    await bot.slack.person("Bob").say(before, "and the door?", { threadTs: ts });
    await bot.debounceEnds(1);
    bot.slack.changeChannelId("general");
    await eventually("the channel is known by its new id", () =>
      bot.log.lines.some(({ message }) => message === "place goes on under another id"),
    );
    first.ends();
    const second = await model.next();
    second.says("A key.");
    second.ends();
    await bot.readAnswer(bot.slack.channel("general").id, ts, /A key\./, "Bob");
    await bot.idle();
  } finally {
    await bot.stop();
  }
});

test("a member who became a guest has nothing asked again with what members know", () =>
  withBot(async (bot) => {
    const thread = await bobIsTold(bot);
    const last = bot.bob.view(thread).at(-1);
    bot.slack.setGuest("Bob", { channels: ["general"] });
    await bot.bob.says(thread, "!conversation retry");
    const again = await bot.bob.reads(thread, /./s, last);
    await bot.idle();
    expect(again.text).not.toMatch(SECRET);
    expect(again.text).not.toContain("Other people can read here");
  }));

test("a guest has nothing asked again that a member asked", () =>
  withBot(async (bot) => {
    const thread = await bobIsTold(bot);
    bot.slack.addGuest("Gus", { channels: ["general"] });
    const gus = new Person(bot.chat, "Gus");
    const answers = () => bot.bob.view(thread).filter(({ text }) => SECRET.test(text)).length;
    const before = answers();
    await gus.says(thread, "!conversation retry");
    await gus.seesAlone(thread, /A guest cannot repeat what a member asked\. Ask it yourself\./);
    await bot.idle();
    expect(answers()).toBe(before);
  }));

test("who was made a guest is one at once, also while Slack does not say who they are", () =>
  withBot(async (bot) => {
    await bobIsTold(bot);
    const fault = { type: "refusal", error: "internal_error" } as const;
    bot.slack.faults.next({ path: "/api/users.info", times: 100, fault });
    bot.slack.setGuest("Bob", { channels: ["general"] });
    const thread = await bot.bob.begins("#general", "what opens the safe?");
    expect((await bot.bob.reads(thread)).text).not.toMatch(SECRET);
  }));

test("a guest changes no persona that all share, though they made it as a member, nor from their direct messages", () =>
  withBot(async (bot) => {
    const form = await bot.bob.opens("#general", "/persona create");
    const fern = { name: "Fern", description: "", instructions: "You know ferns." };
    expect((await bot.bob.submits(form, fern)).text).toContain("**Fern** is here");
    const dm = await bot.bob.dm();
    await bot.bob.opens(dm, "/persona edit", { name: "fern" });
    bot.slack.setGuest("Bob", { channels: ["general"] });
    const refused = await bot.bob.uses(dm, "/persona edit", { name: "fern" });
    expect(refused.text).toContain("may do that with **Fern**");
    expect((await bot.bob.uses(dm, "/persona delete", { name: "fern" })).text).toBe(refused.text);
  }));

test("a member has nothing remembered of another company's people", () =>
  withBot(async (bot) => {
    bot.slack.addWorkspace("Beta");
    bot.slack.shareChannel("support", "Beta");
    await new Person(bot.chat, "Bob of Beta").says("#support", "our merger is called Narwhal");
    const said = await eventually("Alice sees it", () =>
      bot.alice.view("#support").find(({ text }) => text.includes("Narwhal")),
    );
    const answer = await bot.alice.picks(said, "Remember this");
    expect(answer.text).toMatch(/^What people of other companies say is not remembered/);
  }));

test("what a persona is asked about another company's words leaves nothing of them in its memory", async () => {
  const model = new DirectedModel();
  const bot = await startSlackBot(server, { model });
  try {
    bot.slack.addWorkspace("Beta");
    bot.slack.shareChannel("support", "Beta");
    await new Person(bot.chat, "Bob of Beta").says("#support", "our merger is called Narwhal");
    const said = await eventually("Alice sees it", () =>
      bot.alice.view("#support").find(({ text }) => text.includes("Narwhal")),
    );
    const { form } = await bot.alice.picks(said, "Ask a persona about this");
    if (!form) throw new Error("no form opened");
    const submitted = bot.alice.submits(form, { message: "Note that down, will you?" });
    const asked = await model.next();
    expect(JSON.stringify(asked.request.messages)).toContain("Narwhal");
    asked.calls("archival_memory_insert", { content: "Beta's merger is called Narwhal" });
    const then = await model.next();
    then.says("Done.");
    then.ends();
    await submitted;
    await bot.idle();
    const [agent] = await bot.storage.agents.list("personal_assistant");
    if (!agent) throw new Error("no agent was made");
    const passages = await bot.app.services.memory.passages(agent.agent, { limit: 10 });
    expect(passages).toEqual([]);
  } finally {
    await bot.stop();
  }
});
