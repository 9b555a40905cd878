import { expect, test } from "vitest";
import { PersonId, TurnId } from "../../../src/core/domain/model.ts";
import type { Storage } from "../../../src/storage/storage.ts";
import { answerWith, place } from "../../storage/servers/samples.ts";

const NOON = Date.parse("2026-03-01T12:00:00Z");
const [alice, bob] = [PersonId.parse("alice"), PersonId.parse("bob")];
const there = place("web:used", { tenant: "used" });
const used = { place: there, persona: "ada", promptTokens: 3_000_000_000, completionTokens: 1 };

/** What holds for what was spent, on every database. */
export function usageContract(storage: () => Storage): void {
  test("what was spent is summed by day, for a person and for all in a tenant", async () => {
    const { usage } = storage();
    await answerWith(storage(), { ...used, person: alice, at: NOON });
    await answerWith(storage(), { ...used, person: alice, at: NOON + 1 });
    await answerWith(storage(), { ...used, person: alice, persona: "orin", at: NOON });
    await answerWith(storage(), { ...used, person: alice, at: Date.parse("2026-02-28T23:59:59Z") });
    await answerWith(storage(), {
      ...used,
      place: place("web:else", { tenant: "else" }),
      person: alice,
      at: NOON,
    });
    // Whoever counts is told of the sums with what is counted.
    expect(await answerWith(storage(), { ...used, person: bob, at: NOON })).toEqual({
      person: { turns: 1, tokens: 3_000_000_001 },
      tenant: { turns: 4, tokens: 12_000_000_004 },
    });
    const exactly = { at: NOON, maxAgeMs: 0 };
    expect(await usage.spent(there, alice, exactly)).toEqual({
      person: { turns: 3, tokens: 9_000_000_003 },
      tenant: { turns: 4, tokens: 12_000_000_004 },
    });
    const none = { turns: 0, tokens: 0 };
    expect(await usage.spent(there, alice, { ...exactly, at: NOON + 86_400_000 })).toEqual({
      person: none,
      tenant: none,
    });
  });

  test("who can do with what was known reads nothing, and sees what is counted here", async () => {
    const { usage, query } = storage();
    const somewhere = place("web:known", { tenant: "known" });
    const counted = { ...used, place: somewhere, promptTokens: 1, person: alice, at: NOON };
    const spent = (maxAgeMs: number) => usage.spent(somewhere, alice, { at: NOON, maxAgeMs });
    const turns = async (maxAgeMs: number) => (await spent(maxAgeMs)).person.turns;
    await answerWith(storage(), counted);
    await query("update rapport.usage set turns = 7 where tenant = 'known'");
    expect(await turns(60_000)).toBe(1);
    expect(await turns(0)).toBe(7);
    expect(await turns(60_000)).toBe(7);
    await answerWith(storage(), counted);
    expect(await turns(60_000)).toBe(8);
  });

  test("an answer of a turn that is not kept is not counted", async () => {
    const { turns, usage } = storage();
    const nowhere = place("web:nowhere", { tenant: "nowhere" });
    const entry = { ...used, place: nowhere, person: alice, at: NOON };
    const answer = { text: "well", outcome: "complete" } as const;
    await expect(turns.answered(TurnId.parse("t-unknown"), answer, entry)).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await usage.spent(nowhere, alice, { at: NOON, maxAgeMs: 0 })).tenant.turns).toBe(0);
  });
}
