import { expect, test } from "vitest";
import { AgentId, PersonId } from "../../../src/core/domain/model.ts";
import { blockLineKey, Origin, passageKey } from "../../../src/core/ports/provenance-store.ts";
import type { Storage } from "../../../src/storage/storage.ts";
import { place } from "../../storage/servers/samples.ts";

const agent = AgentId.parse("agent-provenance");
const [alice, bob] = [PersonId.parse("alice"), PersonId.parse("bob")];

const origin = (line: string, more: object = {}): Origin =>
  Origin.parse({ agent, line, author: alice, askedBy: alice, place: place(), event: "e1", at: 1, ...more });

/** What holds for the origins of remembered lines, on every database. */
export function provenanceContract(storage: () => Storage): void {
  test("a line has every origin that was noted for it, in its own agent alone", async () => {
    const { provenance } = storage();
    const line = await blockLineKey("human", "Alice said: \u0000 tea 🙂");
    const [first, second] = [origin(line), origin(line, { author: undefined, askedBy: bob })];
    for (const each of [first, second, origin(passageKey("other"))]) await provenance.note(each);
    await provenance.note(origin(line, { agent: "another" }));
    expect(await provenance.of(agent, [line])).toEqual([first, second]);
    expect(await provenance.of(agent, [])).toEqual([]);
    expect(await provenance.of(agent, [line, passageKey("other")])).toHaveLength(3);
  });

  test("forgotten are all origins of a line, or the newest that names a person", async () => {
    const { provenance } = storage();
    const line = passageKey("p-forget");
    const origins = [
      origin(line, { at: 1 }),
      origin(line, { author: bob, at: 2 }),
      origin(line, { author: bob, askedBy: bob, at: 3 }),
    ];
    for (const each of origins) await provenance.note(each);
    await provenance.forget(agent, line, alice);
    expect(await provenance.of(agent, [line])).toEqual([origins[0], origins[2]]);
    await provenance.forget(agent, line, PersonId.parse("carol"));
    expect(await provenance.of(agent, [line])).toHaveLength(2);
    await provenance.forget(agent, line);
    expect(await provenance.of(agent, [line])).toEqual([]);
  });
}
