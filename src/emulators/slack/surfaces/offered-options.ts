import { fileJson } from "../payloads/file-json.ts";
import type { World } from "../world/world.ts";

type Element = Readonly<Record<string, unknown>>;

const keyOf = (userId: string, actionId: string) => `${userId}:${actionId}`;

/** The app said what a menu that asks it offers to somebody. */
export function offerTo(
  world: World,
  userId: string,
  { actionId, options }: { readonly actionId: string; readonly options: readonly Record<string, unknown>[] },
): void {
  world.offered.set(keyOf(userId, actionId), options);
}

/** What somebody can pick that does not stand in the element itself: what the app offered last, or their own files. */
export function offeredTo(world: World, userId: string, element: Element): readonly Element[] {
  if (element.type !== "file_input") return world.offered.get(keyOf(userId, String(element.action_id))) ?? [];
  return [...world.files.values()]
    .filter((file) => file.userId === userId && file.isComplete)
    .map((file) => fileJson(world, file));
}
