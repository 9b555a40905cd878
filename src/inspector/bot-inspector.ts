import type { App } from "../app.ts";
import { BADGES } from "../core/domain/audience.ts";
import { PersonId, PlaceId } from "../core/domain/model.ts";
import { personasAt } from "../core/personas/catalogue.ts";
import type { PlaceNotice } from "../core/ports/bot-events.ts";
import type { CoreServices } from "../core/ports/services.ts";
import type { BoundInsight, Inspector, PersonaCard } from "../playground/protocol/insight.ts";
import { MemoryWatch, newestFirst } from "./memory-watch.ts";
import type { PlaceNaming } from "./place-naming.ts";
import { TurnLog } from "./turn-log.ts";
import { type OpenMemory, personaOf, seenIn } from "./visible-memory.ts";

const TURNS_SHOWN = 10;

type SeenMemory = Pick<BoundInsight, "memory" | "memoryAt">;

/** What the page shows of the bot on one platform: bindings, memory, and turns as this process saw them happen. */
export function createInspector(
  { services, onBotEvent }: Pick<App, "services" | "onBotEvent">,
  naming: PlaceNaming,
): Inspector {
  const log = new TurnLog();
  const watch = new MemoryWatch(services);
  const listeners = new Set<(change: { readonly placeId?: string }) => void>();
  const tellOf = (notice: PlaceNotice) => {
    for (const listener of listeners) listener({ placeId: naming.shownAs(notice.place.id) });
  };
  onBotEvent((botEvent) => {
    if (botEvent.type === "platform lost" || botEvent.place.platform !== naming.platform) return;
    log.note(botEvent);
    tellOf(botEvent);
    void watch.follow(botEvent).then((changed) => {
      if (!changed) return;
      log.noteChange(changed);
      tellOf(botEvent);
    });
  });

  return {
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    personas: () => personaCards(services, naming),
    async place(placeId, looker) {
      const place = naming.placeOf(placeId);
      const person = { ...looker, id: naming.personOf(looker.id) };
      const seen = await seenIn(services, newestFirst(await services.bindings.list(place)), person);
      const bound = seen?.open && boundBy(seen.open, await watch.now(seen.open.binding));
      const turns = log.turnsIn(place, seen?.open?.binding.agent).slice(0, TURNS_SHOWN);
      return seen || turns.length > 0 ? { bound, hidden: seen?.hidden, turns } : undefined;
    },
  };
}

/** Who can be talked to in the channels of this tenant. */
async function personaCards(
  services: CoreServices,
  { platform, tenant }: PlaceNaming,
): Promise<readonly PersonaCard[]> {
  const anywhere = { id: PlaceId.parse(platform), platform, tenant, kind: "channel" } as const;
  const anybody = { id: PersonId.parse(platform), name: "", manages: false };
  const known = await personasAt(services, anywhere, anybody);
  return known.map(({ persona, stored }) => ({
    key: persona.key,
    name: persona.name,
    avatar: persona.avatar || undefined,
    description: persona.description,
    scope: persona.scope,
    badge: BADGES[persona.scope],
    madeBy: stored?.authorName,
  }));
}

/** The panel shows the ids and the layers of this memory. */
function boundBy({ binding, known, scope, isEditor }: OpenMemory, seen: SeenMemory): BoundInsight {
  const { agent, conversation, createdAt } = binding;
  const { memory, memoryAt } = seen;
  return {
    persona: personaOf(known),
    scope: scope.shared,
    badge: scope.badge,
    meaning: scope.meaning,
    agentId: agent,
    conversationId: conversation,
    since: Date.parse(createdAt),
    memory: memory && { ...memory, systemPrompt: isEditor ? memory.systemPrompt : undefined },
    memoryAt,
  };
}
