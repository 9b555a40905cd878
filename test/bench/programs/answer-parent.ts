import { z } from "zod";

const Question = z.object({ id: z.number(), question: z.unknown() });

/** Answers what the process asks that started this one, and ends with it. */
export function answerParent(answer: (question: unknown) => Promise<unknown>): void {
  process.on("message", (message) => {
    const { id, question } = Question.parse(message);
    const tell = (told: object) => process.send?.({ id, ...told });
    answer(question).then(
      (answered) => tell({ answer: answered }),
      (error: unknown) => tell({ error: error instanceof Error ? error.message : String(error) }),
    );
  });
  process.on("disconnect", () => process.exit(0));
}
