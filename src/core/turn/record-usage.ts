import { policyAt } from "../access/tenant-policy.ts";
import type { Person } from "../domain/model.ts";
import type { TokenUsage as Tokens } from "../ports/agent/runs.ts";
import type { CoreServices } from "../ports/services.ts";
import type { TurnRecord } from "../ports/turn-store.ts";

/** Of a tenant's budget for the day: those who run the installation hear of it then. */
const NEAR_ITS_END = 0.9;

/** Counts an answer. A failure is logged: no answer is lost for a figure. */
export async function recordUsage(
  services: CoreServices,
  { id, place, persona }: Pick<TurnRecord, "id" | "place" | "persona">,
  author: Person,
  tokens: Tokens | undefined,
): Promise<void> {
  const at = services.clock.now();
  const { promptTokens = 0, completionTokens = 0 } = tokens ?? {};
  try {
    await services.usage.add({
      place,
      person: author.id,
      persona: persona.key,
      promptTokens,
      completionTokens,
      at,
    });
    if (services.isUnmanagedTenant(place)) return;
    const [{ tenant }, policy] = await Promise.all([
      services.usage.spent(place, author.id, at),
      policyAt(services, place),
    ]);
    const shares = [
      policy.turnsPerTenant > 0 ? tenant.turns / policy.turnsPerTenant : 0,
      policy.tokensPerTenant > 0 ? tenant.tokens / policy.tokensPerTenant : 0,
    ];
    if (Math.max(...shares) >= NEAR_ITS_END)
      services.emit({ type: "budget", place, spent: Math.max(...shares), at });
  } catch (err) {
    services.log.warn({ turn: id, err }, "could not count an answer");
  }
}
