import { expect, test } from "vitest";
import { createAlerts } from "../../src/core/alerts.ts";
import { TurnId } from "../../src/core/model.ts";
import type { Notice, TurnNotice } from "../../src/core/notice.ts";
import { ManualClock } from "../harness/manual-clock.ts";
import { silentLog } from "./fakes.ts";
import { RecordingPlatform } from "./recording-platform.ts";
import { channel } from "./world.ts";

function listening(admins: readonly string[] = ["root"]) {
  const clock = new ManualClock();
  const platform = new RecordingPlatform();
  const platforms = new Map([[platform.name, platform]]);
  const notice = createAlerts({ admins: new Set(admins), platforms, clock, log: silentLog });
  const turn = (step: TurnNotice["step"], code?: TurnNotice["code"]): Notice => ({
    ...{ type: "turn", place: channel, turn: TurnId.parse("t"), events: [], at: clock.now() },
    step,
    code,
  });
  return { clock, platform, notice, turn };
}

test("Letta's absence is told once when it lasts, and its return once", async () => {
  const { clock, platform, notice, turn } = listening();
  const minutes = async (count: number) => {
    for (let index = 0; index < count; index += 1) {
      notice(turn("waiting for an outage", "agent_unavailable"));
      await clock.advance(60_000);
    }
  };
  await minutes(4);
  notice(turn("answered"));
  await minutes(4);
  expect(platform.told).toEqual([]);
  await minutes(60);
  expect(platform.told).toEqual([
    { person: "root", text: expect.stringMatching(/Letta has not answered me for 5 minutes/) },
  ]);
  for (let index = 0; index < 3; index += 1) notice(turn("answered"));
  expect(platform.told.slice(1)).toEqual([
    { person: "root", text: expect.stringMatching(/Letta answers again/) },
  ]);
});

test("a refused key is told once, however many turns fail by it, and anew after it worked", () => {
  const { platform, notice, turn } = listening();
  for (let index = 0; index < 50; index += 1) notice(turn("failed", "misconfigured"));
  notice(turn("failed", "model_failed"));
  expect(platform.told).toHaveLength(1);
  notice(turn("answered"));
  notice(turn("failed", "misconfigured"));
  expect(platform.told).toHaveLength(2);
});

test("a budget's end is told once when it is near and once when it is there, to every admin", () => {
  const { platform, notice, clock } = listening(["root", "other"]);
  for (const spent of [0.9, 0.95, 1, 1.1]) notice({ type: "budget", place: channel, spent, at: clock.now() });
  expect(platform.told.map(({ person }) => person)).toEqual(["root", "other", "root", "other"]);
  expect(platform.told[0]?.text).toMatch(/has used 90 % of its answers for today/);
  expect(platform.told[2]?.text).toMatch(/has used up/);
});

test("an admin who cannot be written to keeps the others from nothing", async () => {
  const { platform, notice, turn } = listening(["closed", "root"]);
  const { tellPerson } = platform;
  platform.tellPerson = async (person, text) => {
    if (person === "closed") throw new Error("closed");
    return tellPerson(person, text);
  };
  notice(turn("failed", "misconfigured"));
  await new Promise(setImmediate);
  expect(platform.told).toHaveLength(1);
});
