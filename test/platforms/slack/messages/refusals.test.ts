import type { SlackEmulator } from "@rapport/slack-emulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { botMessages, buttonsOf, type Connected, connect, startSlack, textOf } from "../connected.ts";

/* Slack takes no message as it is: it is shown more simply, and nothing is left growing. */

let slack: SlackEmulator;
let bot: Connected;
beforeEach(async () => {
  slack = await startSlack();
  bot = await connect(slack);
});
afterEach(async () => {
  await bot.stop();
  await slack.stop();
  expect(slack.crashes).toEqual([]);
});

const speaker = { name: "Mira", avatar: undefined };
const button = { label: "Try again", style: "plain", command: { name: "memory", action: "show" } } as const;
const whole = { text: "**Hi** there", visibility: "public", author: speaker, buttons: [button] } as const;

async function asked() {
  await slack.person("Bob").say(slack.channel("general").id, "@Rapport hello");
  const { event, target } = await bot.inbox.message("hello");
  return { sink: bot.platform.replyChannel(target), shown: () => botMessages(slack, event.place, "Bob") };
}
const refuses = (method: string, error: string, times: number) =>
  slack.faults.next({ path: `/api/${method}`, times, fault: { type: "refusal", error } });

test("a refused name is left out, and a line above says who speaks", async () => {
  const { sink: replyChannel, shown } = await asked();
  refuses("chat.postMessage", "invalid_username", 1);
  await replyChannel.post(whole, { key: "a", isRetry: false });
  const [message] = shown();
  expect(textOf(message!)).toBe("**Mira**\n**Hi** there");
  expect(buttonsOf(message!)).toHaveLength(1);
});

test.each(["invalid_blocks", "msg_blocks_too_long", "something_new"])(
  "what is refused with %s in every other way is shown as text alone",
  async (error) => {
    const { sink: replyChannel, shown } = await asked();
    refuses("chat.postMessage", error, 2);
    await replyChannel.post(whole, { key: "a", isRetry: false });
    expect(shown().map(textOf)).toEqual(["Mira\nHi there"]);
    expect(shown()[0]?.blocks).not.toContainEqual(expect.objectContaining({ type: "markdown" }));
    expect(bot.log.said("Slack refused a message, which is sent again more simply")).toHaveLength(2);
  },
);

test("an edit whose blocks are refused becomes text, and nothing can be pressed on it any more", async () => {
  const { sink: replyChannel, shown } = await asked();
  const posted = await replyChannel.post(whole, { key: "a", isRetry: false });
  refuses("chat.update", "invalid_blocks", 1);
  await replyChannel.edit?.(posted, { ...whole, text: "Bye" });
  const [message] = shown();
  expect(textOf(message!)).toBe("Bye");
  expect(buttonsOf(message!)).toEqual([]);
});

test("an answer that was streamed and whose end is refused stands there as text, and the stream is over", async () => {
  const { sink: replyChannel, shown } = await asked();
  const growing = { ...whole, buttons: [] };
  const posted = await replyChannel.post({ ...growing, isStreaming: true }, { key: "a", isRetry: false });
  expect(shown()[0]?.stream?.state).toBe("in_progress");
  refuses("chat.stopStream", "invalid_blocks", 1);
  refuses("chat.update", "invalid_blocks", 1);
  await replyChannel.edit?.(posted, { ...whole, text: "**Hi** there, Bob" });
  const [message] = shown();
  expect(message?.stream?.state).not.toBe("in_progress");
  expect(message?.text).toContain("there, Bob");
});

test("what is refused in every way ends in the core's words, and a lost channel is no matter of looks", async () => {
  const { sink: replyChannel } = await asked();
  refuses("chat.postMessage", "msg_too_long", 3);
  await expect(replyChannel.post(whole, { key: "a", isRetry: false })).rejects.toMatchObject({
    code: "platform_rejected",
    userMessage: "Slack does not take this message as it is.",
  });
  const before = slack.journal.entries.length;
  refuses("chat.postMessage", "is_archived", 1);
  await expect(replyChannel.post(whole, { key: "b", isRetry: false })).rejects.toMatchObject({
    userMessage: "That channel is archived.",
  });
  expect(slack.journal.entries.length - before).toBe(1);
});
