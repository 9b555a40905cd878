import { ManualClock } from "@rapport/testing";
import { commands } from "../../../commands/index.ts";
import { defaultPolicy } from "../../../src/config/policy.ts";
import { TurnCancellation } from "../../../src/core/agent/cancellation.ts";
import { CompiledPrompts } from "../../../src/core/agent/compiled-prompts.ts";
import { SparingOutageLog } from "../../../src/core/agent/outage-log.ts";
import {
  CommandEvent,
  EventId,
  MessageEvent,
  Person,
  Place,
  TurnId,
} from "../../../src/core/domain/model.ts";
import { Persona } from "../../../src/core/domain/persona.ts";
import type {
  AgentRecord,
  Binding,
  LateAnswer,
  PlaceSetting,
  StoredPersona,
  TenantSetting,
} from "../../../src/core/domain/stored-records.ts";
import type { DispatchServices } from "../../../src/core/inbox/handle-turn.ts";
import { handleTurn } from "../../../src/core/inbox/handle-turn.ts";
import { QueueingInbox } from "../../../src/core/inbox/inbox.ts";
import type { BotEvent } from "../../../src/core/ports/bot-events.ts";
import type { ReplyTarget } from "../../../src/core/ports/platform.ts";
import { MAX_ATTEMPTS, type QueuedTurn } from "../../../src/core/ports/turn-queue.ts";
import {
  MemoryLanes,
  MemoryProvenance,
  MemoryRecords,
  MemoryTurns,
  MemoryUsage,
  MemoryWatch,
  silentLog,
} from "./fakes.ts";
import { RecordingPlatform } from "./recording-platform.ts";
import { ScriptedAgents } from "./scripted-agents.ts";

export const alice = Person.parse({ id: "alice", name: "Alice", manages: false });
export const bob = Person.parse({ id: "bob", name: "Bob", manages: false });
export const boss = Person.parse({ id: "boss", name: "Boss", manages: true });

const placed = (id: string, more: object) =>
  Place.parse({ id: `test:${id}`, platform: "test", tenant: "guild", kind: "channel", name: id, ...more });
export const channel = placed("general", {});
export const thread = (id = "thread") => placed(id, { kind: "thread", parent: channel.id });
export const direct = (person: Person) => placed(`dm-${person.id}`, { kind: "direct", tenant: "dm" });

export const targetOf = (place: Place): ReplyTarget => ({ channel: place.id.replace("test:", "") });

const box = [
  { key: "ada", name: "Ada", description: "An assistant.", instructions: "You are Ada." },
  { key: "romy", name: "Romy", description: "A coach.", instructions: "You are Romy.", scope: "person" },
  {
    key: "orin",
    name: "Orin",
    description: "A teller.",
    instructions: "You are Orin.",
    greeting: "Come in!",
  },
].map((persona) => Persona.parse(persona));

let events = 0;

export function message(text: string, more: object = {}): MessageEvent {
  const id = `event-${++events}`;
  return MessageEvent.parse({
    type: "message",
    id,
    message: `message-${id}`,
    place: thread(),
    author: alice,
    at: events,
    text,
    addressed: "mention",
    attachments: [],
    ...more,
  });
}

export function command(
  name: string,
  action?: string,
  options: object = {},
  more: object = {},
): CommandEvent {
  const given = { name, options, submitted: false, ...(action && { action }) };
  return CommandEvent.parse({
    type: "command",
    id: `event-${++events}`,
    place: thread(),
    author: alice,
    at: events,
    ...given,
    ...more,
  });
}

/** The core with everything around it in memory. What waits is worked when the test says so. */
export function createWorld() {
  const agents = new ScriptedAgents();
  const usage = new MemoryUsage();
  const turns = new MemoryTurns(usage);
  const provenance = new MemoryProvenance();
  const lanes = new MemoryLanes();
  const clock = new ManualClock();
  const watch = new MemoryWatch();
  const platform = new RecordingPlatform();
  const notices: BotEvent[] = [];
  const refusing = new AbortController();
  const bindings = new MemoryRecords<Binding>();
  const agentRecords = new MemoryRecords<AgentRecord>();
  const services: DispatchServices = {
    ...agents.ports,
    prompts: new CompiledPrompts({ agentRecords, bindings, provisioning: agents, clock, log: silentLog }),
    bindings,
    settings: new MemoryRecords<PlaceSetting>(),
    personas: new MemoryRecords<StoredPersona>(),
    agentRecords,
    tenants: new MemoryRecords<TenantSetting>(),
    lateAnswers: new MemoryRecords<LateAnswer>(),
    readersOf: platform.readers,
    isMember: (place, person) => platform.isMember(place, person),
    turnQueue: lanes,
    turns,
    provenance,
    outageWatch: watch,
    outageLog: new SparingOutageLog({ clock, log: silentLog }),
    clock,
    log: silentLog,
    emit: (botEvent) => notices.push(botEvent),
    logMessageText: false,
    debounceMs: 0,
    builtInPersonas: box,
    defaultPersona: "ada",
    policy: defaultPolicy(),
    usage,
    isUnmanagedTenant: ({ tenant }) => tenant === platform.unmanagedTenant,
    findSubjects: async () => platform.known,
    nameRestrictions: (place) => platform.nameRestrictions(place),
    isAdmin: (person) => person === "root",
    commands,
    platforms: new Map([[platform.name, platform]]),
    cancellation: new TurnCancellation({ runs: agents, turns }),
    refusing: () => refusing.signal,
  };
  const inbox = new QueueingInbox(services, commands);
  let handedOut = 0;

  /** Hands out what waits in the lane of this event, or of the oldest. The turn may be worked again, as the lane would after a failure. */
  function claim(event?: EventId): (attempt?: Partial<QueuedTurn>) => Promise<void> {
    const waiting = lanes.take(event);
    const id = TurnId.parse(`turn-${++handedOut}`);
    const lane = waiting[0]?.lane ?? "none";
    const { signal } = new AbortController();
    let attempts = 0;
    return async (attempt) => {
      attempts += 1;
      const last = attempts >= MAX_ATTEMPTS;
      const turn = { id, lane, attempt: attempts, isLastAttempt: last, events: waiting, signal };
      const ended: (() => void)[] = [];
      const onEnded = (listener: () => void) => ended.push(listener);
      await handleTurn(services, { ...turn, onEnded, whileWaiting: (wait) => wait(), ...attempt });
      turns.end(id);
      for (const listener of ended) listener();
    };
  }

  const accept = (event: MessageEvent | CommandEvent, target = targetOf(event.place)) =>
    inbox.accept(event, target);

  return {
    ...{
      agents,
      watch,
      turns,
      provenance,
      usage,
      lanes,
      clock,
      platform,
      notices,
      refusing,
      parts: services,
      dispatch: (turn: QueuedTurn) => handleTurn(services, turn),
      inbox,
      claim,
      accept,
    },
    newTurnId: () => TurnId.parse(`turn-${++handedOut}`),
    newEventId: () => EventId.parse(`event-${++events}`),
    /** Somebody says something, and it is answered. */
    async says(words: string, more: object = {}) {
      const acceptance = await accept(message(words, more));
      if (acceptance === "accepted") await claim()();
      return acceptance;
    },
    /** Somebody gives a command; gives what was posted in answer. */
    async runs(name: string, action?: string, options: object = {}, more: object = {}) {
      const before = platform.messages.length;
      const event = command(name, action, options, more);
      await accept(event);
      await claim(event.id)();
      return platform.messages.slice(before).find(({ author }) => author === undefined);
    },
    /** Works all that waits. */
    async settle() {
      while (lanes.entries.length > 0) await claim()();
    },
    /** Lets time pass until the work is done. */
    async through(work: Promise<void>, stepMs = 1_000) {
      let isDone = false;
      const end = work.finally(() => {
        isDone = true;
      });
      // Who waits for `end` below hears of a failure.
      end.catch(() => undefined);
      while (!isDone) await clock.advance(stepMs);
      await end;
    },
    latest: () => [...turns.turns.values()].at(-1),
  };
}

export type World = ReturnType<typeof createWorld>;
