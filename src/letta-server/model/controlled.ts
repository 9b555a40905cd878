import type { Clock } from "../../emulators/kit/clock.ts";
import { type Model, type ModelDelta, ModelFailure } from "./model.ts";

/** Between two words of a model that was told to be slow: slow enough to read along. */
const SLOW_WORD_MS = 350;
/** What a model that was told to fail still says, so that one sees that it is kept. */
const PIECES_BEFORE_FAILING = 5;

/** What the page can tell any model to do. */
export interface ModelControls {
  isSlow: boolean;
  isFailing: boolean;
}

/** A model that obeys switches while it answers: those that are thrown in the middle too. */
export function controlledModel(model: Model, clock: Clock, controls: ModelControls): Model {
  return {
    handles: model.handles,
    complete(request, signal) {
      const answer = model.complete(request, signal);
      return request.purpose === "summary" ? answer : controlled(answer, { clock, controls, signal });
    },
  };
}

interface Control {
  readonly clock: Clock;
  readonly controls: ModelControls;
  readonly signal: AbortSignal;
}

async function* controlled(
  answer: AsyncIterable<ModelDelta>,
  { clock, controls, signal }: Control,
): AsyncGenerator<ModelDelta> {
  let pieces = 0;
  for await (const delta of answer) {
    // A step that only calls tools has no words to break off in.
    const enough = delta.type === "usage" ? 1 : PIECES_BEFORE_FAILING;
    if (controls.isFailing && pieces >= enough) {
      throw new ModelFailure("llm_error", "500: the model was told to fail");
    }
    yield delta;
    if (delta.type !== "text") continue;
    pieces += 1;
    if (controls.isSlow) await clock.sleep(SLOW_WORD_MS, signal);
  }
}
