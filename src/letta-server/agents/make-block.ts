import { z } from "zod";
import { badRequest } from "../http/errors.ts";
import { newId } from "../ids.ts";
import type { BlockRow } from "../store/blocks.ts";
import { madeAt } from "../store/rows.ts";
import type { Abilities } from "../version.ts";

export const blockBody = z.object({
  label: z.string(),
  value: z.string(),
  limit: z.number().int().nullish(),
  description: z.string().nullish(),
  read_only: z.boolean().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  hidden: z.boolean().nullish(),
});

export const blockUpdateBody = blockBody.partial();

/** Two labels come with a description when none is given. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  persona: "The persona block: who you are, how you behave and how you speak.",
  human: "The human block: what you know about the people you are talking to.",
};

interface Making {
  readonly at: number;
  readonly abilities: Abilities;
}

export function newBlock(body: z.infer<typeof blockBody>, { at, abilities }: Making): BlockRow {
  const block: BlockRow = {
    ...madeAt(at),
    id: newId("block"),
    label: body.label,
    value: withoutNul(body.value),
    limit: body.limit ?? abilities.defaultBlockLimit,
    description: body.description ?? DESCRIPTIONS[body.label] ?? null,
    read_only: body.read_only ?? false,
    metadata_: body.metadata ?? {},
    hidden: body.hidden ?? null,
  };
  refuseTooLong(block, abilities);
  return block;
}

/** The block as an update leaves it; null means leave. */
export function changedBlock(
  block: BlockRow,
  body: z.infer<typeof blockUpdateBody>,
  { at, abilities }: Making,
): BlockRow {
  const changed: BlockRow = {
    ...block,
    label: body.label ?? block.label,
    value: body.value === undefined ? block.value : withoutNul(body.value),
    limit: body.limit ?? block.limit,
    description: body.description ?? block.description,
    read_only: body.read_only ?? block.read_only,
    metadata_: body.metadata ?? block.metadata_,
    hidden: body.hidden ?? block.hidden,
    updated_at: new Date(at),
  };
  refuseTooLong(changed, abilities);
  return changed;
}

/** Until 0.16.6; since then a block may be longer than its limit. */
function refuseTooLong({ value, limit }: BlockRow, { blockLimitEnforced }: Abilities): void {
  if (!blockLimitEnforced || value.length <= limit) return;
  throw badRequest(`Edit failed: Exceeds ${limit} character limit (requested ${value.length})`);
}

const withoutNul = (value: string): string => value.replaceAll("\u0000", "");
