import { sentences } from "../../sentences/sentences.ts";
import { oneLine } from "../agent/user-message.ts";
import type { CommandContext } from "../commands/declaration.ts";
import { commandLine } from "../domain/command-lines.ts";
import { AppError } from "../domain/errors.ts";
import type { MemoryBlock } from "../ports/agent/memory.ts";
import type { Button } from "../ports/platform.ts";
import { blockLineKey, type LineKey, passageKey } from "../ports/provenance-store.ts";
import { withoutBullet } from "../text/affixes.ts";
import { fingerprint } from "../text/fingerprint.ts";
import { truncate } from "../text/truncate.ts";
import { type MemoryContext, writeBlock } from "./context.ts";
import { heading } from "./pages.ts";
import { mayChangeAll, removableLines } from "./rights.ts";

const OFFERED = 5;
const SHOWN_LENGTH = 200;

/** Lines of blocks that hold every word of the query. */
export function matchingLines(
  blocks: readonly MemoryBlock[],
  query: string,
): { label: string; line: string; readOnly: boolean }[] {
  const words = [...new Set(query.toLowerCase().split(/\s+/))];
  return blocks.flatMap(({ label, value, readOnly }) =>
    value
      .split("\n")
      .filter((line) => {
        const lower = line.toLowerCase();
        return words.every((word) => lower.includes(word));
      })
      .map((line) => ({ label, line: withoutBullet(line), readOnly })),
  );
}

/** What buttons and forms bring back is short; Letta's labels need not be. */
const LABEL_LENGTH = 30;

/** A block's label as a button or a form carries it. */
export const encodeLabel = (label: string): string =>
  encodeURIComponent(label).length <= LABEL_LENGTH ? label : `~${fingerprint(label)}`;

/** @throws {AppError} when there is no such block, or only the persona's author changes it */
export function writableBlock(blocks: readonly MemoryBlock[], label: string): MemoryBlock {
  const block =
    blocks.find((each) => each.label === label) ?? blocks.find((each) => encodeLabel(each.label) === label);
  if (block && !block.readOnly) return block;
  if (block) throw new AppError("forbidden", sentences.memory.followsPersona(label));
  const labels = blocks.filter(({ readOnly }) => !readOnly).map((each) => each.label);
  throw new AppError("not_found", sentences.memory.noSuchBlock(truncate(label, 40), labels));
}

/**
 * Who may change everything removes every such line; others one that is theirs.
 *
 * @throws {AppError} `forbidden` for a line that is somebody else's
 */
export async function forgetLine(
  context: CommandContext,
  memoryContext: MemoryContext,
  label: string,
  mark: string,
): Promise<void> {
  const { memory, author, provenance } = context;
  const { agent } = memoryContext;
  const block = writableBlock(await memory.blocks(agent), label);
  const lines = block.value.split("\n");
  const write = (now: readonly string[]) =>
    writeBlock(context, memoryContext, {
      label: block.label,
      value: now.join("\n"),
      expected: block.value,
    });
  const meant = lines.filter((line) => fingerprint(withoutBullet(line)) === mark);
  if (meant.length === 0) throw new AppError("not_found", sentences.memory.goneAlready);
  const keys = await Promise.all(meant.map((line) => blockLineKey(block.label, withoutBullet(line))));
  if (mayChangeAll(context, memoryContext, context)) {
    const kept = lines.filter((line) => !meant.includes(line));
    await write(kept);
    for (const key of new Set(keys)) await provenance.forget(agent, key);
    return;
  }
  const theirs = removableLines(author.id, await provenance.of(agent, keys), counted(keys));
  const index = keys.findLastIndex((key) => theirs.has(key));
  const [key, line] = [keys[index], meant[index]];
  if (key === undefined || line === undefined) throw new AppError("forbidden", sentences.memory.notYours);
  await write(lines.toSpliced(lines.lastIndexOf(line), 1));
  await provenance.forget(agent, key, author.id);
}

/** @throws {AppError} `forbidden` for what is somebody else's */
export async function forgetPassage(
  context: CommandContext,
  memoryContext: MemoryContext,
  id: string,
): Promise<void> {
  const { memory, author, provenance } = context;
  const key = passageKey(id);
  if (!mayChangeAll(context, memoryContext, context)) {
    const theirs = removableLines(author.id, await provenance.of(memoryContext.agent, [key]), counted([key]));
    if (!theirs.has(key)) throw new AppError("forbidden", sentences.memory.notYours);
  }
  await memory.deletePassage(memoryContext.agent, id);
  await provenance.forget(memoryContext.agent, key);
}

function counted(keys: readonly LineKey[]): ReadonlyMap<LineKey, number> {
  const counts = new Map<LineKey, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

export async function offerToForget(context: CommandContext, memoryContext: MemoryContext, what: string) {
  const { memory } = context;
  const [blocks, { passages, exact }] = await Promise.all([
    memory.blocks(memoryContext.agent),
    memory.searchPassages(memoryContext.agent, what, OFFERED),
  ]);
  const lines = matchingLines(blocks, what)
    .filter(({ readOnly }) => !readOnly)
    .map(async ({ label, line }) => ({
      text: line,
      key: await blockLineKey(label, line),
      options: { block: encodeLabel(label), line: fingerprint(line) },
    }));
  const archived = passages.map(({ id, text }) => ({ text, key: passageKey(id), options: { passage: id } }));
  const all = [...(await Promise.all(lines)), ...archived];
  const found = all.slice(0, OFFERED);
  if (found.length === 0) throw new AppError("not_found", sentences.memory.nothingAbout(what));
  const list = found.map(({ text }, index) => `${index + 1}. ${truncate(oneLine(text), SHOWN_LENGTH)}`);
  const caution = exact || passages.length === 0 ? [] : [sentences.memory.nearestOnly];
  const keys = all.map(({ key }) => key);
  const isRemovable = await removable(context, memoryContext, keys);
  const buttons = found.flatMap(({ key, options }, index): readonly Button[] => {
    const command = commandLine.memoryForget(options);
    return isRemovable(key)
      ? [{ label: sentences.memory.forgetButton(index + 1), style: "danger", command }]
      : [];
  });
  const rest = buttons.length < found.length ? `\n\n${sentences.memory.restIsOthers}` : "";
  return {
    text: [heading(sentences.memory.found, memoryContext), ...list, ...caution].join("\n") + rest,
    buttons,
  };
}

async function removable(context: CommandContext, memoryContext: MemoryContext, keys: readonly LineKey[]) {
  if (mayChangeAll(context, memoryContext, context)) return () => true;
  const origins = await context.provenance.of(memoryContext.agent, keys);
  const theirs = removableLines(context.author.id, origins, counted(keys));
  return (key: LineKey) => theirs.has(key);
}
