import { hrefOf, type Route } from "./route.ts";

const keyOf = (person: string, world: string) => `place ${person} ${world}`;

/** Where a person was last in a world: coming back leads there. */
export function rememberPlace(person: string, { world, placeId, threadId }: Route): void {
  if (world && placeId) sessionStorage.setItem(keyOf(person, world), hrefOf(world, placeId, threadId));
}

export const lastHref = (person: string, world: string) =>
  sessionStorage.getItem(keyOf(person, world)) ?? hrefOf(world);
