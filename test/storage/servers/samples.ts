import { randomUUID } from "node:crypto";
import { EventId, MessageEvent, Place } from "../../../src/core/domain/model.ts";
import { AgentRecord, Binding, PlaceSetting } from "../../../src/core/domain/stored-records.ts";
import { TurnRecord } from "../../../src/core/ports/turn-store.ts";
import type { SpentOnDay, UsageEntry } from "../../../src/core/ports/usage-store.ts";
import type { Storage } from "../../../src/storage/storage.ts";

export function place(id = "web:general", more: object = {}): Place {
  return Place.parse({ id, platform: "web", tenant: "local", kind: "channel", ...more });
}

export function setting(id = "web:general", more: object = {}): PlaceSetting {
  return PlaceSetting.parse({ place: place(id), bound: true, ...more });
}

export function binding(placeId = "web:general", more: object = {}): Binding {
  return Binding.parse({
    place: place(placeId),
    persona: { home: "box", key: "pirate" },
    scope: "workspace:local",
    agent: "agent-1",
    conversation: `conv-${placeId}`,
    createdAt: "2026-01-01T10:00:00.000Z",
    createdBy: "alice",
    earlier: [],
    ...more,
  });
}

export function agentRecord(agent = "agent-1"): AgentRecord {
  return AgentRecord.parse({
    agent,
    persona: { home: "box", key: "pirate" },
    scope: "workspace:local",
    personaHash: "h",
    createdAt: "2026-01-01T10:00:00.000Z",
  });
}

export function eventId(id: string): EventId {
  return EventId.parse(id);
}

function message(id: string, text = "hello"): MessageEvent {
  return MessageEvent.parse({
    id,
    place: place(),
    author: { id: "alice", name: "Alice", manages: false },
    at: 1_767_261_600_000,
    type: "message",
    message: `m-${id}`,
    text,
    addressed: "mention",
    attachments: [],
  });
}

/** An answer is stored, and counted so. */
export async function answerWith(
  { turns }: Pick<Storage, "turns">,
  used: Omit<UsageEntry, "promptTokens" | "completionTokens"> & Partial<UsageEntry>,
): Promise<SpentOnDay> {
  const { id } = await turns.begin(turn(`t-${randomUUID()}`, { state: "asked", place: used.place }));
  return turns.answered(
    id,
    { text: "well", outcome: "complete" },
    { promptTokens: 0, completionTokens: 0, ...used },
  );
}

export function turn(id: string, more: object = {}): TurnRecord {
  return TurnRecord.parse({
    id,
    state: "begun",
    place: place(),
    target: { channel: "general" },
    persona: { home: "box", key: "pirate" },
    otids: ["web:local:general:1"],
    text: "",
    stopped: false,
    at: Date.now(),
    events: [message("e1")],
    deliveries: [],
    ...more,
  });
}
