import { sentences } from "../../sentences/sentences.ts";
import { type ResolvedScope, resolveScope } from "../access/scope.ts";
import { AppError } from "../domain/errors.ts";
import { recordKey } from "../domain/record-key.ts";
import { placeKey } from "../domain/stored-records.ts";
import { personaDeleted } from "../personas/deleted-error.ts";
import type { CoreServices } from "../ports/services.ts";
import type { TurnRecord } from "../ports/turn-store.ts";
import type { Attempt } from "./attempt.ts";

/*
 * A place can be opened, closed, shared or cut off at any moment. What was learnt before other readers stays with them: the
 * next turn opens another memory and says so once, and an answer that was made for other readers is not shown, nor goes on
 * growing before them.
 */

/** Who answers now, and from which memory. */
type Answering = Pick<Attempt, "scope" | "speaker" | "known"> & {
  readonly services: Pick<CoreServices, "agentRecords">;
};

/**
 * The scope of this turn, when an answer may be given in it.
 *
 * @throws {AppError} `forbidden` where the persona says nothing, `conflict` when an earlier attempt asked with the memory of
 * other readers, `not_found` when it asked a persona that was deleted since: for whom that answers cannot be told any more
 */
export async function scopeUnlessReadersChanged(
  { services, scope, speaker, known }: Answering,
  turn: TurnRecord,
): Promise<ResolvedScope> {
  const { agent } = turn;
  if (agent !== undefined && !known) throw personaDeleted(turn);
  if (!scope) throw new AppError("forbidden", sentences.access.askDirectly(speaker.persona.name));
  if (agent === undefined || !known) return scope;
  const record = await services.agentRecords.get(recordKey(known.ref.key, scope.key));
  if (record?.agent === agent) return scope;
  throw othersRead();
}

/** Whether those who read the place now are those for whom this attempt opened a memory. */
export async function isForSameReaders(attempt: Attempt): Promise<boolean> {
  return isSame(attempt.scope, await scopeNow(attempt));
}

/**
 * The same, before an answer is shown whole.
 *
 * @throws {AppError} `conflict` when others read now, `platform_unavailable` while that is not known
 */
export async function assertSameReaders(attempt: Attempt): Promise<void> {
  const now = await scopeNow(attempt);
  if (isSame(attempt.scope, now)) return;
  const { platform } = attempt.firstMessage.place;
  throw now?.isPassing
    ? new AppError("platform_unavailable", sentences.platform.away(platform))
    : othersRead();
}

const scopeNow = ({ services, speaker, firstMessage }: Attempt) =>
  resolveScope(services, speaker, firstMessage.thread ?? firstMessage.place, firstMessage.author);

const isSame = (then: ResolvedScope | undefined, now: ResolvedScope | undefined): boolean =>
  then !== undefined && now?.key === then.key && now.signature === then.signature;

/** Why what an earlier attempt said, or left to be said, is not for those who read the place now; undefined when it is. */
export async function whyNotSaid(answering: Answering, turn: TurnRecord): Promise<AppError | undefined> {
  try {
    await scopeUnlessReadersChanged(answering, turn);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** Whether what was said until now in this turn, in whatever attempt, is for those who read the place now. */
export const maySayOn = async (attempt: Attempt, turn: TurnRecord): Promise<boolean> =>
  (await whyNotSaid(attempt, turn)) === undefined && isForSameReaders(attempt);

const othersRead = () => new AppError("conflict", sentences.turn.readersChanged);

type Settings = Pick<CoreServices, "settings">;

/** Said above the first answer before other readers than those of the last one. */
export async function readersChangedNotice(
  { settings }: Settings,
  { place }: TurnRecord,
  scope: ResolvedScope,
): Promise<string | undefined> {
  const before = place.kind === "direct" ? undefined : (await settings.get(placeKey(place)))?.signature;
  if (before === undefined || before === scope.signature) return undefined;
  return sentences.turn.otherMemory(`${scope.badge} ${scope.meaning}`);
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
