import type { Message, SendableChannels } from "discord.js";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  fieldOf,
  messageWith,
  type PlaygroundFixture,
  say,
  startPlayground,
} from "./browser/playground-fixture.ts";

let stage: PlaygroundFixture;
beforeAll(async () => {
  stage = await startPlayground();
});
afterEach(async () => {
  await stage.browser.closeWindows();
  expect(stage.browser.outside).toEqual([]);
  expect(stage.browser.complaints).toEqual([]);
  expect(stage.failures).toEqual([]);
  expect(stage.discord.crashes).toEqual([]);
});
afterAll(() => stage.stop());

test("a person writes and watches the answer grow, edit by edit", async () => {
  const alice = await stage.open("Alice");
  const heard = stage.bot.nextMessage();
  await say(alice, "#general", "@Rapport count for me");

  const asked = await heard;
  expect(asked.content).toBe(`<@${stage.discord.botUserId}> count for me`);
  await sendable(asked).sendTyping();
  await alice.getByText("Rapport is typing").waitFor();
  const answer = await asked.reply("One");
  const shown = messageWith(alice, "count for me").last();
  await shown.getByText("One", { exact: true }).waitFor();
  await answer.edit("One, two");
  await shown.getByText("One, two", { exact: true }).waitFor();
  await answer.edit("One, two, **three**");
  await shown.locator("strong", { hasText: "three" }).waitFor();
  await shown.getByText("(edited)").waitFor();
  expect(await alice.getByText("Rapport is typing").count()).toBe(0);
});

test("a reload in mid-stream shows the same, and goes on from there", async () => {
  const alice = await stage.open("Alice");
  const heard = stage.bot.nextMessage();
  await alice.getByRole("link", { name: "random" }).click();
  await say(alice, "#random", "@Rapport a long story");
  const answer = await (await heard).reply("Once upon");
  await answer.edit("Once upon a time");
  await alice.getByText("Once upon a time").waitFor();
  await alice.reload();
  await alice.getByText("Once upon a time").waitFor();
  await answer.edit("Once upon a time there was a pirate.");
  await alice.getByText("there was a pirate.").waitFor();
});

test("two windows are two people, and each sees the other's words", async () => {
  const [alice, bob] = await Promise.all([stage.open("Alice"), stage.open("Bob")]);
  await alice.getByText("You are Alice").waitFor();
  await bob.getByText("You are Bob").waitFor();
  await say(bob, "#general", "Is anybody here?");
  await messageWith(alice, "Is anybody here?").getByText("Bob", { exact: true }).waitFor();
  await say(alice, "#general", "I am.");
  await messageWith(bob, "I am.").waitFor();
  expect(await messageWith(bob, "I am.").getByText("Alice", { exact: true }).count()).toBe(1);
});

test("what is said elsewhere marks its place as unread, until it is read", async () => {
  const [alice, bob] = await Promise.all([stage.open("Alice"), stage.open("Bob")]);
  await bob.getByRole("link", { name: "support" }).click();
  await say(bob, "#support", "My printer is on fire");
  const place = alice.getByRole("link", { name: "support unread" });
  await place.click();
  await messageWith(alice, "on fire").waitFor();
  expect(await place.count()).toBe(0);
});

test("direct messages with the bot are open to their person alone", async () => {
  const [carol, bob] = await Promise.all([stage.open("Carol"), stage.open("Bob")]);
  const heard = stage.bot.nextMessage();
  await carol.getByRole("button", { name: "Rapport", exact: true }).click();
  await say(carol, "@Rapport", "Between us: I like tea.");
  await (await heard).reply("It stays between us.");
  await carol.getByText("It stays between us.").waitFor();
  const dm = carol.url().split("/").at(-1) ?? "";
  const answer = await fetch(`${stage.url}/api/discord/talk/${dm}?as=Bob`);
  expect(answer.status).toBe(404);
  expect(await answer.text()).not.toContain("tea");
  await bob.goto(`${stage.url}/?as=Bob#/discord/${dm}`);
  await fieldOf(bob, "#general").waitFor();
  expect(await bob.getByText("I like tea").count()).toBe(0);
});

test("a thread hangs below its channel, opens beside it, and takes messages", async () => {
  const alice = await stage.open("Alice", { viewport: { width: 1800, height: 900 } });
  const heard = stage.bot.nextMessage();
  await say(alice, "#general", "@Rapport plan a trip");
  const thread = await (await heard).startThread({ name: "A trip" });
  await thread.send("Where to?");
  await messageWith(alice, "plan a trip").getByRole("link", { name: "A trip" }).click();
  const pane = alice.getByRole("region", { name: "#A trip" });
  await pane.getByText("Where to?").waitFor();
  await pane.getByText("plan a trip").waitFor();
  const next = stage.bot.nextMessage();
  await say(alice, "#A trip", "To the sea");
  expect((await next).channelId).toBe(thread.id);
  await pane.getByText("To the sea").waitFor();
  await alice.getByRole("link", { name: "Close thread" }).click();
  await pane.waitFor({ state: "detached" });
  await fieldOf(alice, "#general").waitFor();
});

test("a person starts a thread on a message, and others see them write there", async () => {
  const [alice, bob] = await Promise.all([stage.open("Alice"), stage.open("Bob")]);
  await say(alice, "#general", "Shall we talk about **boats**?");
  await messageWith(alice, "talk about").click({ button: "right" });
  await alice.getByRole("menuitem", { name: "Start a thread" }).click();
  const name = "#Shall we talk about boats?";
  await fieldOf(alice, name).waitFor();
  await messageWith(bob, "talk about").getByRole("link", { name: "Shall we talk about boats?" }).click();
  await fieldOf(bob, name).pressSequentially("Ah");
  await alice.getByText("Bob is typing").waitFor();
  await fieldOf(bob, name).press("Enter");
  await messageWith(alice, "Ah").waitFor();
});

test("one's own message can be changed, reacted to, replied to and deleted", async () => {
  const alice = await stage.open("Alice");
  await say(alice, "#general", "Helo @Bob");
  await messageWith(alice, "Helo").waitFor();
  await fieldOf(alice, "#general").press("ArrowUp");
  const editor = alice.getByRole("textbox", { name: "Change your message" });
  expect(await editor.inputValue()).toBe("Helo @Bob");
  await editor.fill("Hello @Bob");
  await editor.press("Enter");
  const changed = messageWith(alice, "Hello @Bob");
  await changed.getByText("(edited)").waitFor();

  await changed.hover();
  await changed.getByRole("button", { name: "React" }).click();
  await alice.getByRole("menuitem", { name: "🎉" }).click();
  const reaction = changed.getByRole("button", { name: "🎉, 1 so far" });
  await reaction.click();
  await reaction.waitFor({ state: "detached" });

  await changed.hover();
  await changed.getByRole("button", { name: "Reply" }).click();
  await alice.getByText("Replying to Alice").waitFor();
  await say(alice, "#general", "Talking to myself");
  await messageWith(alice, "Talking to myself")
    .getByRole("button", { name: /Reply to.*Hello/ })
    .waitFor();

  await changed.first().click({ button: "right" });
  await alice.getByRole("menuitem", { name: "Delete" }).click();
  await alice.getByText("A message that was deleted").waitFor();
});

test("Markdown is drawn, and nothing that it holds becomes HTML", async () => {
  const alice = await stage.open("Alice");
  const text = [
    "# Title",
    "**bold** _em_ __under__ ~~gone~~ `code` <b>not bold</b> <img src=x onerror=alert(1)>",
    "```js\nlet a = '<i>';\n```",
    "| a | b |\n|---|--:|\n| 1 | 2 |",
    "[good](https://example.org/) [bad](javascript:alert(1))",
    "![picture](https://example.org/x.png)",
  ].join("\n\n");
  await say(alice, "#general", text);
  const shown = messageWith(alice, "not bold").last();
  await shown.locator("h1", { hasText: "Title" }).waitFor();
  expect(await shown.locator("u").textContent()).toBe("under");
  expect(await shown.locator("pre").textContent()).toContain("let a = '<i>';");
  expect(await shown.locator("td").allTextContents()).toEqual(["1", "2"]);
  expect(await shown.locator("b, i, img").count()).toBe(0);
  expect(await shown.getByRole("link", { name: "good" }).getAttribute("rel")).toContain("noopener");
  expect(await shown.getByRole("link", { name: "bad" }).count()).toBe(0);
});

test("a file goes with a message and can be opened again", async () => {
  const alice = await stage.open("Alice");
  const heard = stage.bot.nextMessage();
  await alice.getByLabel("Files", { exact: true }).setInputFiles({
    name: "notes.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("remember the milk"),
  });
  await say(alice, "#general", "See attached @Rapport");
  expect((await heard).attachments.first()?.name).toBe("notes.txt");
  const link = messageWith(alice, "See attached").getByRole("link", { name: /notes.txt/ });
  const address = (await link.getAttribute("href")) ?? "";
  expect(await (await fetch(address)).text()).toBe("remember the milk");
});

test("the keyboard alone is enough to find a place, write, and act on a message", async () => {
  const alice = await stage.open("Alice");
  const place = alice.getByRole("link", { name: "random" });
  const isReached = () => place.evaluate((link) => link.matches(":focus-visible"));
  for (let step = 0; step < 30 && !(await isReached()); step += 1) await alice.keyboard.press("Shift+Tab");
  await alice.keyboard.press("Enter");
  await fieldOf(alice, "#random").waitFor();
  await alice.keyboard.type("First line");
  await alice.keyboard.press("Shift+Enter");
  await alice.keyboard.type("second line");
  await alice.keyboard.press("Enter");
  const written = messageWith(alice, "second line");
  await written.waitFor();
  expect(await written.locator("br").count()).toBe(1);
  await written.focus();
  await alice.keyboard.press("Enter");
  await alice.getByRole("menu", { name: "Message actions" }).waitFor();
  await alice.keyboard.press("End");
  await alice.keyboard.press("Enter");
  await written.waitFor({ state: "detached" });
});

test("what Discord refuses is told to the person, and their words are kept", async () => {
  const alice = await stage.open("Alice");
  const field = fieldOf(alice, "#general");
  await field.fill("x".repeat(2_001));
  await field.press("Enter");
  await alice.getByRole("alert").getByText("2,000 characters").waitFor();
  expect(await field.inputValue()).toHaveLength(2_001);
  await alice.getByRole("button", { name: "Dismiss" }).click();
  expect(stage.browser.complaints.splice(0)).toEqual([expect.stringContaining("409")]);
});

function sendable(message: Message): SendableChannels {
  if (!message.channel.isSendable()) throw new Error("the bot cannot write there");
  return message.channel;
}
