import { performance } from "node:perf_hooks";
import Letta from "@letta-ai/letta-client";
import { FIRST_WORD, request } from "../programs/telling-model.ts";
import type { Sampled, Talker } from "../samples.ts";

/** The limit: a program that has only the client, asks Letta and reads the stream. */
export function bareStream(lettaUrl: string, agent: string): Talker {
  const client = new Letta({ baseURL: lettaUrl, apiKey: null, maxRetries: 0 });
  const listen = async (thread: string, text: string, last: string): Promise<Sampled> => {
    const startedAt = performance.now();
    const messages = [{ role: "user" as const, content: text }];
    let [answer, firstMs, lastMs]: [string, number | undefined, number | undefined] = [
      "",
      undefined,
      undefined,
    ];
    const stream = await client.conversations.messages.create(thread, { messages, stream_tokens: true });
    for await (const chunk of stream) {
      if (chunk.message_type !== "assistant_message") continue;
      answer += String(chunk.content);
      const now = performance.now() - startedAt;
      if (answer.includes(FIRST_WORD)) firstMs ??= now;
      if (answer.includes(last)) lastMs ??= now;
    }
    if (firstMs === undefined || lastMs === undefined) return { failed: `its answer was “${answer}”` };
    // A bot shows the last word when it has come, though the stream has not ended.
    return { firstMs, lastMs, wholeMs: lastMs };
  };
  const ask = (thread: string, text: string, last: string): Promise<Sampled> =>
    listen(thread, text, last).catch((error: unknown) => ({ failed: String(error) }));
  return {
    name: "bare stream (the limit)",
    async begin(_channel, last) {
      const { id } = await client.conversations.create({ agent_id: agent });
      await ask(id, request(last), last);
      return id;
    },
    ask: (asked) => Promise.all(asked.map(({ thread, text, last }) => ask(thread, text, last))),
  };
}

/** The agent that a bot has made, which the others use too: all ask the same one. */
export async function firstAgent(lettaUrl: string): Promise<string> {
  const client = new Letta({ baseURL: lettaUrl, apiKey: null });
  const { items } = await client.agents.list();
  const [agent] = items;
  if (!agent) throw new Error("Letta has no agent yet");
  return agent.id;
}
