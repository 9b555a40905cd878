import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { messageWith, type PlaygroundFixture, startPlayground } from "../browser/playground-fixture.ts";

const HOW_MANY = 2_000;

let stage: PlaygroundFixture;
beforeAll(async () => {
  stage = await startPlayground();
  const alice = stage.discord.person("Alice");
  const { id } = stage.discord.channel("random");
  for (let index = 1; index <= HOW_MANY; index += 1) await alice.say(id, `Line **${index}** of a long story`);
});
afterAll(() => stage.stop());

const moreThan = (window: Page, count: number) =>
  window.locator("li.message").nth(count).waitFor({ state: "attached" });

test("of a long place the newest is drawn, and the earlier as one scrolls, which stays where it is", async () => {
  const bob = await stage.open("Bob");
  const rows = bob.locator("li.message");
  await bob.getByRole("link", { name: "random" }).click();
  await messageWith(bob, `Line ${HOW_MANY} of`).waitFor();
  const drawn = await rows.count();
  expect(drawn).toBeLessThan(200);

  const list = bob.locator(".messages");
  const first = rows.first();
  const id = await first.getAttribute("data-id");
  const firstText = await first.locator(".said").textContent();
  // Far enough up for earlier ones to be drawn; what was first is then in the middle.
  await list.hover();
  await bob.mouse.wheel(0, 300 - (await list.evaluate(({ scrollTop }) => scrollTop)));
  await moreThan(bob, drawn);
  const held = bob.locator(`[data-id="${id}"]`);
  expect(await held.locator(".said").textContent()).toBe(firstText);
  const top = await held.evaluate((row) => row.getBoundingClientRect().top);
  expect(top).toBeGreaterThan(-700);
  expect(top).toBeLessThan(900);

  await bob.getByRole("button", { name: "Show earlier messages" }).focus();
  await bob.keyboard.press("Enter");
  await moreThan(bob, drawn + 100);
  expect(stage.browser.complaints).toEqual([]);
});

test("what comes in is shown at the end, also in a long place", async () => {
  const bob = await stage.open("Bob");
  await bob.getByRole("link", { name: "random" }).click();
  await messageWith(bob, `Line ${HOW_MANY} of`).waitFor();
  await stage.discord.person("Carol").say(stage.discord.channel("random").id, "And this is new");
  const newest = messageWith(bob, "And this is new");
  await newest.waitFor();
  expect(await newest.evaluate((row) => row.getBoundingClientRect().bottom)).toBeLessThan(860);
});
