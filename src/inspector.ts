import type { App } from "./app.ts";
import { BADGES } from "./core/badge.ts";
import type { Binding } from "./core/bindings.ts";
import { PersonId, PlaceId } from "./core/model.ts";
import type { Notice } from "./core/notice.ts";
import type { Parts } from "./core/parts.ts";
import { personaByRef, personasAt } from "./core/personas.ts";
import { MemoryWatch, newestFirst } from "./inspector/memory-watch.ts";
import type { PlaceNaming } from "./inspector/place-naming.ts";
import { TurnLog } from "./inspector/turn-log.ts";
import type { BoundInsight, Inspector, PersonaCard } from "./sandbox/page/inspector.ts";

const TURNS_SHOWN = 10;

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
