import type { App } from "./app.ts";
import { BADGES } from "./core/badge.ts";
import type { Binding } from "./core/bindings.ts";
import type { PlaceId, TurnId } from "./core/model.ts";
import type { Notice, TurnStep } from "./core/notice.ts";
import type { Parts } from "./core/parts.ts";
import { personaByRef } from "./core/personas.ts";
import * as discord from "./platforms/discord/ids.ts";
import * as slack from "./platforms/slack/ids.ts";
import type { Inspector, PlaceInsight, TurnInsight } from "./sandbox/page/inspector.ts";

const TURNS_SHOWN = 10;
const PASSAGES_SHOWN = 20;
const PLACES_REMEMBERED = 200;

/** How the page names the places of one platform. */
interface Naming {
  readonly platform: string;
  shownAs(place: PlaceId): string;
  placeOf(shown: string): PlaceId;
}

export const discordPlaces: Naming = {
  platform: "discord",
  shownAs: discord.channelOf,
  placeOf: discord.placeIdOf,
};

/** A channel, or a channel and the message on which a thread hangs. */
export const slackPlaces = (team: string): Naming => ({
  platform: "slack",
  shownAs(place) {
    const { channel, thread } = slack.spotOf(place);
    return thread === undefined ? channel : `${channel}.${thread}`;
  },
  placeOf(shown) {
    const [channel = "", ...thread] = shown.split(".");
    return slack.placeIdOf({ team, channel, thread: thread.length > 0 ? thread.join(".") : undefined });
  },
});

/** What the sandbox's page shows of the bot: bindings, memory, and turns as this process saw them happen. */
export function createInspector({ parts, onNotice }: App, naming: Naming): Inspector {
  const seen = new Map<string, TurnInsight[]>();
  const listeners = new Set<(change: { readonly placeId?: string }) => void>();
  onNotice((notice) => {
    if (notice.place.platform !== naming.platform) return;
    const placeId = naming.shownAs(notice.place.id);
    if (notice.type === "turn") note(seen, placeId, notice);
    for (const listener of listeners) listener({ placeId });
  });

  return {
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async place(placeId) {
      const [binding] = newestFirst(await parts.bindings.list(naming.placeOf(placeId)));
      return binding && insight(parts, binding, seen.get(placeId) ?? []);
    },
  };
}

type TurnNotice = Extract<Notice, { type: "turn" }>;

function note(seen: Map<string, TurnInsight[]>, placeId: string, notice: TurnNotice): void {
  const turns = seen.get(placeId) ?? [];
  const known = turns.find(({ id }) => id === notice.turn) ?? {
    id: notice.turn,
    state: "",
    startedAt: notice.at,
  };
  const changed: TurnInsight = { ...known, ...timesOf(notice), state: notice.step };
  // The place talked in last is forgotten last.
  seen.delete(placeId);
  seen.set(placeId, [changed, ...turns.filter(({ id }) => id !== notice.turn)].slice(0, TURNS_SHOWN));
  for (const oldest of seen.keys()) {
    if (seen.size <= PLACES_REMEMBERED) break;
    seen.delete(oldest);
  }
}

function timesOf({ step, at, run }: { step: TurnStep; at: number; run?: string | undefined; turn: TurnId }) {
  if (step === "asked") return { askedAt: at };
  if (step === "running") return { runId: run };
  if (step === "first words") return { firstWordAt: at };
  return step === "delivered" || step === "failed" ? { endedAt: at } : {};
}

const newestFirst = (bindings: readonly Binding[]) =>
  [...bindings].sort((a, b) => b.createdAt.localeCompare(a.createdAt));

async function insight(
  parts: Parts,
  binding: Binding,
  turns: readonly TurnInsight[],
): Promise<PlaceInsight | undefined> {
  const { agents } = parts;
  const { agent, conversation, place } = binding;
  const known = await personaByRef(parts, binding.persona, place, { id: binding.createdBy });
  if (!known) return undefined;
  const [blocks, passages, recall, working, summary, systemPrompt] = await Promise.all([
    agents.blocks(agent),
    agents.passages(agent, { limit: PASSAGES_SHOWN }),
    agents.countHistory(agent, conversation),
    agents.workingMemory(agent, conversation),
    agents.summary(agent, conversation),
    agents.systemPrompt(agent),
  ]);
  const scope = scopeOf(binding.scope);
  const { key, name, avatar, description } = known.persona;
  return {
    persona: { key, name, avatar: avatar || undefined, description },
    scope,
    badge: BADGES[scope].badge,
    agentId: agent,
    conversationId: conversation,
    boundSince: Date.parse(binding.createdAt),
    blocks,
    passages: passages.map(({ id, text, at }) => ({ id, text, at: at ? Date.parse(at) : undefined })),
    recall,
    working: {
      messages: working.messagesInContext,
      tokens: working.tokensInContext,
      window: working.contextWindow,
    },
    summary,
    systemPrompt,
    turns,
  };
}

/** The first part of a scope's tag is its kind. */
function scopeOf(tag: string): PlaceInsight["scope"] {
  const [kind] = tag.split("/");
  return kind === "person" || kind === "global" ? kind : "workspace";
}
