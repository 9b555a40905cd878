import type { App } from "./app.ts";
import { BADGES } from "./core/badge.ts";
import type { Binding } from "./core/bindings.ts";
import { AppError } from "./core/errors.ts";
import { PersonId, PlaceId } from "./core/model.ts";
import type { Notice, TurnNotice } from "./core/notice.ts";
import type { Parts } from "./core/parts.ts";
import { personaByRef, personasAt } from "./core/personas.ts";
import { changeBetween, readMemory } from "./inspector/memory.ts";
import type { PlaceNaming } from "./inspector/place-naming.ts";
import { TurnLog } from "./inspector/turn-log.ts";
import type { BoundInsight, Inspector, MemoryInsight, PersonaCard } from "./sandbox/page/inspector.ts";

const TURNS_SHOWN = 10;
const PLACES_REMEMBERED = 200;

/** What the page shows of the bot on one platform: bindings, memory, and turns as this process saw them happen. */
export function createInspector(
  { parts, onNotice }: Pick<App, "parts" | "onNotice">,
  naming: PlaceNaming,
): Inspector {
  const log = new TurnLog();
  const watch = new MemoryWatch(parts);
  const listeners = new Set<(change: { readonly placeId?: string }) => void>();
  const tellOf = (notice: Notice) => {
    for (const listener of listeners) listener({ placeId: naming.shownAs(notice.place.id) });
  };
  onNotice((notice) => {
    if (notice.place.platform !== naming.platform) return;
    log.note(notice);
    tellOf(notice);
    void watch.follow(notice).then((changed) => {
      if (!changed) return;
      log.noteChange(changed.turn, changed.change);
      tellOf(notice);
    });
  });

  return {
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    personas: () => personaCards(parts, naming),
    async place(placeId) {
      const place = naming.placeOf(placeId);
      const [binding] = newestFirst(await parts.bindings.list(place));
      const bound = binding && (await boundBy(parts, binding, await watch.now(binding)));
      const turns = log.turnsIn(place).slice(0, TURNS_SHOWN);
      return bound || turns.length > 0 ? { bound, turns } : undefined;
    },
  };
}

/** What is remembered, before a turn and after it. What Letta cannot be asked for is left out: nothing depends on it. */
class MemoryWatch {
  readonly #parts: Parts;
  readonly #before = new Map<string, Promise<MemoryInsight | undefined>>();
  readonly #last = new Map<string, { readonly memory: MemoryInsight; readonly at: number }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async follow(notice: Notice) {
    if (notice.type !== "turn") return undefined;
    const { turn, step, place } = notice;
    // As early as there is somebody to ask: once Letta is asked, the memory may change at any moment.
    if (step === "begun" || step === "asked") this.#before.set(turn, this.#beforeIn(place.id, turn));
    if (step !== "delivered" && step !== "failed") return undefined;
    const [before, after] = await Promise.all([this.#before.get(turn), this.#at(place.id)]);
    this.#before.delete(turn);
    return before && after && { turn, change: changeBetween(before, after) };
  }

  async #beforeIn(place: Binding["place"]["id"], turn: TurnNotice["turn"]) {
    return (await this.#before.get(turn)) ?? (await this.#at(place));
  }

  /** As it is now, or as it was when Letta last told. */
  async now(binding: Binding): Promise<Pick<BoundInsight, "memory" | "memoryAt">> {
    const memory = await this.#read(binding);
    const last = this.#last.get(binding.conversation);
    return { memory: memory ?? last?.memory, memoryAt: memory ? undefined : last?.at };
  }

  async #at(place: Binding["place"]["id"]): Promise<MemoryInsight | undefined> {
    try {
      const [binding] = newestFirst(await this.#parts.bindings.list(place));
      return binding && (await this.#read(binding));
    } catch (err) {
      // Shown nowhere, and the turn itself does not need it.
      this.#parts.log.debug({ err }, "could not look behind the glass");
      return undefined;
    }
  }

  async #read(binding: Binding): Promise<MemoryInsight | undefined> {
    const { agents, clock } = this.#parts;
    try {
      const memory = await readMemory(agents, binding);
      this.#last.delete(binding.conversation);
      this.#last.set(binding.conversation, { memory, at: clock.now() });
      const [oldest] = this.#last.keys();
      if (this.#last.size > PLACES_REMEMBERED && oldest) this.#last.delete(oldest);
      return memory;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return undefined;
    }
  }
}

/** Who can be talked to in the channels of this tenant. */
async function personaCards(
  parts: Parts,
  { platform, tenant }: PlaceNaming,
): Promise<readonly PersonaCard[]> {
  const anywhere = { id: PlaceId.parse(platform), platform, tenant, kind: "channel" } as const;
  const anybody = { id: PersonId.parse(platform), name: "", manages: false };
  const known = await personasAt(parts, anywhere, anybody);
  return known.map(({ persona, stored }) => ({
    key: persona.key,
    name: persona.name,
    avatar: persona.avatar || undefined,
    description: persona.description,
    scope: persona.scope,
    badge: BADGES[persona.scope].badge,
    madeBy: stored?.authorName,
  }));
}

const newestFirst = (bindings: readonly Binding[]) =>
  [...bindings].sort((a, b) => b.createdAt.localeCompare(a.createdAt));

async function boundBy(
  parts: Parts,
  binding: Binding,
  seen: Pick<BoundInsight, "memory" | "memoryAt">,
): Promise<BoundInsight | undefined> {
  const { agent, conversation, place } = binding;
  const known = await personaByRef(parts, binding.persona, place, { id: binding.createdBy });
  if (!known) return undefined;
  const scope = scopeOf(binding.scope);
  const { key, name, avatar, description } = known.persona;
  return {
    persona: { key, name, avatar: avatar || undefined, description },
    scope,
    badge: BADGES[scope].badge,
    agentId: agent,
    conversationId: conversation,
    since: Date.parse(binding.createdAt),
    ...seen,
  };
}

/** The first part of a scope's tag is its kind. */
function scopeOf(tag: string): BoundInsight["scope"] {
  const [kind] = tag.split("/");
  return kind === "person" || kind === "global" ? kind : "workspace";
}
