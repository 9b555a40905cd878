import { expect, test } from "vitest";
import { DEAD_LETTER_TEXT } from "../../src/core/giving-up.ts";
import { TurnRecord } from "../../src/core/turns.ts";
import { createChanges } from "../../src/platforms/web/changes.ts";
import { type Exchange, keptExchanges } from "../../src/platforms/web/exchange.ts";
import { createOutcomes } from "../../src/platforms/web/outcomes.ts";
import { targetOf } from "../../src/platforms/web/sinks.ts";
import { systemClock } from "../../src/sandbox/clock.ts";
import { MemoryRecords, MemoryTurns } from "../core/fakes.ts";
import { alice, direct, message } from "../core/world.ts";

const said = message("are you there?", { place: direct(alice) });

/** A process that saw nothing of the turn happen, and finds it in the dead letters. */
async function processBeside() {
  const exchanges = keptExchanges(new MemoryRecords<Exchange>());
  const turns = new MemoryTurns();
  const exchange = await exchanges.begin({
    event: said.id,
    place: said.place,
    conversation: "c",
    persona: "ada",
    digest: "d",
    at: said.at,
    shown: [],
  });
  const outcomes = createOutcomes({
    exchanges,
    turns,
    lanes: { isDeadLettered: async () => true },
    changes: createChanges(),
    clock: systemClock,
  });
  return { exchanges, turns, look: () => outcomes.look(exchange) };
}

test("a turn that was given up while an outage was being waited out says only that, before its end is stored too", async () => {
  const { exchanges, turns, look } = await processBeside();
  await exchanges.post(said.id, "waits", { text: "*I cannot think right now.*", visibility: "public" });
  await turns.begin(
    TurnRecord.parse({
      id: "turn-1",
      state: "asked",
      place: said.place,
      target: targetOf(said.id),
      persona: { home: "box", key: "ada" },
      otids: [],
      text: "",
      stopped: false,
      at: said.at,
      events: [said],
      deliveries: [],
    }),
  );
  expect(await look()).toMatchObject({ state: "failed", text: DEAD_LETTER_TEXT, isHeldUp: false });
});
