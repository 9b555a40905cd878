import { expect, test } from "vitest";
import { PersonId } from "../../../src/core/domain/model.ts";
import type { Storage } from "../../../src/storage/storage.ts";
import { place } from "../../storage/servers/samples.ts";

const NOON = Date.parse("2026-03-01T12:00:00Z");
const [alice, bob] = [PersonId.parse("alice"), PersonId.parse("bob")];
const there = place("web:used", { tenant: "used" });

/** What holds for what was spent, on every database. */
export function usageContract(storage: () => Storage): void {
  test("what was spent is summed by day, for a person and for all in a tenant", async () => {
    const { usage } = storage();
    const used = { place: there, persona: "ada", promptTokens: 3_000_000_000, completionTokens: 1 };
    await usage.add({ ...used, person: alice, at: NOON });
    await usage.add({ ...used, person: alice, at: NOON + 1 });
    await usage.add({ ...used, person: alice, persona: "orin", at: NOON });
    await usage.add({ ...used, person: bob, at: NOON });
    await usage.add({ ...used, person: alice, at: Date.parse("2026-02-28T23:59:59Z") });
    await usage.add({ ...used, place: place("web:else", { tenant: "else" }), person: alice, at: NOON });
    expect(await usage.spent(there, alice, NOON)).toEqual({
      person: { turns: 3, tokens: 9_000_000_003 },
      tenant: { turns: 4, tokens: 12_000_000_004 },
    });
    const none = { turns: 0, tokens: 0 };
    expect(await usage.spent(there, alice, NOON + 86_400_000)).toEqual({ person: none, tenant: none });
  });
}
