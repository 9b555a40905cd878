import type { App } from "../app.ts";
import { BADGES } from "../core/domain/audience.ts";
import { PersonId, PlaceId } from "../core/domain/model.ts";
import { personasAt } from "../core/personas/catalogue.ts";
import type { PlaceNotice } from "../core/ports/bot-events.ts";
import type { CoreServices } from "../core/ports/services.ts";
import type {
  BoundInsight,
  Inspector,
  Looker,
  PersonaCard,
  PlaceInsight,
} from "../playground/protocol/insight.ts";
import { MemoryWatch, newestFirst } from "./memory-watch.ts";
import type { PlaceNaming } from "./place-naming.ts";
import { TurnLog } from "./turn-log.ts";
import { type OpenMemory, personaOf, seenIn } from "./visible-memory.ts";

const TURNS_SHOWN = 10;

type SeenMemory = Pick<BoundInsight, "memory" | "memoryAt">;

/** What the page shows of the bot on one platform: bindings, memory, and turns as this process saw them happen. */
export class BotInspector implements Inspector {
  readonly #services: Pick<App, "services" | "onBotEvent">["services"];
  readonly #naming: PlaceNaming;
  readonly #log = new TurnLog();
  readonly #watch: MemoryWatch;
  readonly #listeners = new Set<(change: { readonly placeId?: string }) => void>();

  constructor({ services, onBotEvent }: Pick<App, "services" | "onBotEvent">, naming: PlaceNaming) {
    this.#services = services;
    this.#naming = naming;
    this.#watch = new MemoryWatch(services);
    onBotEvent((botEvent) => {
      if (botEvent.type === "platform lost" || botEvent.place.platform !== naming.platform) return;
      this.#log.note(botEvent);
      this.#tellOf(botEvent);
      void this.#watch.follow(botEvent).then((changed) => {
        if (!changed) return;
        this.#log.noteChange(changed);
        this.#tellOf(botEvent);
      });
    });
  }

  onChange(listener: (change: { readonly placeId?: string }) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  personas(): Promise<readonly PersonaCard[]> {
    return personaCards(this.#services, this.#naming);
  }

  async place(placeId: string, looker: Looker): Promise<PlaceInsight | undefined> {
    const place = this.#naming.placeOf(placeId);
    const person = { ...looker, id: this.#naming.personOf(looker.id) };
    const seen = await seenIn(this.#services, newestFirst(await this.#services.bindings.list(place)), person);
    const bound = seen?.open && boundBy(seen.open, await this.#watch.now(seen.open.binding));
    const turns = this.#log.turnsIn(place, seen?.open?.binding.agent).slice(0, TURNS_SHOWN);
    return seen || turns.length > 0 ? { bound, hidden: seen?.hidden, turns } : undefined;
  }

  #tellOf(notice: PlaceNotice): void {
    for (const listener of this.#listeners) listener({ placeId: this.#naming.shownAs(notice.place.id) });
  }
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
