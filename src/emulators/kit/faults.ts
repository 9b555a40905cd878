import { z } from "zod";

/** How a connection ends: clients retry after the one and not after the other. */
const cutBy = z.enum(["rst", "fin"]).optional();

/**
 * Something that goes wrong on demand:
 *
 * - cut-before-headers: the request is read, nothing is done, the connection dies (by RST, or closed by FIN).
 * - cut-after-commit: the work is done and kept, then the connection dies before the answer (of a stream:
 *   after it has run to its end unseen).
 * - error-after-text: a stream says something, then breaks off with the service's own error. Streams only.
 * - silence: headers and then nothing, until the other side gives up.
 * - status: this status and body, and nothing is done.
 * - page: this status with a page for people in the place of the service's own answer, as a proxy, a CDN or its ban
 *   sends it, and nothing is done.
 * - refusal: the service's own no, by this word, and nothing is done. Slack only.
 * - busy: the service's own answer when somebody else is being served. Letta only.
 * - slow: so many milliseconds pass before the request is looked at.
 */
const faultSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("cut-before-headers"), by: cutBy }),
  z.object({ type: z.literal("cut-after-commit"), by: cutBy }),
  z.object({ type: z.literal("error-after-text") }),
  z.object({ type: z.literal("silence") }),
  z.object({
    type: z.literal("status"),
    status: z.number().int().min(400).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  z.object({
    type: z.literal("page"),
    status: z.number().int().min(200).max(599),
    /** Seconds, for a header that many such pages do not have. */
    retryAfter: z.number().optional(),
    /** JSON of somebody else, in the place of the page. */
    json: z.string().optional(),
  }),
  z.object({ type: z.literal("refusal"), error: z.string().min(1) }),
  z.object({ type: z.literal("busy") }),
  z.object({ type: z.literal("slow"), ms: z.number().int().min(0) }),
]);
export type Fault = z.infer<typeof faultSchema>;

/** Which requests a fault befalls. In a path `*` stands for one segment and `**` for any rest. */
const faultPlanSchema = z.object({
  method: z.string().optional(),
  path: z.string().startsWith("/"),
  times: z.number().int().min(1).default(1),
  fault: faultSchema,
});
export type FaultPlan = z.input<typeof faultPlanSchema>;

interface Planned {
  readonly method: string | undefined;
  readonly path: string;
  readonly fault: Fault;
  left: number;
}

/** A plan that was made: how often it is still to come, and how to give it up. */
export interface PlannedFault {
  readonly left: number;
  cancel(): void;
}

/** What an emulator does to be unreachable and to come back. */
export interface Reachability {
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
}

/** The faults that an emulator has been told to have. They are taken in the order they were planned. */
export class Faults {
  #planned: Planned[] = [];
  readonly #reachability: Reachability;
  #down: boolean = false;

  constructor(reachability: Reachability) {
    this.#reachability = reachability;
  }

  get isDown(): boolean {
    return this.#down;
  }

  /** What is still to come, for the page that shows it. */
  get planned(): readonly Readonly<Planned>[] {
    return this.#planned;
  }

  /** Plans what a page was asked for; throws when it is no plan. */
  nextFrom(wanted: unknown): void {
    this.next(faultPlanSchema.parse(wanted));
  }

  /** Plans a fault for the next requests that fit. */
  next(plan: FaultPlan): PlannedFault {
    const { method, path, times, fault } = faultPlanSchema.parse(plan);
    const planned = { method: method?.toUpperCase(), path, fault, left: times };
    this.#planned.push(planned);
    return {
      get left() {
        return planned.left;
      },
      cancel: () => {
        planned.left = 0;
        this.#planned = this.#planned.filter((one) => one !== planned);
      },
    };
  }

  /** The faults that befall this request, used up by asking. */
  take(method: string, path: string): readonly Fault[] {
    const due = this.#planned.filter(
      (planned) => (planned.method ?? method) === method && fits(planned.path, path),
    );
    // A slow request may fail as well; of two failures the second waits for the next request.
    const slow = due.find(({ fault }) => fault.type === "slow");
    const failure = due.find(({ fault }) => fault.type !== "slow");
    const taken = [slow, failure].filter((planned) => planned !== undefined);
    for (const planned of taken) planned.left -= 1;
    this.#planned = this.#planned.filter(({ left }) => left > 0);
    return taken.map(({ fault }) => fault);
  }

  clear(): void {
    this.#planned = [];
  }

  /** Refuses connections and drops those that are open, until comeBack. */
  async goDown(): Promise<void> {
    if (this.#down) return;
    this.#down = true;
    await this.#reachability.goDown();
  }

  /** Listens again, on the same port. */
  async comeBack(): Promise<void> {
    if (!this.#down) return;
    await this.#reachability.comeBack();
    this.#down = false;
  }
}

function fits(pattern: string, path: string): boolean {
  const expression = pattern
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("**", "\u0000")
    .replaceAll("*", "[^/]+")
    .replaceAll("\u0000", ".*");
  // eslint-disable-next-line text/linear -- the pattern is of whoever sets the fault
  return new RegExp(`^${expression}/?$`).test(path);
}
