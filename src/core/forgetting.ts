import type { MemoryBlock } from "./agents.ts";
import type { CommandContext } from "./command.ts";
import { AppError } from "./errors.ts";
import { fingerprint } from "./fingerprint.ts";
import type { MemoryHere } from "./memory-here.ts";
import { heading } from "./memory-pages.ts";
import type { Button } from "./platform.ts";
import { oneLine } from "./said.ts";
import { shorten } from "./shorten.ts";

const OFFERED = 5;
const TEXT_SHOWN = 200;

/** Lines of blocks that hold every word of the query. */
export function matchingLines(
  blocks: readonly MemoryBlock[],
  query: string,
): { label: string; line: string; readOnly: boolean }[] {
  const words = query.toLowerCase().split(/\s+/);
  return blocks.flatMap(({ label, value, readOnly }) =>
    value
      .split("\n")
      .filter((line) => words.every((word) => line.toLowerCase().includes(word)))
      .map((line) => ({ label, line: line.replace(/^[-•]\s*/, ""), readOnly })),
  );
}

/** What buttons and forms bring back is short; Letta's labels need not be. */
const LABEL_LENGTH = 30;

/** A block's label as a button or a form carries it. */
export const carriedLabel = (label: string): string =>
  encodeURIComponent(label).length <= LABEL_LENGTH ? label : `~${fingerprint(label)}`;

/** @throws {AppError} when there is no such block, or only the persona's author changes it */
export function writableBlock(blocks: readonly MemoryBlock[], label: string): MemoryBlock {
  const block =
    blocks.find((each) => each.label === label) ?? blocks.find((each) => carriedLabel(each.label) === label);
  if (block && !block.readOnly) return block;
  if (block)
    throw new AppError("forbidden", `\`${label}\` follows the persona. \`/persona edit\` changes it.`);
  const labels = blocks.filter(({ readOnly }) => !readOnly).map((each) => `\`${each.label}\``);
  throw new AppError(
    "not_found",
    `There is no block \`${shorten(label, 40)}\`. To be changed: ${labels.join(", ")}.`,
  );
}

export async function forgetLine(
  { agents }: CommandContext,
  { agent }: MemoryHere,
  label: string,
  mark: string,
): Promise<void> {
  const block = writableBlock(await agents.blocks(agent), label);
  const kept = block.value.split("\n").filter((line) => fingerprint(line.replace(/^[-•]\s*/, "")) !== mark);
  const value = kept.join("\n");
  if (value === block.value) throw new AppError("not_found", "That is not in there any more.");
  await agents.writeBlock(agent, block.label, value, block.value);
}

export async function offerToForget({ agents }: CommandContext, here: MemoryHere, what: string) {
  const [blocks, { passages, exact }] = await Promise.all([
    agents.blocks(here.agent),
    agents.searchPassages(here.agent, what, OFFERED),
  ]);
  const lines = matchingLines(blocks, what)
    .filter(({ readOnly }) => !readOnly)
    .map(({ label, line }) => ({
      text: line,
      options: { block: carriedLabel(label), line: fingerprint(line) },
    }));
  const archived = passages.map(({ id, text }) => ({ text, options: { passage: id } }));
  const found = [...lines, ...archived].slice(0, OFFERED);
  if (found.length === 0)
    throw new AppError("not_found", `Nothing is remembered about “${what}”. Try another word.`);
  const list = found.map(({ text }, index) => `${index + 1}. ${shorten(oneLine(text), TEXT_SHOWN)}`);
  const caution =
    exact || passages.length === 0 ? [] : ["*Those from the archive are the nearest, perhaps not about it.*"];
  const buttons = found.map(
    ({ options }, index): Button => ({
      label: `Forget ${index + 1}`,
      style: "danger",
      command: { name: "memory", action: "forget", options },
    }),
  );
  return { text: [heading("Found in the memory", here), ...list, ...caution].join("\n"), buttons };
}
