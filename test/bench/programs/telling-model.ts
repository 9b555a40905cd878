import { type Model, systemClock, turnOf } from "@rapport/letta-server";

export const FIRST_WORD = "Here";

/** What is said to be told this word: `ms` is how long the answer takes to be written, a few words a second. */
export function request(last: string, ms = 0): string {
  return ms === 0 ? `Tell me ${last}.` : `Take ${ms} ms to tell me ${last}.`;
}

const MS_BETWEEN_WORDS = 100;

/** Answers with the word that was asked for, at once or in the time that was asked for. */
export const tellingModel: Model = {
  handles: ["openai-proxy/scripted"],
  async *complete({ messages, purpose }, signal) {
    await Promise.resolve();
    if (purpose === "summary") return yield { type: "text", text: "a summary" };
    const said = turnOf(messages)
      .said.map(({ text }) => text)
      .join("\n");
    const ms = Number(/\bTake (\d+) ms/.exec(said)?.[1] ?? 0);
    yield { type: "text", text: `${FIRST_WORD} ` };
    for (let word = 0; word < ms / MS_BETWEEN_WORDS; word += 1) {
      await systemClock.sleep(MS_BETWEEN_WORDS, signal);
      yield { type: "text", text: "and " };
    }
    yield { type: "text", text: `is ${/\bt\d+x/.exec(said)?.[0] ?? "nothing"}.` };
  },
};
