import { AppError } from "../core/domain/errors.ts";
import { recordKey } from "../core/domain/record-key.ts";
import type { Binding } from "../core/domain/stored-records.ts";
import type { PlaceNotice } from "../core/ports/bot-events.ts";
import type { CoreServices } from "../core/ports/services.ts";
import type { BoundInsight, MemoryInsight } from "../playground/protocol/insight.ts";
import { changeBetween, readMemory } from "./memory.ts";

const REMEMBERED = 200;

interface Seen {
  readonly binding: Binding;
  readonly memory: MemoryInsight;
}

/** Of a turn that has not ended: when it began, and what was seen then and when Letta was asked, at the first time it could be. */
interface WatchedTurn {
  readonly begunAt: number;
  early?: Promise<Seen | undefined>;
  late?: Promise<Seen | undefined>;
}

/** What is remembered, before a turn and after it. What Letta cannot be asked for is left out: nothing depends on it. */
export class MemoryWatch {
  readonly #services: CoreServices;
  readonly #turns = new Map<string, WatchedTurn>();
  readonly #last = new Map<string, { readonly memory: MemoryInsight; readonly at: number }>();
  /** By agent, as it was after the last thing that was done with it. */
  readonly #kept = new Map<string, MemoryInsight>();

  constructor(services: CoreServices) {
    this.#services = services;
  }

  /** Resolves with what a turn has changed, when this is its end. */
  async follow(notice: PlaceNotice) {
    if (notice.type === "command") this.#keep(await this.#at(notice.place.id));
    if (notice.type !== "turn") return undefined;
    const { turn, phase, place, at } = notice;
    const watched: WatchedTurn = this.#turns.get(turn) ?? { begunAt: at };
    this.#turns.set(turn, watched);
    if (phase === "begun") watched.early = this.#unless(watched.early, place.id);
    if (phase === "asked") watched.late = this.#unless(watched.late, place.id);
    if (phase !== "delivered" && phase !== "failed") return undefined;
    this.#turns.delete(turn);
    const after = await this.#at(place.id);
    const before = after && (await this.#before(watched, after));
    this.#keep(after);
    return before && { turn, agent: after.binding.agent, change: changeBetween(before, after.memory) };
  }

  /** What was seen in an earlier attempt counts: later ones may already find what that one noted. */
  async #unless(seen: WatchedTurn["early"], place: Binding["place"]["id"]): Promise<Seen | undefined> {
    return (await seen) ?? this.#at(place);
  }

  async #before({ begunAt, early, late }: WatchedTurn, after: Seen): Promise<MemoryInsight | undefined> {
    const { binding } = after;
    const first = await early;
    if (first?.binding.conversation === binding.conversation) return first.memory;
    const second = await late;
    if (!second) return undefined;
    // The place was bound in this turn. When Letta was asked it may have been too late to look at what an agent keeps.
    const known = first?.binding.agent === binding.agent ? first.memory : this.#kept.get(binding.agent);
    if (known) return { ...second.memory, blocks: known.blocks, passages: known.passages };
    if (!(await this.#isNew(binding, begunAt))) return second.memory;
    return {
      ...second.memory,
      blocks: after.memory.blocks.filter(({ readOnly }) => readOnly),
      passages: [],
    };
  }

  /** Whether its agent was made since then. */
  async #isNew({ persona, scope, agent }: Binding, since: number): Promise<boolean> {
    const record = await this.#services.agentRecords
      .get(recordKey(persona.key, scope))
      .catch(() => undefined);
    return record?.agent === agent && Date.parse(record.createdAt) >= since;
  }

  #keep(seen: Seen | undefined): void {
    if (seen) remember(this.#kept, seen.binding.agent, seen.memory);
  }

  /** As it is now, or as it was when Letta last told. */
  async now(binding: Binding): Promise<Pick<BoundInsight, "memory" | "memoryAt">> {
    const memory = await this.#read(binding);
    const last = this.#last.get(binding.conversation);
    return { memory: memory ?? last?.memory, memoryAt: memory ? undefined : last?.at };
  }

  async #at(place: Binding["place"]["id"]): Promise<Seen | undefined> {
    try {
      const [binding] = newestFirst(await this.#services.bindings.list(place));
      const memory = binding && (await this.#read(binding));
      return memory && { binding, memory };
    } catch (err) {
      // Shown nowhere, and the turn itself does not need it.
      this.#services.log.debug({ err }, "could not read the memory for the inspector");
      return undefined;
    }
  }

  async #read(binding: Binding): Promise<MemoryInsight | undefined> {
    const { clock } = this.#services;
    try {
      const memory = await readMemory(this.#services, binding);
      this.#last.set(binding.conversation, { memory, at: clock.now() });
      return memory;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return undefined;
    }
  }
}

/** The latest so many. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED && oldest !== undefined) map.delete(oldest);
}

export const newestFirst = (bindings: readonly Binding[]) =>
  [...bindings].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
