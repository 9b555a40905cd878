import type { Usage as Tokens } from "./agents.ts";
import type { Person } from "./model.ts";
import type { Parts } from "./parts.ts";
import { policyAt } from "./tenant-policy.ts";
import type { TurnRecord } from "./turns.ts";

/** Of a tenant's budget for the day: those who run the installation hear of it then. */
const NEAR_ITS_END = 0.9;

/** Counts an answer. A failure is logged: no answer is lost for a figure. */
export async function countTurn(
  parts: Parts,
  { id, place, persona }: Pick<TurnRecord, "id" | "place" | "persona">,
  author: Person,
  tokens: Tokens | undefined,
): Promise<void> {
  const at = parts.clock.now();
  const { promptTokens = 0, completionTokens = 0 } = tokens ?? {};
  try {
    await parts.usage.add({
      place,
      person: author.id,
      persona: persona.key,
      promptTokens,
      completionTokens,
      at,
    });
    if (parts.isNobodys(place)) return;
    const [{ tenant }, policy] = await Promise.all([
      parts.usage.spent(place, author.id, at),
      policyAt(parts, place),
    ]);
    const shares = [
      policy.turnsPerTenant > 0 ? tenant.turns / policy.turnsPerTenant : 0,
      policy.tokensPerTenant > 0 ? tenant.tokens / policy.tokensPerTenant : 0,
    ];
    if (Math.max(...shares) >= NEAR_ITS_END)
      parts.notify({ type: "budget", place, spent: Math.max(...shares), at });
  } catch (err) {
    parts.log.warn({ turn: id, err }, "could not count an answer");
  }
}
