import { expect, test } from "vitest";
import { SparingOutageLog } from "../../../src/core/agent/outage-log.ts";
import { recordingLog } from "../../contracts/platform/platform-fixtures.ts";
import { failsAfter, failure, says } from "../world/scripted-agents.ts";
import { alice, channel, createWorld, direct, message, thread } from "../world/world.ts";

/* What the log says of an outage that many turns wait for. */

const away = failure("agent_unavailable");

function logged() {
  const world = createWorld();
  const log = recordingLog();
  Object.assign(world.parts, { outageLog: new SparingOutageLog({ clock: world.clock, log }) });
  return {
    ...world,
    async asks(text: string, place = thread(text)) {
      await world.accept(message(text, { place }));
      return world.claim();
    },
    lines: () => log.lines.map(({ level, message: said, fields }) => ({ level, said, ...fields })),
  };
}

test("an outage of Letta is one line when it begins and one when it is over, however many turns wait", async () => {
  const world = logged();
  const works = [await world.asks("one"), await world.asks("two"), await world.asks("three")];
  for (let round = 0; round < 4; round += 1)
    for (const work of works) {
      world.agents.scripts.push(failsAfter("", away));
      await expect(work()).rejects.toMatchObject({ counts: false });
      await world.clock.advance(5_000);
    }
  expect(world.lines()).toEqual([
    expect.objectContaining({
      level: "warn",
      said: "outage begins",
      code: "agent_unavailable",
      persona: "ada",
      err: away,
    }),
  ]);
  for (const work of works) {
    world.agents.scripts.push(says("Here I am."));
    await work();
  }
  expect(world.lines().slice(1)).toEqual([
    expect.objectContaining({ level: "info", said: "outage is over", turns: 3, tries: 12, awayMs: 60_000 }),
  ]);
});

test("one that lasts is told of again every ten minutes, with its figures and without its stack", async () => {
  const world = logged();
  const work = await world.asks("one");
  for (let minute = 0; minute < 25; minute += 1) {
    world.agents.scripts.push(failsAfter("", away));
    await expect(work()).rejects.toMatchObject({ counts: false });
    await world.clock.advance(60_000);
  }
  expect(world.lines().map(({ said }) => said)).toEqual([
    "outage begins",
    "outage goes on",
    "outage goes on",
  ]);
  expect(world.lines().at(-1)).toMatchObject({ turns: 1, tries: 21, awayMs: 20 * 60_000 });
  expect(world.lines().at(-1)).not.toHaveProperty("err");
});

test("each agent has an outage of its own, and so has the platform", async () => {
  const world = logged();
  const [here, there] = [await world.asks("here", channel), await world.asks("there", direct(alice))];
  for (const work of [here, there]) {
    world.agents.scripts.push(failsAfter("", away));
    await expect(work()).rejects.toMatchObject({ counts: false });
  }
  world.agents.scripts.push(says("Here I am."));
  world.platform.fails = ({ type }) =>
    type === "post" || type === "edit" ? failure("platform_unavailable") : undefined;
  await expect(here()).rejects.toMatchObject({ counts: false });
  world.platform.fails = () => undefined;
  await here();
  const told = world.lines().map((line) => [line.said, "code" in line && line.code]);
  expect(told).toEqual([
    ["outage begins", "agent_unavailable"],
    ["outage begins", "agent_unavailable"],
    ["outage is over", "agent_unavailable"],
    ["outage begins", "platform_unavailable"],
    ["outage is over", "platform_unavailable"],
  ]);
});
