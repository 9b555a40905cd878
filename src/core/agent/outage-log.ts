import { BoundedMap } from "../async/bounded-map.ts";
import type { ErrorCode } from "../domain/errors.ts";
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

export function createOutageLog({ clock, log }: { clock: Clock; log: Logger }): OutageLog {
  const outages = new BoundedMap<string, LoggedOutage>(REMEMBERED);

  const figures = ({ since, turns, tries }: LoggedOutage) => ({
    turns: turns.size,
    tries,
    awayMs: clock.now() - since,
  });

  return {
    waits(about, error) {
      const key = keyOf(about, error.code);
      const known = outages.get(key);
      if (!known) {
        const now = clock.now();
        outages.set(key, { since: now, saidAt: now, tries: 1, turns: new Set([about.turn.id]) });
        log.warn({ ...fieldsOf(about, error.code), turn: about.turn.id, err: error }, "outage begins");
        return;
      }
      known.tries += 1;
      known.turns.add(about.turn.id);
      if (clock.now() - known.saidAt < SAY_AGAIN_MS) return;
      known.saidAt = clock.now();
      log.warn({ ...fieldsOf(about, error.code), ...figures(known) }, "outage goes on");
    },
    over(about, whose) {
      for (const code of whose === "agent" ? OF_AN_AGENT : (["platform_unavailable"] as const)) {
        const key = keyOf(about, code);
        const known = outages.get(key);
        if (!known) continue;
        outages.delete(key);
        log.info({ ...fieldsOf(about, code), ...figures(known) }, "outage is over");
      }
    },
  };
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
