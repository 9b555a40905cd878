import type { Model, ModelDelta, ModelRequest } from "@rapport/letta-server";

/** One question to the model, answered word by word as the test says. */
export class DirectedAnswer {
  readonly request: ModelRequest;
  readonly #deltas: (ModelDelta | undefined)[] = [];
  #wake: () => void = () => undefined;

  constructor(request: ModelRequest, signal: AbortSignal) {
    this.request = request;
    signal.addEventListener("abort", () => this.ends(), { once: true });
  }

  says(text: string): void {
    this.#push({ type: "text", text });
  }

  /** Ends with the call of a tool: the next question comes with what it gave. */
  calls(name: string, input: object): void {
    const id = `call-${name}-${this.#deltas.length}`;
    this.#push({ type: "tool-call", index: 0, id, name, arguments: JSON.stringify(input) });
    this.ends();
  }

  ends(): void {
    this.#push(undefined);
  }

  async *deltas(): AsyncGenerator<ModelDelta> {
    for (;;) {
      while (this.#deltas.length > 0) {
        const next = this.#deltas.shift();
        if (!next) return;
        yield next;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (this.#deltas.length > 0) resolve();
      });
    }
  }

  #push(delta: ModelDelta | undefined): void {
    this.#deltas.push(delta);
    this.#wake();
  }
}

/** A model whose answers a test leads, one question after another. */
export class DirectedModel implements Model {
  readonly handles = ["openai-proxy/led"];
  readonly #asked: DirectedAnswer[] = [];
  readonly #wanted: ((answer: DirectedAnswer) => void)[] = [];

  async *complete(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelDelta> {
    const answer = new DirectedAnswer(request, signal);
    const wanted = this.#wanted.shift();
    if (wanted) wanted(answer);
    else this.#asked.push(answer);
    yield* answer.deltas();
  }

  /** The next question, once it has been asked. */
  next(): Promise<DirectedAnswer> {
    const asked = this.#asked.shift();
    if (asked) return Promise.resolve(asked);
    return new Promise((resolve) => this.#wanted.push(resolve));
  }
}
