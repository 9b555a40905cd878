import { useEffect, useState } from "preact/hooks";

/** What is open: a world, in it a channel or DM, and perhaps a thread beside it. Kept in the address, so that a reload stays. */
export interface Route {
  readonly world: string | undefined;
  readonly placeId: string | undefined;
  readonly threadId: string | undefined;
}

export function hrefOf(world: string, placeId?: string, threadId?: string): string {
  return ["#", world, placeId, threadId].filter((part) => part !== undefined).join("/");
}

/** The page as this person. */
export const personHref = (name: string) => `?as=${encodeURIComponent(name)}`;

export function go(world: string, placeId: string, threadId?: string): void {
  location.hash = hrefOf(world, placeId, threadId);
}

export function useRoute(): Route {
  const [route, setRoute] = useState(readRoute);
  useEffect(() => {
    const follow = () => setRoute(readRoute());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}

function readRoute(): Route {
  const [, world, placeId, threadId] = location.hash.split("/");
  return { world: world || undefined, placeId: placeId || undefined, threadId: threadId || undefined };
}
