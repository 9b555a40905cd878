import type { Attempt } from "./attempt.ts";
import { placeKey } from "./bindings.ts";
import { AppError } from "./errors.ts";
import type { Parts } from "./parts.ts";
import { recordKey } from "./records.ts";
import { onlyDirect, type ResolvedScope, resolveScope } from "./scope.ts";
import type { TurnRecord } from "./turns.ts";

/*
 * A place can be opened, closed, shared or cut off at any moment. What was learnt before other readers stays with them: the
 * next turn opens another memory and says so once, and an answer that was made for other readers is not shown, nor goes on
 * growing before them.
 */

/**
 * The scope of this turn, when an answer may be given in it.
 *
 * @throws {AppError} `forbidden` where the persona says nothing, `conflict` when an earlier attempt asked with the memory of
 * other readers
 */
export async function unlessReadersChanged(
  { parts, scope, speaker, known }: Attempt,
  { agent }: TurnRecord,
): Promise<ResolvedScope> {
  if (!scope) throw new AppError("forbidden", `${onlyDirect(speaker)} Ask there.`);
  if (agent === undefined || !known) return scope;
  const record = await parts.agentRecords.get(recordKey(known.ref.key, scope.key));
  if (record?.agent === agent) return scope;
  throw othersRead();
}

/** Whether those who read the place now are those for whom this attempt opened a memory. */
export async function isForSameReaders({ parts, scope, speaker, first }: Attempt): Promise<boolean> {
  const now = await resolveScope(parts, speaker, first.thread ?? first.place, first.author);
  return scope !== undefined && now?.key === scope.key && now.signature === scope.signature;
}

export const othersRead = () =>
  new AppError("conflict", "Who can read this place has changed since you asked. Ask once more.");

type Settings = Pick<Parts, "settings">;

/** Said above the first answer before other readers than those of the last one. */
export async function readersChanged(
  { settings }: Settings,
  { place }: TurnRecord,
  scope: ResolvedScope,
): Promise<string | undefined> {
  const before = place.kind === "direct" ? undefined : (await settings.get(placeKey(place)))?.signature;
  if (before === undefined || before === scope.signature) return undefined;
  return `*Other people can read here than before, so I use another memory: ${scope.badge} ${scope.meaning}.*`;
}

/** In threads and channels where something was said to a persona. */
export async function rememberReaders(
  { settings }: Settings,
  { place }: TurnRecord,
  { signature }: ResolvedScope,
): Promise<void> {
  if (place.kind === "direct") return;
  const key = placeKey(place);
  if ((await settings.get(key))?.signature === signature) return;
  await settings.update(key, async (current) => ({ place, bound: false, ...current, signature }));
}
