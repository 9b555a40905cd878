import { TrieRouter } from "hono/router/trie-router";

/** What a request can be matched with: `GET` and `/channels/{channel_id}`. `ALL` stands for any method, `/*` for any rest. */
interface Routed {
  readonly method: string;
  readonly pattern: string;
}

export type RouteMatch<Route> =
  | { readonly route: Route; readonly params: ReadonlyMap<string, string> }
  | { readonly route: undefined; readonly reason: "unknown-path" | "wrong-method" };

/**
 * Finds the route of a path. Words win over names: `@original` is never a message's id.
 *
 * The router is Hono's. Its application is not used: an emulator breaks connections, sends half of an answer, or holds
 * back the headers of a stream, all of which needs Node's own response, and a `Response` for each answer makes a request
 * cost twice as much.
 */
export class Routes<Route extends Routed> {
  readonly #router = new TrieRouter<Route | undefined>();
  readonly #isStrict: boolean;

  /** When it is not strict, a slash at the end of a path means nothing. */
  constructor(routes: readonly Route[], { strict = true }: { readonly strict?: boolean } = {}) {
    this.#isStrict = strict;
    const sorted = routes.toSorted((left, right) => namesIn(left) - namesIn(right));
    for (const route of sorted) this.#router.add(route.method, this.#pathOf(route), route);
    // Of several that fit the first one added counts: these are what is left when none has the method.
    for (const path of new Set(sorted.map((route) => this.#pathOf(route))))
      this.#router.add("ALL", path, undefined);
  }

  match(method: string, path: string): RouteMatch<Route> {
    // Some clients escape the `@` of `@me`.
    const [[first]] = this.#router.match(method, this.#trimmed(path.replaceAll("%40", "@")));
    if (!first) return { route: undefined, reason: "unknown-path" };
    const [route, params] = first;
    if (!route) return { route: undefined, reason: "wrong-method" };
    return {
      route,
      params: new Map(Object.entries(params).map(([name, value]) => [name, decode(String(value))])),
    };
  }

  #pathOf({ pattern }: Routed): string {
    return this.#trimmed(pattern).replaceAll("{", ":").replaceAll("}", "");
  }

  #trimmed(path: string): string {
    return this.#isStrict || !path.endsWith("/") ? path : path.slice(0, -1);
  }
}

const namesIn = ({ pattern }: Routed): number => pattern.split("{").length;

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}
