import { openAiModel, startLettaServer } from "@rapport/letta-server";
import { systemClock } from "@rapport/testing";
import { AgentId } from "../../../src/core/domain/model.ts";
import { lettaAgents } from "../../../src/letta/letta-agents.ts";
import type { AgentsUnderTest } from "../../contracts/agents/agents-under-test.ts";
import { databaseAt } from "../../emulators/database.ts";
import { testServer } from "../../storage/servers/databases.ts";
import { keptLog } from "./read-run.ts";
import { askedOf, startScriptedModel } from "./scripted-model.ts";

/*
 * Two servers for one contract: the sandbox's Letta, and a real one at LETTA_TEST_URL (with LETTA_TEST_KEY, when it
 * has a password) whose OPENAI_BASE_URL is a scripted model that runs at LETTA_TEST_MODEL_URL since before its start.
 */

export const PASSWORD = "open sesame";
const MODEL = "openai-proxy/scripted";

export async function ownLetta(options: { readonly redis: boolean }) {
  const databases = await testServer();
  const db = databaseAt(await databases.migratedDatabase());
  const model = await startScriptedModel();
  const letta = await startLettaServer({
    ...options,
    db,
    model: openAiModel({ baseUrl: `${model.url}/v1`, apiKey: "any", model: "scripted" }),
    password: PASSWORD,
  });
  const close = async () => {
    await letta.stop();
    await model.close();
    await db.close();
    await databases.close();
  };
  const under = underTest({
    url: letta.url,
    key: PASSWORD,
    modelUrl: model.url,
    locks: options.redis,
    close,
  });
  /** A server of another version beside it. */
  const older = (version: string) => startLettaServer({ db, version, password: PASSWORD });
  return { ...under, letta, older };
}

export function realLetta(url: string): AgentsUnderTest {
  return underTest({
    url,
    key: process.env.LETTA_TEST_KEY,
    modelUrl: process.env.LETTA_TEST_MODEL_URL ?? "http://127.0.0.1:5601",
    locks: process.env.LETTA_TEST_REDIS === "true",
    close: () => Promise.resolve(),
  });
}

function underTest(target: {
  readonly url: string;
  readonly key: string | undefined;
  readonly modelUrl: string;
  readonly locks: boolean;
  close(): Promise<void>;
}): AgentsUnderTest {
  const { url, key, modelUrl, locks, close } = target;
  const connected = () =>
    lettaAgents({
      baseUrl: url,
      apiKey: key,
      model: MODEL,
      embedding: "none",
      clock: systemClock,
      log: keptLog().log,
    });
  const request = async (method: string, path: string, body?: object) => {
    const headers = {
      "content-type": "application/json",
      ...(key ? { authorization: `Bearer ${key}` } : {}),
    };
    const response = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return {
    agents: connected(),
    another: connected(),
    model: MODEL,
    locks,
    asked: () => askedOf(modelUrl),
    release: async () => {
      await fetch(`${modelUrl}/release`, { method: "POST" });
    },
    untilAsked: async (words) => {
      await fetch(`${modelUrl}/until?${new URLSearchParams({ words })}`);
    },
    behind: {
      deleteAgent: async (agent) => {
        await request("DELETE", `/v1/agents/${AgentId.parse(agent)}`);
      },
      deleteConversation: async (conversation) => {
        await request("DELETE", `/v1/conversations/${conversation}`);
      },
      requireApproval: async (agent, tool) => {
        // The client's own method for this sends a field that the server refuses.
        await request("PATCH", `/v1/agents/${agent}/tools/approval/${tool}`, { requires_approval: true });
      },
    },
    close,
  };
}
