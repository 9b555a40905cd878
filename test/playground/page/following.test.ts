import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  fieldOf,
  messageWith,
  type PlaygroundFixture,
  say,
  startPlayground,
} from "./browser/playground-fixture.ts";

const HOW_MANY = 60;

let stage: PlaygroundFixture;
beforeAll(async () => {
  stage = await startPlayground();
  const bob = stage.discord.person("Bob");
  const { id } = stage.discord.channel("random");
  for (let index = 1; index <= HOW_MANY; index += 1)
    await bob.say(id, `Line ${index} of what was said before`);
});
afterEach(async () => {
  await stage.browser.closeWindows();
  expect(stage.browser.complaints).toEqual([]);
  expect(stage.failures).toEqual([]);
});
afterAll(() => stage.stop());

async function openRandom(): Promise<Page> {
  const alice = await stage.open("Alice");
  await alice.getByRole("link", { name: "random" }).click();
  await fieldOf(alice, "#random").waitFor();
  await messageWith(alice, `Line ${HOW_MANY} of`).waitFor();
  return alice;
}

const bobSays = (text: string) => stage.discord.person("Bob").say(stage.discord.channel("random").id, text);
const jumpBar = (window: Page, name: string | RegExp) => window.getByRole("button", { name });

/** Frames enough for every scroll event and every observer to have been heard. */
const settled = (window: Page) =>
  window.evaluate(`new Promise((done) => {
    let left = 6;
    const next = () => (left-- > 0 ? requestAnimationFrame(next) : done(undefined));
    next();
  })`);

/** How far below the window the end of the list is. */
async function belowWindow(window: Page): Promise<number> {
  await settled(window);
  return window
    .locator(".messages")
    .evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight);
}

async function wheelUp(window: Page, pixels: number): Promise<void> {
  await window.locator(".messages").hover();
  await window.mouse.wheel(0, -pixels);
  await jumpBar(window, "To the newest").waitFor();
}

test("a field that closes and words that come before the scroll is heard of do not end the following", async () => {
  const alice = await openRandom();
  // As when a command's form closes: the list is longer by the form, its end moves, and then an answer stands there.
  await alice.evaluate(`(async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const list = document.querySelector(".messages");
    const composer = list.parentElement.querySelector(".composer");
    composer.style.paddingBlockEnd = "220px";
    await frame();
    await frame();
    composer.style.paddingBlockEnd = "";
    // After this frame's layout, and before the next frame tells of the scroll that it made.
    await new Promise((done) => setTimeout(done));
    const answer = document.createElement("div");
    answer.style.height = "300px";
    list.firstElementChild.append(answer);
  })()`);
  expect(await belowWindow(alice)).toBeLessThan(2);
  await bobSays("And this is new");
  await messageWith(alice, "And this is new").waitFor();
  expect(await belowWindow(alice)).toBeLessThan(2);
});

test("the answer to a slash command is in sight, and what comes after it", async () => {
  const alice = await openRandom();
  const begun = stage.bot.nextInteraction();
  await say(alice, "#random", "/help");
  await alice.keyboard.press("Enter");
  const interaction = await begun;
  if (!interaction.isChatInputCommand()) throw new Error("no command came");
  await interaction.reply({
    content: Array.from({ length: 12 }, (_, line) => `Help, line ${line}`).join("\n"),
  });
  await messageWith(alice, "Help, line 11").waitFor();
  expect(await belowWindow(alice)).toBeLessThan(2);
  await bobSays("After the help");
  await messageWith(alice, "After the help").waitFor();
  expect(await belowWindow(alice)).toBeLessThan(2);
});

test("who scrolls up stays there, is told what is new, and comes back by the bar", async () => {
  const alice = await openRandom();
  await wheelUp(alice, 600);
  await bobSays("Something new");
  await bobSays("And more");
  await jumpBar(alice, "2 new messages").waitFor();
  expect(await belowWindow(alice)).toBeGreaterThan(500);
  await jumpBar(alice, "2 new messages").click();
  expect(await belowWindow(alice)).toBeLessThan(2);
  expect(await jumpBar(alice, /new message|newest/).count()).toBe(0);
  await bobSays("At the end again");
  await messageWith(alice, "At the end again").waitFor();
  expect(await belowWindow(alice)).toBeLessThan(2);
});

test("a little is enough to stay, also while an answer grows, and going down to the end follows again", async () => {
  const alice = await openRandom();
  const { id } = stage.discord.channel("random");
  const channel = await stage.bot.client.channels.fetch(id);
  if (!channel?.isSendable()) throw new Error("the bot cannot write there");
  const answer = await channel.send("Once upon a time");
  await messageWith(alice, "Once upon a time").waitFor();
  await wheelUp(alice, 60);
  await answer.edit(Array.from({ length: 20 }, (_, line) => `Once upon a time, line ${line}`).join("\n"));
  await messageWith(alice, "Once upon a time, line 19").waitFor();
  expect(await belowWindow(alice)).toBeGreaterThan(200);
  await alice.mouse.wheel(0, 3_000);
  await jumpBar(alice, "To the newest").waitFor({ state: "detached" });
  expect(await belowWindow(alice)).toBeLessThan(2);
});

test("saying something and running a command bring one back to the end", async () => {
  const alice = await openRandom();
  await wheelUp(alice, 900);
  await say(alice, "#random", "I am back");
  await messageWith(alice, "I am back").waitFor();
  expect(await belowWindow(alice)).toBeLessThan(2);
  await wheelUp(alice, 900);
  const begun = stage.bot.nextInteraction();
  await say(alice, "#random", "/help");
  await alice.keyboard.press("Enter");
  const interaction = await begun;
  expect(await belowWindow(alice)).toBeLessThan(2);
  if (interaction.isChatInputCommand()) await interaction.reply({ content: "There." });
});
