import { LookupCache } from "../async/lookup-cache.ts";
import type { AgentId } from "../domain/model.ts";
import { recordKey } from "../domain/record-key.ts";
import { type AgentRecord, type Binding, bindingKey } from "../domain/stored-records.ts";
import type { AgentKey, AgentPrompts } from "../ports/agent/prompts.ts";
import type { AgentProvisioning } from "../ports/agent/provisioning.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { RecordStore } from "../ports/record-store.ts";

/** Somebody may change an agent in Letta itself: what was seen of it counts so long, and is looked at again so often. */
const SEEN_FOR_MS = 10 * 60_000;
const LOOK_AGAIN_MS = 60_000;
/** Of an agent each: a process that talks with more looks before it sends. */
const AGENTS_REMEMBERED = 5_000;

/** Each change is counted in the agent's record, of which every process hears; what was seen counts for that number alone. */
export class CompiledPrompts implements AgentPrompts {
  readonly #agents: RecordStore<AgentRecord>;
  readonly #bindings: RecordStore<Binding>;
  readonly #provisioning: Pick<AgentProvisioning, "promptHash" | "compile">;
  readonly #log: Logger;
  readonly #seen: LookupCache<string>;
  readonly #looks: LookupCache<void>;

  constructor(services: {
    readonly agentRecords: RecordStore<AgentRecord>;
    readonly bindings: RecordStore<Binding>;
    readonly provisioning: Pick<AgentProvisioning, "promptHash" | "compile">;
    readonly clock: Clock;
    readonly log: Logger;
  }) {
    const { clock } = services;
    this.#agents = services.agentRecords;
    this.#bindings = services.bindings;
    this.#provisioning = services.provisioning;
    this.#log = services.log;
    this.#seen = new LookupCache({ clock, freshMs: SEEN_FOR_MS, most: AGENTS_REMEMBERED });
    this.#looks = new LookupCache({ clock, freshMs: LOOK_AGAIN_MS, most: AGENTS_REMEMBERED });
  }

  async bringUpToDate(binding: Binding): Promise<Binding> {
    const present = await this.#present(binding);
    if (present === binding.compiled) return binding;
    await this.#provisioning.compile(binding.conversation);
    const { place, persona, scope } = binding;
    const changed = await this.#bindings.update(
      bindingKey(place, persona, scope),
      async (current = binding) =>
        current.conversation === binding.conversation ? { ...current, compiled: present } : current,
    );
    return changed ?? binding;
  }

  async changed({ persona, scope }: AgentKey): Promise<void> {
    await this.#agents.update(
      recordKey(persona.key, scope),
      async (record) => record && { ...record, changes: (record.changes ?? 0) + 1 },
    );
  }

  async whileChanging<Result>(key: AgentKey, change: () => Promise<Result>): Promise<Result> {
    await this.changed(key);
    try {
      return await change();
    } finally {
      await this.changed(key);
    }
  }

  lookAgain(binding: Binding): void {
    const looking = this.#nameOf(binding).then((name) =>
      this.#looks.get(name, async () => {
        this.#seen.forget(name);
        await this.#look(name, binding.agent);
      }),
    );
    looking.catch((err: unknown) => this.#log.debug({ err }, "could not look at an agent behind a turn"));
  }

  async #present(binding: Binding): Promise<string> {
    return this.#look(await this.#nameOf(binding), binding.agent);
  }

  #look(name: string, agent: AgentId): Promise<string> {
    return this.#seen.get(name, () => this.#provisioning.promptHash(agent));
  }

  /** An agent as it is after so many changes. */
  async #nameOf({ agent, persona, scope }: Binding): Promise<string> {
    const record = await this.#agents.get(recordKey(persona.key, scope));
    return `${agent}/${record?.changes ?? 0}`;
  }
}
