import Letta, { APIError } from "@letta-ai/letta-client";
import { afterAll, expect } from "vitest";
import { scriptedModel } from "../../../src/sandbox/letta/model/scripted.ts";
import {
  type LettaServer,
  type LettaServerOptions,
  startLettaServer,
} from "../../../src/sandbox/letta/server.ts";
import { loadLettaContract } from "../../contracts/letta-contract.ts";
import { ManualClock } from "../../harness/manual-clock.ts";
import { testServer } from "../../storage/databases.ts";
import { databaseAt, type TestDatabase } from "../database.ts";

const contract = loadLettaContract();

/** An event or a message as tests look at it. */
export type Seen = { readonly message_type: string; readonly [field: string]: unknown };

/** A database of its own. */
export async function openDatabase(): Promise<TestDatabase> {
  const server = await testServer();
  const db = databaseAt(await server.migratedDatabase());
  const close = async () => {
    await db.close();
    await server.close();
  };
  return { ...db, close };
}

export interface LettaFixture {
  readonly letta: Letta;
  readonly sandbox: LettaServer;
  readonly db: TestDatabase;
  readonly clock: ManualClock;
  readonly model: string;
  /** Sends to a conversation and gives every event of the turn. */
  send(conversationId: string, messages: readonly object[], options?: object): Promise<Seen[]>;
  ask(conversationId: string, text: string, options?: object): Promise<Seen[]>;
  /** A new agent with a human block, and a conversation with it. */
  meet(options?: object): Promise<{ agentId: string; conversationId: string }>;
  history(agentId: string, query?: object): Promise<Seen[]>;
  /** Closes everything, and holds all that was answered against the contract. */
  close(): Promise<void>;
}

type OpenHouse = (options?: Partial<LettaServerOptions>) => Promise<LettaFixture>;

/**
 * Opens the houses of a test file, which calls this once. They share a database: agents do not see each other, so
 * houses need not either.
 */
export function lettaFixtures(): OpenHouse {
  let shared: Promise<TestDatabase> | undefined;
  afterAll(async () => {
    await (await shared)?.close();
  });
  return async (options = {}) => {
    shared ??= openDatabase();
    return openHouse(await shared, options);
  };
}

/** A sandbox with a scripted model, the real client, and a clock that stands still. */
async function openHouse(db: TestDatabase, options: Partial<LettaServerOptions>): Promise<LettaFixture> {
  const clock = new ManualClock();
  const crashes: unknown[] = [];
  const model = options.model ?? scriptedModel({ clock });
  const sandbox = await startLettaServer({
    db,
    clock,
    onCrash: (error) => crashes.push(error),
    ...options,
    model,
  });
  const apiKey = options.password ?? null;
  const letta = new Letta({ baseURL: sandbox.url, apiKey, maxRetries: 0, fetch: onItsOwnConnection });
  const handle = model.handles[0] ?? "";

  const send = async (conversationId: string, messages: readonly object[], extra: object = {}) => {
    const body = { messages: messages as never, ...extra };
    return collect(await letta.conversations.messages.create(conversationId, body));
  };
  return {
    letta,
    sandbox,
    db,
    clock,
    model: handle,
    send,
    ask: (conversationId, text, extra) => send(conversationId, [{ role: "user", content: text }], extra),
    async meet(extra = {}) {
      const agent = await letta.agents.create({
        name: "nia",
        model: handle,
        system: "Be concise.",
        memory_blocks: [{ label: "human", value: "" }],
        ...extra,
      });
      const conversation = await letta.conversations.create({ agent_id: agent.id });
      return { agentId: agent.id, conversationId: conversation.id };
    },
    async history(agentId, query = {}) {
      const page = await letta.agents.messages.list(agentId, query);
      return page.items as unknown as Seen[];
    },
    async close() {
      await sandbox.stop();
      expect(crashes).toEqual([]);
      expect(contractFaults(sandbox)).toEqual([]);
    },
  };
}

/** The server ends a connection that was idle for five seconds, and nothing here is asked a second time. */
const onItsOwnConnection: typeof fetch = (url, init) => {
  const headers = new Headers(init?.headers);
  headers.set("connection", "close");
  return fetch(url, { ...init, headers });
};

/** Everything that the sandbox has answered against its contract. */
function contractFaults({ journal }: LettaServer): readonly string[] {
  if (!contract) return [];
  const faults = journal.entries.flatMap(({ method, pattern, status, answer, events }) => {
    if (!pattern || status === undefined || status >= 400) return [];
    if (events.length > 0) return events.map((event) => contract.eventFault(event));
    return answer === undefined ? [] : [contract.answerFault({ method, pattern, status, body: answer })];
  });
  return [...new Set(faults.filter((fault) => fault !== undefined))];
}

export async function collect(items: AsyncIterable<unknown>, atMost = 5_000): Promise<Seen[]> {
  const all: Seen[] = [];
  for await (const item of items) if (all.push(item as Seen) === atMost) break;
  return all;
}

export const types = (events: readonly Seen[]) => events.map((event) => event.message_type);

export const stopOf = (events: readonly Seen[]) =>
  events.find((event) => event.message_type === "stop_reason")?.stop_reason;

/** What was said, all pieces together. */
export const textOf = (events: readonly Seen[]) =>
  events
    .filter((event) => event.message_type === "assistant_message")
    .map((event) => event.content)
    .join("");

/** The refusal that a call must end in: its status and body. */
export async function refusal(call: Promise<unknown>): Promise<{ status: unknown; body: unknown }> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(APIError);
  const { status, error: body } = error as APIError;
  return { status, body };
}

/** The error frame of a turn that must fail, as the client throws it: without a status. */
export async function frameOf(turn: Promise<unknown>): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await refusal(turn);
  expect(status).toBeUndefined();
  return body as Readonly<Record<string, unknown>>;
}
