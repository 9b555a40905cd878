import { AppError, type ErrorCode } from "../../../src/core/domain/errors.ts";
import { AgentId, ConversationId, RunId } from "../../../src/core/domain/model.ts";
import type { Persona } from "../../../src/core/domain/persona.ts";
import type { AgentHealth } from "../../../src/core/ports/agent/health.ts";
import type { AgentHistory, HistoryItem } from "../../../src/core/ports/agent/history.ts";
import type { AgentMemory, MemoryBlock, MemoryWrite, Passage } from "../../../src/core/ports/agent/memory.ts";
import type { AgentProvisioning } from "../../../src/core/ports/agent/provisioning.ts";
import type {
  AgentInput,
  AgentRuns,
  ReplyEvent,
  SendStatus,
  TurnOutcome,
} from "../../../src/core/ports/agent/runs.ts";
import type { AgentPorts } from "../../../src/core/ports/services.ts";

type Ports = AgentProvisioning & AgentRuns & AgentHistory & AgentMemory & AgentHealth;
type SendRequest = Parameters<AgentRuns["send"]>[0];

/** One answer of the model, as the test tells it. */
export type Script = (request: SendRequest, run: RunId) => AsyncIterable<ReplyEvent>;

export const started = (run: RunId): ReplyEvent => ({ type: "started", run });
export const text = (delta: string): ReplyEvent => ({ type: "text", delta });
export const finished = (outcome: TurnOutcome = "complete"): ReplyEvent => ({
  type: "finished",
  outcome,
  usage: undefined,
});

/** Says this and is done. */
export const says = (answer: string, outcome?: TurnOutcome): Script =>
  async function* (_request, run) {
    yield started(run);
    if (answer !== "") yield text(answer);
    yield finished(outcome);
  };

export const failure = (code: ErrorCode, sentence = `It is ${code}.`): AppError =>
  new AppError(code, sentence);

/** Says something, then fails. */
export const failsAfter = (answer: string, error: Error): Script =>
  async function* (_request, run) {
    yield started(run);
    if (answer !== "") yield text(answer);
    throw error;
  };

interface Kept {
  readonly tags: string;
  blocks: MemoryBlock[];
  passages: Passage[];
  prompt: string;
}

/** All the ports of agents, in memory, whose answers a test scripts one by one; without a script they repeat what was said. */
export class ScriptedAgents implements Ports {
  readonly ports: AgentPorts = {
    provisioning: this,
    runs: this,
    history: this,
    memory: this,
    health: this,
  };
  readonly scripts: Script[] = [];
  readonly sent: { agent: AgentId; conversation: ConversationId; said: readonly AgentInput[] }[] = [];
  readonly cancelled: { agent: AgentId; run: RunId }[] = [];
  /** How often tool calls were denied that waited for approval. */
  denials = 0;
  readonly updated: { agent: AgentId; persona: Persona }[] = [];
  /** What `findSend` says, call by call; then that nothing landed. */
  readonly landings: (SendStatus | Error)[] = [];
  readonly made = new Map<AgentId, Kept>();
  /** What a test says that the model wrote. */
  readonly writes = new Map<ConversationId, MemoryWrite[]>();
  readonly histories = new Map<ConversationId, HistoryItem[]>();
  /** Errors that a method throws, each once. */
  readonly failures: { readonly method: keyof Ports; readonly error: Error }[] = [];
  #count = 0;
  #made = 0;

  async ensure(persona: Persona, tags: { persona: string; scope: string }): Promise<AgentId> {
    this.#fail("ensure");
    const wanted = `${tags.persona} ${tags.scope}`;
    for (const [id, kept] of this.made) if (kept.tags === wanted) return id;
    const id = AgentId.parse(`agent-${++this.#made}`);
    const block = { description: undefined, limit: 5_000 };
    const blocks = [
      { ...block, label: "persona", value: persona.name, readOnly: true },
      { ...block, label: "human", value: "", readOnly: false },
    ];
    this.made.set(id, { tags: wanted, blocks, passages: [], prompt: persona.instructions });
    return id;
  }

  /** As if somebody deleted it in Letta. */
  lose(agent: AgentId): void {
    this.made.delete(agent);
  }

  async erase(agent: AgentId): Promise<void> {
    this.#fail("erase");
    this.made.delete(agent);
  }

  async openConversation(agent: AgentId): Promise<ConversationId> {
    this.#fail("openConversation");
    this.#kept(agent);
    return ConversationId.parse(`conv-${++this.#count}`);
  }

  async updatePersona(agent: AgentId, persona: Persona): Promise<void> {
    this.#kept(agent).prompt = persona.instructions;
    this.updated.push({ agent, persona });
  }

  /** How often Letta was asked what an agent is now. */
  looks = 0;
  readonly compiled: ConversationId[] = [];

  async promptHash(agent: AgentId): Promise<string> {
    this.#fail("promptHash");
    this.looks += 1;
    const { prompt, blocks } = this.#kept(agent);
    return `hash of ${prompt} ${blocks.map(({ value }) => value).join()}`;
  }

  async compile(conversation: ConversationId): Promise<void> {
    this.compiled.push(conversation);
  }

  async *send(request: SendRequest): AsyncGenerator<ReplyEvent> {
    const { agent, conversation, input, signal } = request;
    this.#fail("send");
    this.#kept(agent);
    this.sent.push({ agent, conversation, said: input });
    const echo = says(`You said: ${input.map((each) => each.text).join(" / ")}`);
    const script = this.scripts.shift() ?? echo;
    const run = RunId.parse(`run-${++this.#count}`);
    signal.throwIfAborted();
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    // Nobody waits for it when the script ends first.
    aborted.catch(() => undefined);
    const events = script(request, run)[Symbol.asyncIterator]();
    for (;;) {
      const next = await Promise.race([events.next(), aborted]);
      if (next.done) return;
      yield next.value;
    }
  }

  onUnreachable(): () => void {
    return () => undefined;
  }

  async ping(): Promise<void> {
    this.#fail("ping");
  }

  async findSend(): Promise<SendStatus> {
    this.#fail("findSend");
    const landing = this.landings.shift() ?? { state: "no" };
    if (landing instanceof Error) throw landing;
    return landing;
  }

  async cancel(agent: AgentId, run: RunId): Promise<void> {
    this.#fail("cancel");
    this.cancelled.push({ agent, run });
  }

  async *denyApprovals(request: Parameters<AgentRuns["denyApprovals"]>[0]): AsyncGenerator<ReplyEvent> {
    this.denials += 1;
    const script = this.scripts.shift() ?? says("I may not.");
    yield* script({ ...request, input: [] }, RunId.parse(`run-${++this.#count}`));
  }

  async page(
    _agent: AgentId,
    conversation: ConversationId,
    page: { limit: number; before?: string | undefined },
  ) {
    const all = this.histories.get(conversation) ?? [];
    const end = page.before === undefined ? all.length : all.findIndex(({ id }) => id === page.before);
    const start = Math.max(0, end - page.limit);
    return { items: all.slice(start, end), older: start > 0 ? all[start]?.id : undefined };
  }

  async search(_agent: AgentId, conversation: ConversationId, query: string, limit: number) {
    const all = this.histories.get(conversation) ?? [];
    return all.filter((item) => item.text.includes(query)).slice(-limit);
  }

  async count(_agent: AgentId, conversation: ConversationId) {
    return { count: this.histories.get(conversation)?.length ?? 0, more: false };
  }

  async blocks(agent: AgentId): Promise<readonly MemoryBlock[]> {
    this.#fail("blocks");
    return this.#kept(agent).blocks;
  }

  async writeBlock(agent: AgentId, label: string, value: string, expected?: string): Promise<void> {
    this.#fail("writeBlock");
    const kept = this.#kept(agent);
    const block = kept.blocks.find((each) => each.label === label);
    if (expected !== undefined && block?.value !== expected) throw failure("conflict");
    kept.blocks = kept.blocks.map((each) => (each.label === label ? { ...each, value } : each));
  }

  async passages(agent: AgentId, { limit, after }: { limit: number; after?: string | undefined }) {
    const all = this.#kept(agent).passages;
    return all.slice(all.findIndex(({ id }) => id === after) + 1).slice(0, limit);
  }

  async searchPassages(agent: AgentId, query: string, limit: number) {
    const found = this.#kept(agent).passages.filter((passage) => passage.text.includes(query));
    return { passages: found.slice(0, limit), exact: true };
  }

  async addPassage(agent: AgentId, words: string): Promise<Passage> {
    const id = `passage-${String(++this.#count).padStart(8, "0")}-0000-4000-8000-000000000000`;
    const passage = { id, text: words, at: undefined, tags: [] };
    this.#kept(agent).passages.push(passage);
    return passage;
  }

  async deletePassage(agent: AgentId, id: string): Promise<void> {
    const kept = this.#kept(agent);
    if (!kept.passages.some((passage) => passage.id === id))
      throw failure("not_found", "That is gone already.");
    kept.passages = kept.passages.filter((passage) => passage.id !== id);
  }

  turnWrites = async (_agent: AgentId, conversation: ConversationId): Promise<readonly MemoryWrite[]> =>
    this.writes.get(conversation) ?? [];

  async workingMemory() {
    return { messagesInContext: 3, tokensInContext: 1_234, contextWindow: 32_000 };
  }

  async summary(): Promise<string | undefined> {
    return undefined;
  }

  async systemPrompt(agent: AgentId): Promise<string> {
    return this.#kept(agent).prompt;
  }

  async check() {
    return { version: "0.16.7", model: "scripted" };
  }

  #kept(agent: AgentId): Kept {
    const kept = this.made.get(agent);
    if (!kept) throw failure("agent_gone", "This persona's agent is gone.");
    return kept;
  }

  #fail(method: keyof Ports): void {
    const index = this.failures.findIndex((each) => each.method === method);
    const [failing] = index === -1 ? [] : this.failures.splice(index, 1);
    if (failing) throw failing.error;
  }
}
