import { ManualClock } from "@rapport/testing";
import { expect, test } from "vitest";
import { AdminAlerts, type ToldAlert } from "../../../src/core/delivery/admin-alerts.ts";
import { TurnId } from "../../../src/core/domain/model.ts";
import type { BotEvent, TurnProgress } from "../../../src/core/ports/bot-events.ts";
import { MemoryRecords, silentLog } from "../world/fakes.ts";
import { RecordingPlatform } from "../world/recording-platform.ts";
import { channel } from "../world/world.ts";

function listening(admins: readonly string[] = ["root"]) {
  const clock = new ManualClock();
  const platform = new RecordingPlatform();
  const platforms = new Map([[platform.name, platform]]);
  const told = new MemoryRecords<ToldAlert>();
  /** Listens as a process of its own; all of them have one database. */
  const another = () => {
    const alerts = new AdminAlerts({ admins: new Set(admins), platforms, told, clock, log: silentLog });
    return async (botEvent: BotEvent) => {
      alerts.hear(botEvent);
      await new Promise(setImmediate);
    };
  };
  const notice = another();
  const turn = (step: TurnProgress["phase"], code?: TurnProgress["code"]): BotEvent => ({
    ...{ type: "turn", place: channel, turn: TurnId.parse("t"), events: [], at: clock.now() },
    phase: step,
    code,
  });
  return { clock, platform, told, notice, another, turn };
}

test("Letta's absence is told once when it lasts, and its return once", async () => {
  const { clock, platform, notice, turn } = listening();
  const minutes = async (count: number) => {
    for (let index = 0; index < count; index += 1) {
      await notice(turn("waiting for an outage", "agent_unavailable"));
      await clock.advance(60_000);
    }
  };
  await minutes(4);
  await notice(turn("answered"));
  await minutes(4);
  expect(platform.told).toEqual([]);
  await minutes(60);
  expect(platform.told).toEqual([
    { person: "root", text: expect.stringMatching(/Letta has not answered me for 5 minutes/) },
  ]);
  for (let index = 0; index < 3; index += 1) await notice(turn("answered"));
  expect(platform.told.slice(1)).toEqual([
    { person: "root", text: expect.stringMatching(/Letta answers again/) },
  ]);
});

test("a refused key is told once, however many turns fail by it, and anew after it worked", async () => {
  const { platform, notice, turn } = listening();
  for (let index = 0; index < 50; index += 1) await notice(turn("failed", "misconfigured"));
  await notice(turn("failed", "model_failed"));
  expect(platform.told).toHaveLength(1);
  await notice(turn("answered"));
  await notice(turn("failed", "misconfigured"));
  expect(platform.told).toHaveLength(2);
});

test("a budget's end is told once when it is near and once when it is there, to every admin", async () => {
  const { platform, notice, clock } = listening(["root", "other"]);
  for (const spent of [0.9, 0.95, 1, 1.1])
    await notice({ type: "budget", place: channel, spent, at: clock.now() });
  expect(platform.told.map(({ person }) => person)).toEqual(["root", "other", "root", "other"]);
  expect(platform.told[0]?.text).toMatch(/has used 90 % of its answers for today/);
  expect(platform.told[2]?.text).toMatch(/has used up/);
});

test("a platform that refuses us for good is told on the others, once", async () => {
  const { platform, notice, another, clock } = listening();
  const lost = {
    type: "platform lost",
    platform: "chat",
    reason: "TOKEN is not valid.",
    at: clock.now(),
  } as const;
  for (let index = 0; index < 3; index += 1) await (index === 1 ? another() : notice)(lost);
  expect(platform.told).toEqual([
    { person: "root", text: expect.stringMatching(/^⚠️ I am no longer on `chat`\. TOKEN is not valid./) },
  ]);
});

test("an admin who cannot be written to keeps the others from nothing", async () => {
  const { platform, notice, turn } = listening(["closed", "root"]);
  const { messagePerson } = platform;
  platform.messagePerson = async (person, text) => {
    if (person === "closed") throw new Error("closed");
    return messagePerson(person, text);
  };
  await notice(turn("failed", "misconfigured"));
  expect(platform.told).toHaveLength(1);
});

test("of several processes one tells an outage, and one its end, whichever came first", async () => {
  const { clock, platform, notice, another, turn } = listening();
  const other = another();
  for (let minute = 0; minute < 20; minute += 1) {
    for (const hear of [notice, other]) await hear(turn("waiting for an outage", "agent_unavailable"));
    await clock.advance(60_000);
  }
  expect(platform.told).toHaveLength(1);
  for (const hear of [other, notice]) await hear(turn("answered"));
  expect(platform.told).toHaveLength(2);
  // What another saw end is told anew when it begins anew.
  await clock.advance(60_000);
  for (const hear of [notice, other]) await hear(turn("failed", "misconfigured"));
  await other(turn("answered"));
  await clock.advance(60_000);
  await notice(turn("failed", "misconfigured"));
  expect(platform.told).toHaveLength(4);
});

test("what an earlier process told is ended by the next one, which never saw it", async () => {
  const { clock, platform, notice, another, turn } = listening();
  for (let minute = 0; minute < 7; minute += 1) {
    await notice(turn("waiting for an outage", "agent_unavailable"));
    await clock.advance(60_000);
  }
  expect(platform.told).toHaveLength(1);
  const next = another();
  await next(turn("answered"));
  expect(platform.told.at(-1)?.text).toMatch(/Letta answers again/);
});
