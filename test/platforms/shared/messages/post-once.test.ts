import { describe, expect, test } from "vitest";
import { withPlainerWays } from "../../../../src/platforms/shared/messages/plainer-ways.ts";
import { postOnce } from "../../../../src/platforms/shared/messages/post-once.ts";
import { PlatformUnavailable } from "../../../../src/platforms/shared/unavailable.ts";

const lost = new PlatformUnavailable("no answer", { mayHaveSucceeded: true });
const unsent = new PlatformUnavailable("not sent", { mayHaveSucceeded: false });

/** A platform on which each try to post ends as it is said, and on which what landed is found. */
function platform(
  tries: readonly { readonly lands: boolean; readonly fails?: unknown }[],
  there: string[] = [],
) {
  const left = [...tries];
  const done: string[] = [];
  return {
    there,
    done,
    look: async () => {
      done.push("look");
      return there[0];
    },
    make: async () => {
      done.push("make");
      const next = left.shift();
      if (!next) throw new Error("made too often");
      if (next.lands) there.push("the message");
      if (next.fails !== undefined) throw next.fails;
      return "the message";
    },
  };
}

describe("something is made exactly once", () => {
  test("a first try does not look", async () => {
    const fresh = platform([{ lands: true }]);
    expect(await postOnce(false, fresh)).toBe("the message");
    expect(fresh.done).toEqual(["make"]);
  });

  test("a retry finds what an earlier try made, or makes it", async () => {
    const landed = platform([], ["the message"]);
    expect(await postOnce(true, landed)).toBe("the message");
    expect(landed.done).toEqual(["look"]);
    const nothing = platform([{ lands: true }]);
    expect(await postOnce(true, nothing)).toBe("the message");
    expect(nothing.there).toHaveLength(1);
  });

  test("an answer that is lost is looked for, and what did not land is made again", async () => {
    const landed = platform([{ lands: true, fails: lost }]);
    expect(await postOnce(false, landed)).toBe("the message");
    expect(landed.done).toEqual(["make", "look"]);
    const lostBefore = platform([{ lands: false, fails: lost }, { lands: true }]);
    expect(await postOnce(false, lostBefore)).toBe("the message");
    expect(lostBefore.there).toHaveLength(1);
  });

  test("what surely did nothing, or was refused, is the caller's to try again", async () => {
    for (const fails of [unsent, new Error("refused")]) {
      const refused = platform([{ lands: false, fails }]);
      await expect(postOnce(false, refused)).rejects.toBe(fails);
      expect(refused.done).toEqual(["make"]);
    }
  });
});

describe("what is refused for its form is said more plainly", () => {
  class FormError extends Error {}
  const isForm = (error: unknown): error is FormError => error instanceof FormError;
  const refusing = (error: Error) => async (): Promise<string> => {
    throw error;
  };

  test("one way after the other, until one is taken", async () => {
    const reasons: string[] = [];
    const ways = [
      refusing(new FormError("name")),
      refusing(new FormError("buttons")),
      async () => "said",
    ] as const;
    expect(await withPlainerWays(ways, isForm, ({ message }) => reasons.push(message))).toBe("said");
    expect(reasons).toEqual(["name", "buttons"]);
  });

  test("another failure ends it, and so does the last refusal, of which nothing is said to come after it", async () => {
    const reasons: string[] = [];
    const refused = ({ message }: FormError) => reasons.push(message);
    const gone = refusing(new Error("gone"));
    await expect(withPlainerWays([gone, async () => "said"], isForm, refused)).rejects.toThrow("gone");
    await expect(withPlainerWays([refusing(new FormError("words"))], isForm, refused)).rejects.toThrow(
      "words",
    );
    expect(reasons).toEqual([]);
  });
});
