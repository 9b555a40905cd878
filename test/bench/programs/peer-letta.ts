import Letta from "@letta-ai/letta-client";
import { z } from "zod";

/** A bot that stores nothing: which conversation belongs to which place it knows for as long as it runs. */
export const PeerSettings = z.object({
  lettaUrl: z.string(),
  agent: z.string(),
  isUncapped: z.boolean(),
  connection: z.object({
    discord: z.object({ token: z.string(), apiBase: z.string() }).optional(),
    slack: z
      .object({
        installed: z.object({ botToken: z.string() }),
        transport: z.object({ appToken: z.string() }),
        apiUrl: z.string(),
      })
      .optional(),
  }),
});

/** What a bot needs to write at all: a short answer is one message, a longer one is edited once a second. */
const FIRST_AFTER_MS = 100;
const EDIT_EVERY_MS = 1_000;

export type Edit = (text: string) => Promise<unknown>;

export function peerLetta(lettaUrl: string, agent: string) {
  const client = new Letta({ baseURL: lettaUrl, apiKey: null, maxRetries: 0 });
  const conversations = new Map<string, Promise<string>>();
  const conversationOf = (place: string) => {
    const made = client.conversations.create({ agent_id: agent }).then(({ id }) => id);
    conversations.set(place, made);
    return made;
  };
  /** Shows an answer as it is written: `post` shows what there is first, and gives what changes it. */
  return async (place: string, text: string, post: (text: string) => Promise<Edit>): Promise<void> => {
    const id = await (conversations.get(place) ?? conversationOf(place));
    const messages = [{ role: "user" as const, content: text }];
    const stream = await client.conversations.messages.create(id, { messages, stream_tokens: true });
    let [answer, shown, showAt] = ["", "", performance.now() + FIRST_AFTER_MS];
    let edit: Edit | undefined;
    const show = async () => {
      showAt = performance.now() + EDIT_EVERY_MS;
      shown = answer;
      if (edit) await edit(shown);
      else edit = await post(shown);
    };
    for await (const chunk of stream) {
      if (chunk.message_type !== "assistant_message") continue;
      answer += String(chunk.content);
      if (performance.now() > showAt) await show();
    }
    if (answer !== shown) await show();
  };
}
