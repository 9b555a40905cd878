import type { Wish } from "../offline/questions.ts";
import { clipped } from "../offline/words.ts";

/** What rules do as well as anybody: count, throw dice, read the clock. */
export function pastime(
  wish: Wish,
  { now, random }: { readonly now: number; readonly random: () => number },
): string | undefined {
  switch (wish.type) {
    case "time":
      return `By the clock of this machine it is ${clockOf(now)}.`;
    case "coin":
      return random() < 0.5 ? "Heads." : "Tails.";
    case "dice":
      return thrown(wish.count, wish.sides, random);
    case "sum":
      return counted(wish.left, wish.sign, wish.right);
    case "joke":
      return JOKES[Math.floor(random() * JOKES.length)] ?? JOKES[0];
    default:
      return undefined;
  }
}

const clockOf = (now: number): string =>
  new Date(now).toLocaleString("en-GB", { dateStyle: "full", timeStyle: "short" });

function thrown(count: number, sides: number, random: () => number): string {
  const thrown = Array.from({ length: count }, () => 1 + Math.floor(random() * sides));
  const sum = thrown.reduce((total, one) => total + one, 0);
  return count === 1
    ? `🎲 d${sides}: **${sum}**`
    : `🎲 ${count}d${sides}: ${thrown.join(" + ")} = **${sum}**`;
}

function counted(left: number, sign: string, right: number): string {
  const isDivision = /[/÷]|divided/i.test(sign);
  if (isDivision && right === 0) return "Nothing can be divided by zero.";
  const result = resultOf(left, sign, right, isDivision);
  return `${left} ${sign} ${right} = **${Number(result.toPrecision(12))}**`;
}

function resultOf(left: number, sign: string, right: number, isDivision: boolean): number {
  if (isDivision) return left / right;
  if (/\+|plus/i.test(sign)) return left + right;
  return /^-|minus/i.test(sign) ? left - right : left * right;
}

const JOKES = [
  "Why did the rule never forget a birthday? It had it in writing.",
  "An elephant walks into a bar. The barkeeper asks: the usual? The elephant: you remember?",
  "I would tell you the one about the memory block, but it has a limit of characters.",
] as const;

const SHORT =
  "Once there was a lighthouse whose keeper wrote everything down: the boats by their colours, the ferries by their horns. Nobody had asked for it. But when a storm had scattered the fleet, people rowed out to the island, and the keeper could say who had last been seen where.";

/** A few lines, and where more are. */
export const shortStory = (topic: string | undefined): string =>
  `${SHORT}\n\n${topic ? `(I know this one story by heart, and none about ${clipped(topic, 40)}.` : "(The only one that I know by heart."} "Tell me a long story" tells it all.)`;
