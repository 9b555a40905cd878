/**
 * A process of the version before `process deaths` goes on working beside a newer one, while they are updated one after the
 * other: it claims by the number of attempts alone, and hears nothing of deaths. `process deaths` took its function away,
 * and it could work nothing any more.
 */
export const olderClaims = `
create function rapport.lane_claim(
  in_worker int, lease_s float8, max_lanes int, max_events int, max_attempts int, platforms text[])
returns table(lane text, token bigint, turn_id bigint, attempt int, buried boolean, events jsonb)
language sql as $$
  select c.lane, c.token, c.turn_id, c.attempt, c.buried, c.events
    from rapport.lane_claim(in_worker, lease_s, max_lanes, max_events, max_attempts, max_attempts, platforms) c;
$$;`;
