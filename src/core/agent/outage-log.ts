import { BoundedMap } from "../async/bounded-map.ts";
import type { AppError, ErrorCode } from "../domain/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { OutageLog, WaitingTurn } from "../ports/outages.ts";

const SAY_AGAIN_MS = 10 * 60_000;
const REMEMBERED = 1_000;
const OF_AN_AGENT: readonly ErrorCode[] = ["agent_unavailable", "agent_busy"];

interface LoggedOutage {
  readonly since: number;
  saidAt: number;
  tries: number;
  readonly turns: Set<string>;
}

/** Remembers what it said of each outage, so that it says it again only after a while. */
export class SparingOutageLog implements OutageLog {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #outages = new BoundedMap<string, LoggedOutage>(REMEMBERED);

  constructor({ clock, log }: { clock: Clock; log: Logger }) {
    this.#clock = clock;
    this.#log = log;
  }

  waits(about: WaitingTurn, error: AppError): void {
    const key = keyOf(about, error.code);
    const known = this.#outages.get(key);
    if (!known) {
      const now = this.#clock.now();
      this.#outages.set(key, { since: now, saidAt: now, tries: 1, turns: new Set([about.turn.id]) });
      this.#log.warn({ ...fieldsOf(about, error.code), turn: about.turn.id, err: error }, "outage begins");
      return;
    }
    known.tries += 1;
    known.turns.add(about.turn.id);
    if (this.#clock.now() - known.saidAt < SAY_AGAIN_MS) return;
    known.saidAt = this.#clock.now();
    this.#log.warn({ ...fieldsOf(about, error.code), ...this.#figures(known) }, "outage goes on");
  }

  over(about: WaitingTurn, whose: "agent" | "platform"): void {
    for (const code of whose === "agent" ? OF_AN_AGENT : (["platform_unavailable"] as const)) {
      const key = keyOf(about, code);
      const known = this.#outages.get(key);
      if (!known) continue;
      this.#outages.delete(key);
      this.#log.info({ ...fieldsOf(about, code), ...this.#figures(known) }, "outage is over");
    }
  }

  #figures({ since, turns, tries }: LoggedOutage) {
    return { turns: turns.size, tries, awayMs: this.#clock.now() - since };
  }
}

const isOfAgent = (code: ErrorCode) => OF_AN_AGENT.includes(code);

function keyOf({ turn, scope }: WaitingTurn, code: ErrorCode): string {
  const { platform, tenant } = turn.place;
  const { home, key } = turn.persona;
  return isOfAgent(code)
    ? JSON.stringify([code, home, key, scope])
    : JSON.stringify([code, platform, tenant]);
}

function fieldsOf({ turn, scope }: WaitingTurn, code: ErrorCode) {
  const { platform, tenant } = turn.place;
  return isOfAgent(code)
    ? { code, persona: turn.persona.key, scope, ...(turn.agent && { agent: turn.agent }) }
    : { code, platform, tenant };
}
