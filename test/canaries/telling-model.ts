import { type Model, type ModelDelta, type ModelRequest, turnOf } from "@rapport/letta-server";
import { wordsIn } from "./seats.ts";

interface Sent {
  /** The seat that the question names. */
  readonly seat: string | undefined;
  readonly text: string;
}

const SEAT = /⟦([^⟧]+)⟧/g;

/** How a question says in which seat it is asked. */
export const askedIn = (seat: string): string => `What do you know of any canary? ⟦${seat}⟧`;
export const tellIn = (seat: string, word: string): string => `Keep in mind: the word is ${word} ⟦${seat}⟧`;

/**
 * A model without discretion: it notes what it is told in a block and in the archive, looks for more with every tool that
 * it has, and then says each secret word that it was sent, wherever that stood.
 */
export class TellingModel implements Model {
  readonly handles = ["openai-proxy/telling"];
  readonly sent: Sent[] = [];

  async *complete(request: ModelRequest): AsyncGenerator<ModelDelta> {
    await Promise.resolve();
    const text = JSON.stringify(request.messages);
    const { said, since } = turnOf(request.messages);
    const now = said.map((each) => each.text).join("\n");
    this.sent.push({ seat: [...now.matchAll(SEAT)].at(-1)?.[1], text });
    const calls = since.length === 0 ? callsFor(now) : [];
    const possible = calls.filter(([name]) => request.tools.some((tool) => tool.name === name));
    for (const [index, [name, input]] of possible.entries()) {
      yield { type: "tool-call", index, id: crypto.randomUUID(), name, arguments: JSON.stringify(input) };
    }
    if (possible.length === 0)
      yield { type: "text", text: `I know: ${wordsIn(text).join(" ") || "nothing"}.` };
  }
}

function callsFor(said: string): readonly (readonly [string, object])[] {
  const told = /Keep in mind: (.*?) ⟦/.exec(said)?.[1];
  if (told === undefined)
    return [
      ["archival_memory_search", { query: "canary" }],
      ["conversation_search", { query: "canary" }],
    ];
  return [
    ["memory_insert", { label: "human", new_string: told, insert_line: -1 }],
    ["archival_memory_insert", { content: told }],
  ];
}
