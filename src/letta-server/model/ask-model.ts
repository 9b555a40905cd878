import type { Model, ModelDelta, ModelRequest, ModelToolCall } from "./model.ts";

export interface ModelAnswer {
  /** Undefined when the model said nothing at all, which is not the same as an empty text. */
  readonly text: string | undefined;
  readonly reasoning: string;
  readonly calls: readonly ModelToolCall[];
  readonly promptTokens: number;
  readonly completionTokens: number;
}

const CHARACTERS_PER_TOKEN = 4;

/** A guess that is good enough where no model counts. */
export const estimateTokens = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

/**
 * Asks the model and gathers its answer. Every piece is shown to `onDelta` first; when that says stop, nothing
 * more is read and the answer is undefined.
 */
export async function askModel(
  model: Model,
  request: ModelRequest,
  { signal, onDelta }: { readonly signal: AbortSignal; readonly onDelta: (delta: ModelDelta) => boolean },
): Promise<ModelAnswer | undefined> {
  const gathered: Gathered = { text: undefined, reasoning: "", usage: undefined, calls: new Map() };
  for await (const delta of model.complete(request, signal)) {
    if (!onDelta(delta)) return undefined;
    gather(gathered, delta);
  }
  const { text, reasoning, usage } = gathered;
  const calls = [...gathered.calls.values()];
  const asked = request.messages.map(({ content }) => content).join("");
  const said = (text ?? "") + calls.map((call) => call.arguments).join("");
  return {
    text,
    reasoning,
    calls,
    promptTokens: usage?.promptTokens ?? estimateTokens(asked),
    completionTokens: usage?.completionTokens ?? estimateTokens(said),
  };
}

interface Gathered {
  text: string | undefined;
  reasoning: string;
  usage: { readonly promptTokens: number; readonly completionTokens: number } | undefined;
  readonly calls: Map<number, ModelToolCall>;
}

function gather(gathered: Gathered, delta: ModelDelta): void {
  switch (delta.type) {
    case "text":
      gathered.text = (gathered.text ?? "") + delta.text;
      return;
    case "reasoning":
      gathered.reasoning += delta.text;
      return;
    case "usage":
      gathered.usage = delta;
      return;
    case "tool-call": {
      const call = gathered.calls.get(delta.index) ?? { id: "", name: "", arguments: "" };
      gathered.calls.set(delta.index, {
        id: call.id || (delta.id ?? ""),
        name: call.name || (delta.name ?? ""),
        arguments: call.arguments + delta.arguments,
      });
    }
  }
}
