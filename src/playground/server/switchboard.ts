import { Hono } from "hono";
import { z } from "zod";
import { sentences } from "../../sentences/sentences.ts";
import type { Switch } from "./switches.ts";

/** As the page shows it. */
export interface SwitchView {
  readonly key: string;
  readonly world: string | undefined;
  readonly label: string;
  readonly watch: string;
  readonly isOn: boolean;
  /** When it turns itself off. */
  readonly offAt: number | undefined;
}

/** Nobody comes back to a broken sandbox tomorrow and wonders. */
const LASTS_MS = 5 * 60_000;
const LOOK_EVERY_MS = 250;

const request = z.object({ on: z.boolean() });

/** Throws switches when the page asks, tells when they change by themselves, and turns them all off in the end. */
export class Switchboard {
  readonly #switches: readonly Switch[];
  readonly #tell: { changed(): void; failed(error: unknown): void };
  readonly #offAt = new Map<string, number>();
  #watch: NodeJS.Timeout | undefined;

  constructor(switches: readonly Switch[], tell: { changed(): void; failed(error: unknown): void }) {
    this.#switches = switches;
    this.#tell = tell;
  }

  get views(): readonly SwitchView[] {
    return this.#switches.map(({ key, world, label, watch, isOn }) => {
      const offAt = isOn ? this.#offAt.get(key) : undefined;
      return { key, world, label, watch, isOn, offAt };
    });
  }

  /** False when there is no such switch. */
  async set(key: string, on: boolean): Promise<boolean> {
    const found = this.#switches.find((one) => one.key === key);
    if (!found) return false;
    await found.set(on);
    if (on) this.#offAt.set(key, Date.now() + LASTS_MS);
    else this.#offAt.delete(key);
    this.#tell.changed();
    this.#follow();
    return true;
  }

  async allOff(): Promise<void> {
    clearInterval(this.#watch);
    this.#watch = undefined;
    for (const one of this.#switches) if (one.isOn) await one.set(false);
  }

  /** While something is on: whether its time is over, or it has ended by itself. */
  #follow(): void {
    this.#watch ??= setInterval(
      () => this.#look().catch((error: unknown) => this.#tell.failed(error)),
      LOOK_EVERY_MS,
    ).unref();
  }

  async #look(): Promise<void> {
    for (const [key, offAt] of this.#offAt) {
      const isOn = this.#switches.find((one) => one.key === key)?.isOn;
      if (!isOn || Date.now() >= offAt) await this.set(key, false);
    }
    if (this.#offAt.size > 0) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }
}

/** Guarded as everything below the page is. */
export function switchRoutes(board: Switchboard): Hono {
  const app = new Hono();
  app.get("/", (context) => context.json(board.views));
  app.post("/:key", async (context) => {
    const parsed = request.safeParse(await context.req.json().catch(() => undefined));
    if (!parsed.success) return context.json({ error: sentences.playground.page.onOrOff }, 400);
    const isThere = await board.set(context.req.param("key"), parsed.data.on);
    return isThere
      ? context.json(board.views)
      : context.json({ error: sentences.playground.page.noSuchSwitch }, 404);
  });
  return app;
}
