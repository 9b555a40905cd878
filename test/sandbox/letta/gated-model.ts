import type { Model, ModelRequest } from "../../../src/sandbox/letta/model/model.ts";

/** One question that waits for its answer. */
interface PendingRequest {
  readonly request: ModelRequest;
  readonly answer: (words: readonly string[]) => void;
}

/** A model that says nothing until a test lets it: how turns overlap is then no matter of time. */
export class GatedModel implements Model {
  readonly handles = ["openai-proxy/gated"];
  readonly #waiting: PendingRequest[] = [];
  #wanted: ((waiting: PendingRequest) => void)[] = [];

  async *complete(request: ModelRequest, signal: AbortSignal) {
    const words = await new Promise<readonly string[]>((resolve) => {
      const waiting = { request, answer: resolve };
      signal.addEventListener("abort", () => resolve([]), { once: true });
      const wanted = this.#wanted.shift();
      if (wanted) wanted(waiting);
      else this.#waiting.push(waiting);
    });
    for (const text of words) yield { type: "text", text } as const;
  }

  /** The next question, once it has been asked. */
  next(): Promise<PendingRequest> {
    const waiting = this.#waiting.shift();
    if (waiting) return Promise.resolve(waiting);
    return new Promise((resolve) => this.#wanted.push(resolve));
  }
}
