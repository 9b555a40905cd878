import { Hono } from "hono";
import { afterAll, beforeAll } from "vitest";
import { defaultPolicy } from "../../../src/config/policy.ts";
import { CompiledPrompts } from "../../../src/core/agent/compiled-prompts.ts";
import { SparingOutageLog } from "../../../src/core/agent/outage-log.ts";
import type { Place } from "../../../src/core/domain/model.ts";
import type { RecordKey } from "../../../src/core/domain/record-key.ts";
import type { RecordStore } from "../../../src/core/ports/record-store.ts";
import type { CoreServices } from "../../../src/core/ports/services.ts";
import { lettaAgents } from "../../../src/letta/letta-agents.ts";
import { Exchange } from "../../../src/platforms/http-api/answers/exchange.ts";
import { HttpApiPlatform } from "../../../src/platforms/http-api/platform.ts";
import { systemClock } from "../../../src/process/clock.ts";
import { openStorage, type Storage } from "../../../src/storage/storage.ts";
import { readPersonaFolder } from "../../../src/wiring/built-in-personas.ts";
import { type PlatformStage, platformContract } from "../../contracts/platform/platform-contract.ts";
import { RecordingInbox } from "../../contracts/platform/platform-fixtures.ts";
import { MemoryWatch } from "../../core/world/fakes.ts";
import { storyServer } from "../../harness/bot.ts";
import { recordingLog, type TestServer } from "../../storage/servers/databases.ts";

let server: TestServer;
let storage: Storage;
let stages = 0;

beforeAll(async () => {
  server = await storyServer();
  storage = await openStorage({ url: await server.migratedDatabase(), log: recordingLog() });
});

afterAll(async () => {
  await storage.close();
  await server.close();
});

/** Records on a way that can fail: before a write, or after it. What is written can be seen at once. */
class FaultyRecords implements RecordStore<Exchange> {
  isDown: boolean = false;
  losesReceipt: boolean = false;
  isForgotten: boolean = false;
  readonly written = new Map<RecordKey, Exchange>();
  readonly #records: RecordStore<Exchange>;

  constructor(records: RecordStore<Exchange>) {
    this.#records = records;
  }

  get: RecordStore<Exchange>["get"] = (key) => this.#records.get(key);
  set: RecordStore<Exchange>["set"] = (key, value) => this.#records.set(key, value);
  delete: RecordStore<Exchange>["delete"] = (key) => this.#records.delete(key);
  list: RecordStore<Exchange>["list"] = (...parts) => this.#records.list(...parts);
  getOrCreate: RecordStore<Exchange>["getOrCreate"] = (key, make) => this.#records.getOrCreate(key, make);
  update: RecordStore<Exchange>["update"] = async (key, change) => {
    if (this.isDown) throw new Error("Connection terminated unexpectedly");
    const result = await this.#records.update(key, (current) =>
      change(this.isForgotten ? undefined : current),
    );
    if (result) this.written.set(key, result);
    if (!this.losesReceipt) return result;
    this.losesReceipt = false;
    throw new Error("Connection terminated unexpectedly");
  };
}

platformContract("The HTTP API", async (): Promise<PlatformStage> => {
  stages += 1;
  const records = new FaultyRecords(storage.records("exchange", Exchange));
  // Nothing here asks Letta.
  const agents = lettaAgents({ baseUrl: "http://127.0.0.1:9", clock: systemClock, log: recordingLog() });
  const common = { agentRecords: storage.agents, clock: systemClock, log: recordingLog() };
  const services: CoreServices = {
    ...storage,
    ...agents,
    ...common,
    prompts: new CompiledPrompts({ ...storage, ...agents, ...common }),
    lateAnswers: storage.lateAnswers,
    outageWatch: new MemoryWatch(),
    outageLog: new SparingOutageLog({ clock: systemClock, log: recordingLog() }),
    clock: systemClock,
    log: recordingLog(),
    emit: () => undefined,
    logMessageText: false,
    debounceMs: 0,
    builtInPersonas: readPersonaFolder("personas"),
    defaultPersona: "personal_assistant",
    policy: defaultPolicy(),
    isUnmanagedTenant: () => false,
    findSubjects: async () => [],
    nameRestrictions: async () => ({ refusedParts: [], maxLength: 80, taken: [] }),
    isAdmin: () => false,
    readersOf: async () => ({ who: "unknown" }),
    isMember: async () => undefined,
  };
  const makePlatform = () =>
    new HttpApiPlatform({ services: services, exchanges: records, onBotEvent: () => undefined });
  const platform = makePlatform();
  const api = new Hono().onError(() => new Response(null, { status: 503 })).route("/", platform.routes);
  const inbox = new RecordingInbox();
  await platform.start(inbox);
  const names = { lobby: `lobby-${stages}`, aside: `aside-${stages}` };
  let isRedelivered = false;
  let requests = 0;

  async function send(conversation: string, text: string): Promise<void> {
    requests += 1;
    const request = {
      method: "POST",
      headers: {
        "content-type": "application/json",
        prefer: "respond-async",
        "idempotency-key": `${stages}.${requests}`,
      },
      body: JSON.stringify({
        persona: "personal_assistant",
        message: text,
        conversation_id: conversation,
        user: "bob",
      }),
    };
    await api.request("/api/chat", request);
    if (isRedelivered) await api.request("/api/chat", request);
    isRedelivered = false;
  }

  return {
    platform,
    inbox,
    channels: "none",
    another: makePlatform,
    async mentions(text) {
      await send(names.lobby, text);
      return undefined;
    },
    writesDirectly: (text) => send(names.aside, text),
    says: (place, text) => send(place.name ?? "", text),
    shown: (place) => answersIn([...records.written.values()], place),
    pings: () => 0,
    redeliverNext() {
      isRedelivered = true;
    },
    loseNextReceipt() {
      records.losesReceipt = true;
    },
    async goDown() {
      records.isDown = true;
    },
    async comeBack() {
      records.isDown = false;
    },
    // As it is when what was asked was swept.
    forbidWriting() {
      records.isForgotten = true;
    },
    async stop() {
      await platform.close();
    },
  };
});

function answersIn(exchanges: readonly Exchange[], { id }: Place): readonly string[] {
  return exchanges
    .filter(({ place }) => place.id === id)
    .toSorted((left, right) => left.at - right.at)
    .flatMap(({ shown }) => shown.map(({ text }) => text));
}
