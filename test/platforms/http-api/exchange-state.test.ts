import { expect, test } from "vitest";
import { TurnRecord } from "../../../src/core/ports/turn-store.ts";
import { ExchangeChanges } from "../../../src/platforms/http-api/answers/changes.ts";
import { type Exchange, Exchanges } from "../../../src/platforms/http-api/answers/exchange.ts";
import { ExchangeStates } from "../../../src/platforms/http-api/answers/exchange-state.ts";
import { replyTarget } from "../../../src/platforms/http-api/answers/reply-channels.ts";
import { systemClock } from "../../../src/process/clock.ts";
import { sentences } from "../../../src/sentences/sentences.ts";
import { MemoryRecords, MemoryTurns, MemoryUsage } from "../../core/world/fakes.ts";
import { alice, direct, message } from "../../core/world/world.ts";

const said = message("are you there?", { place: direct(alice) });

/** A process that saw nothing of the turn happen, and finds it in the dead letters. */
async function processBeside() {
  const exchanges = new Exchanges(new MemoryRecords<Exchange>());
  const turns = new MemoryTurns(new MemoryUsage());
  const exchange = await exchanges.begin({
    event: said.id,
    place: said.place,
    conversation: "c",
    persona: "ada",
    digest: "d",
    at: said.at,
    shown: [],
  });
  const outcomes = new ExchangeStates({
    exchanges,
    turns,
    lanes: { isDeadLettered: async () => true },
    changes: new ExchangeChanges(),
    clock: systemClock,
  });
  return { exchanges, turns, look: () => outcomes.read(exchange) };
}

test("a turn that was given up while an outage was being waited out says only that, before its end is stored too", async () => {
  const { exchanges, turns, look } = await processBeside();
  await exchanges.post(said.id, "waits", { text: "*I cannot think right now.*", visibility: "public" });
  await turns.begin(
    TurnRecord.parse({
      id: "turn-1",
      state: "asked",
      place: said.place,
      target: replyTarget(said.id),
      persona: { home: "box", key: "ada" },
      otids: [],
      text: "",
      stopped: false,
      at: said.at,
      events: [said],
      deliveries: [],
    }),
  );
  expect(await look()).toMatchObject({ state: "failed", text: sentences.turn.deadLetter, isHeldUp: false });
});
