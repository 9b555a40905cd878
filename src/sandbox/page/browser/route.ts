import { useEffect, useState } from "preact/hooks";

/** Which places are open: a channel or DM, and perhaps a thread beside it. Kept in the address, so that a reload stays. */
export interface Route {
  readonly placeId: string | undefined;
  readonly threadId: string | undefined;
}

export const hrefOf = (placeId: string, threadId?: string) => `#/${placeId}${threadId ? `/${threadId}` : ""}`;

/** The page as this person. */
export const personHref = (name: string) => `?as=${encodeURIComponent(name)}`;

export function go(placeId: string, threadId?: string): void {
  location.hash = hrefOf(placeId, threadId);
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
  const [, placeId, threadId] = location.hash.split("/");
  return { placeId: placeId || undefined, threadId: threadId || undefined };
}
