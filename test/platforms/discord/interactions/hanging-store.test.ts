import { type DiscordEmulator, startDiscordEmulator } from "@rapport/discord-emulator";
import { eventually, ManualClock } from "@rapport/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { OutgoingMessage } from "../../../../src/core/ports/platform.ts";
import { type Connected, connect, stopSandbox } from "../connected.ts";

/* The database takes a connection and answers nothing, longer than Discord waits for us. */

let clock: ManualClock;
let discord: DiscordEmulator;
let bot: Connected;
/** Ends storing; there once something is being stored. */
let end: ((outcome: "accepted" | "failed") => void) | undefined;

beforeEach(async () => {
  clock = new ManualClock();
  discord = await startDiscordEmulator({ clock });
  bot = await connect(discord, { clock });
  end = undefined;
});
afterEach(async () => {
  await bot.stop();
  await stopSandbox(discord);
});

const general = () => discord.channel("general").id;
const alice = () => discord.person("Alice");
const seenBy = (name: string) => discord.messages(general(), name).map(({ content }) => content);
const saying = (text: string): OutgoingMessage => ({ text, visibility: "public" });

function hang(): void {
  bot.inbox.answer = () =>
    new Promise((resolve, reject) => {
      end = (outcome) => (outcome === "accepted" ? resolve(outcome) : reject(new Error("planned")));
    });
}

/** What somebody sees of what they asked for, two seconds later. */
async function twoSecondsAfter<T>(asking: Promise<T>): Promise<T> {
  await eventually("it is being stored", () => end);
  await clock.advance(2_000);
  return asking;
}

const isTold = (name: string) =>
  eventually("it is told", () => seenBy(name).some((text) => text.includes("could not be stored")));

test.each(["show", "edit"])(
  "/memory %s is acknowledged in time, and that it failed is told",
  async (action) => {
    hang();
    const view = await twoSecondsAfter(alice().slash(general(), "memory", {}, action));
    expect(view.state).toBe("deferred");
    end?.("failed");
    await isTold("Alice");
    expect(seenBy("Bob")).toEqual([]);
  },
);

test("what is stored at last is answered in the place of the promise", async () => {
  hang();
  await twoSecondsAfter(alice().slash(general(), "chat", { message: "hello" }));
  end?.("accepted");
  const { target } = await bot.inbox.nth(0);
  await bot.platform.replyChannel(target).post(saying("here it is"), { key: "late", isRetry: false });
  expect(seenBy("Bob")).toEqual(["here it is"]);
});

test("what was to open a form is answered without one", async () => {
  hang();
  await twoSecondsAfter(alice().slash(general(), "memory", {}, "edit"));
  end?.("accepted");
  const { target } = await bot.inbox.nth(0);
  const replyChannel = bot.platform.replyChannel(target);
  expect(replyChannel.openForm).toBeUndefined();
  await replyChannel.post({ text: "Try again", visibility: "private" }, { key: "late", isRetry: false });
  expect(seenBy("Alice")).toEqual(["Try again"]);
});

test("who pressed a button is told that it could not be stored, and the message stays", async () => {
  await alice().slash(general(), "chat", { message: "hello" });
  const { target } = await bot.inbox.nth(0);
  const buttons = [
    { label: "Do it", style: "primary", command: { name: "memory", action: "stop" } },
  ] as const;
  await bot.platform
    .replyChannel(target)
    .post({ ...saying("press"), buttons }, { key: "k1", isRetry: false });
  hang();
  const message = discord.messages(general()).at(-1)?.id ?? "";
  await twoSecondsAfter(discord.person("Bob").click(message, "memory stop|k1"));
  end?.("failed");
  await isTold("Bob");
  expect(seenBy("Alice")).toEqual(["press"]);
});
