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
});
afterAll(() => stage.stop());

const nameIn = (address: string) => new URL(address).searchParams.get("as");

test("without a name in the address one is the first person, and everything works at once", async () => {
  const window = await stage.browser.open(stage.url);
  await window.getByText("You are Alice").waitFor();
  expect(nameIn(window.url())).toBe("Alice");
  await say(window, "#general", "I am nobody in particular");
  await messageWith(window, "nobody in particular").getByText("Alice", { exact: true }).waitFor();
  const begun = stage.bot.nextInteraction();
  await say(window, "#general", "/help");
  await window.keyboard.press("Enter");
  expect((await begun).user.displayName).toBe("Alice");
});

test("a name that nobody has is that of the first person, also in the address", async () => {
  const window = await stage.open("Mallory");
  await window.getByText("You are Alice").waitFor();
  expect(nameIn(window.url())).toBe("Alice");
  await say(window, "#general", "Not Mallory");
  await messageWith(window, "Not Mallory").waitFor();
});

test("being somebody else is in the address, through a reload too, and the place stays open", async () => {
  const window = await stage.browser.open(stage.url);
  await window.getByRole("link", { name: "random" }).click();
  await fieldOf(window, "#random").waitFor();
  await window.getByRole("region", { name: "Who you are" }).getByRole("link", { name: "Bob" }).click();
  await window.getByText("You are Bob").waitFor();
  await fieldOf(window, "#random").waitFor();
  expect(nameIn(window.url())).toBe("Bob");
  await window.reload();
  await window.getByText("You are Bob").waitFor();
  await say(window, "#random", "Still Bob");
  await messageWith(window, "Still Bob").getByText("Bob", { exact: true }).waitFor();
});
