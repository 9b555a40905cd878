import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { loadLettaContract } from "../contracts/openapi/letta-contract.ts";

/* What a real 0.16.8 said, held against its own contract: where the two differ is known, and nowhere else do they. */

const contract = loadLettaContract();

const exchangeSchema = z.object({
  name: z.string(),
  method: z.string().default("POST"),
  path: z.string(),
  status: z.number(),
  body: z.unknown().optional(),
  frames: z.array(z.string()).default([]),
});
type Exchange = z.infer<typeof exchangeSchema>;

const recorded = (file: string): Exchange[] =>
  z
    .array(exchangeSchema)
    .parse(JSON.parse(readFileSync(path.join(import.meta.dirname, "recordings", file), "utf8")));

/** The operation's own name for a path; fixed parts go before placeholders. */
function patternOf(method: string, address: string, operations: ReadonlySet<string>): string {
  const parts = address.replace(/\?.*/s, "").split("/");
  const fits = (pattern: string) => {
    const wanted = pattern.split("/");
    const isSame = (part: string, at: number) => part === parts[at] || (part.startsWith("{") && parts[at]);
    return wanted.length === parts.length && wanted.every(isSame);
  };
  const placeholders = (pattern: string) => pattern.split("{").length;
  const [found] = [...operations]
    .flatMap((operation) => (operation.startsWith(`${method} `) ? [operation.slice(method.length + 1)] : []))
    .filter(fits)
    .sort((a, b) => placeholders(a) - placeholders(b));
  return found ?? address;
}

/** The document forbids or demands what the server does otherwise. */
const DEPARTURES = [
  // An agent's memory is left out unless it is asked for.
  /: \/memory must be object/,
  // A time without a zone.
  /: (?:\/0)?\/completed_at must match format "date-time"/,
  /: \/0 must NOT have additional properties {"additionalProperty":"organization_id"}/,
  /: \/functions_definitions must be array/,
];

test("every body of a real server is the contract's, but for departures that are known", () => {
  if (!contract) return;
  const faults = recorded("bodies.json").flatMap(({ name, method, path: address, status, body }) => {
    const pattern = patternOf(method, address, contract.operations);
    const fault = contract.answerFault({ method, pattern, status, body });
    return fault ? [`${name}: ${fault}`] : [];
  });
  expect(faults.filter((fault) => !DEPARTURES.some((known) => known.test(fault)))).toEqual([]);
  expect(DEPARTURES.filter((known) => !faults.some((fault) => known.test(fault)))).toEqual([]);
});

test("every frame of a real server is the contract's", () => {
  if (!contract) return;
  const lines = ["turns.json", "without-redis.json"]
    .flatMap(recorded)
    .flatMap(({ frames }) => frames.flatMap((frame) => frame.split("\n")));
  const events = lines.flatMap((line) => (line.startsWith("data: {") ? [JSON.parse(line.slice(6))] : []));
  expect(events.length).toBeGreaterThan(200);
  expect(events.flatMap((event) => contract.eventFault(event) ?? [])).toEqual([]);
});

test("recordings name no machine's folders", () => {
  const all = ["bodies.json", "refusals.json", "turns.json", "without-redis.json"].flatMap(recorded);
  expect(all.length).toBeGreaterThan(100);
  expect(JSON.stringify(all)).not.toMatch(/\/(?:home|root|tmp|usr|var|site-packages)\//);
});
