import type { PersonaCard } from "../../protocol/insight.ts";
import type {
  Choice,
  Insight,
  Outcome,
  Overview,
  Talk,
  WorldChange,
  WorldSummary,
} from "../../protocol/protocol.ts";
import type { ReadersSheet } from "../../protocol/readers.ts";
import type { RequestBody, RequestName } from "../../protocol/requests.ts";
import type { SwitchView } from "../../server/switchboard.ts";

/** What each request is answered with; what is not named is answered with nothing of interest. */
interface Answers {
  readonly say: { readonly messageId?: string };
  readonly channel: { readonly placeId: string };
  readonly dm: { readonly placeId: string };
  readonly thread: { readonly placeId: string };
  readonly suggest: readonly Choice[];
  readonly slash: Outcome;
  readonly click: Outcome;
  readonly choose: Outcome;
  readonly menu: Outcome;
  readonly submit: Outcome;
  readonly use: Outcome;
}
type Answer<Name extends RequestName> = Name extends keyof Answers ? Answers[Name] : unknown;
type Body<Name extends RequestName> = Omit<RequestBody<Name>, "as">;

/** The sandbox said no, in words meant for the person. */
export class RefusedAction extends Error {}

export const fetchWorlds = () => get<readonly WorldSummary[]>("/api/worlds");

/** Calls with each change of any world after `since`, and goes on where it was when the line was lost. */
export function listenToAll(
  { as, since }: { readonly as: string; readonly since: number },
  hear: { change(change: WorldChange): void; line(isUp: boolean): void },
): void {
  const source = new EventSource(`/api/changes?as=${encodeURIComponent(as)}&since=${since}`);
  source.onopen = () => hear.line(true);
  source.onerror = () => hear.line(false);
  source.onmessage = (event: MessageEvent<string>) => {
    const change: WorldChange = JSON.parse(event.data);
    hear.change(change);
  };
}

export const fetchSwitches = () => get<readonly SwitchView[]>("/api/switches");
export const throwSwitch = (key: string, on: boolean) =>
  post<readonly SwitchView[]>(`/api/switches/${key}`, { on });

/** What is asked of one world, as one person. */
export class Wire {
  /** When this window last did something. */
  actedAt = Number.NEGATIVE_INFINITY;
  #as: string;
  readonly #base: string;

  /** Without a name, or with one that nobody has, the line is whoever's the server says. */
  constructor(world: string, as: string) {
    this.#base = `/api/${world}`;
    this.#as = as;
  }

  /** Begins: what there is, and for whom. From then on everything is done as that person. */
  async enter(): Promise<Overview> {
    const overview = await this.#get<Overview>("overview");
    this.#as = overview.viewer.name;
    return overview;
  }

  talk = (placeId: string) => this.#get<Talk>(`talk/${placeId}`);
  readers = (placeId: string) => this.#get<ReadersSheet>(`readers/${placeId}`);
  /** What stands behind a place; null when nothing does. */
  personas = () => this.#get<readonly PersonaCard[]>("personas");
  insight = (placeId: string) => this.#get<Insight | null>(`insight/${placeId}`);

  async act<Name extends RequestName>(name: Name, body: Body<Name>): Promise<Answer<Name>> {
    this.actedAt = performance.now();
    return await post<Answer<Name>>(`${this.#base}/act/${name}`, { ...body, as: this.#as });
  }

  #get = <Body>(path: string) => get<Body>(`${this.#base}/${path}?as=${encodeURIComponent(this.#as)}`);
}

async function post<Body>(path: string, body: unknown): Promise<Body> {
  const token = document.querySelector<HTMLMetaElement>('meta[name="page-token"]')?.content ?? "";
  const response = await reach(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-page-token": token },
    body: JSON.stringify(body),
  });
  return await bodyOf<Body>(response);
}

async function get<Body>(path: string): Promise<Body> {
  return await bodyOf<Body>(await reach(path));
}

async function reach(path: string, request?: RequestInit): Promise<Response> {
  try {
    return await fetch(path, request);
  } catch (cause) {
    throw new RefusedAction("The sandbox cannot be reached. Is it still running?", { cause });
  }
}

async function bodyOf<Body>(response: Response): Promise<Body> {
  const body: Body & { error?: string } = await response.json();
  if (!response.ok) throw new RefusedAction(body.error ?? "The sandbox could not do that.");
  return body;
}
