/**
 * A lane is entered and claimed in one round trip where it is free and who accepts also works, and a turn ends in one: with
 * its lane. What was there before stays for processes of the version before.
 */
const enter = `
-- Accepts an event as lane_accept does. Where the lane is free and waits for nobody, in_worker claims it at once: then
-- token, turn_id and events are those of the claim, and in_turn is stored as begun, unless the event was edited before it
-- came. Others are told only of what they could claim now.
create function rapport.lane_enter(
  in_lane text, in_event text, in_payload jsonb, cap int, settle_s float8, in_platform text, in_worker int, lease_s float8,
  in_turn jsonb)
returns table(outcome text, token bigint, turn_id bigint, events jsonb, is_begun boolean)
language plpgsql as $$
declare waiting int; is_free boolean; kept rapport.inbox; claimed bigint;
begin
  insert into rapport.lane as l(lane, platform) values (in_lane, in_platform)
      on conflict (lane) do update set platform = excluded.platform
  returning l.pending, l.worker is null into waiting, is_free;
  outcome := 'repeated';
  if exists (select from rapport.seen_event s where s.event_id = in_event) then return next; return; end if;
  if waiting >= cap then outcome := 'full'; return next; return; end if;
  insert into rapport.seen_event(event_id) values (in_event) on conflict do nothing;
  if not found then return next; return; end if;
  outcome := 'accepted';
  insert into rapport.inbox(lane, event_id, payload)
    select in_lane, in_event,
           case when exists (select from rapport.revised_event r where r.event_id = in_event)
                then in_payload || '{"isRevised": true}' else in_payload end
  returning * into kept;
  if in_worker is not null and settle_s = 0 and is_free and waiting = 0 then
    update rapport.lane l
       set pending = 1, ready_at = now(), worker = in_worker, token = nextval('rapport.lane_token'), attempts = l.attempts + 1,
           counted = true, waits_for = null, lease_until = now() + make_interval(secs => lease_s), turn_upto = kept.id
     where l.lane = in_lane
    returning l.token into claimed;
    is_begun := in_turn is not null and not kept.payload ? 'isRevised';
    if is_begun then
      insert into rapport.turn(id, state, place_id, place, target, persona, otids, answer, stopped, at, events)
      values ('turn-' || kept.id, 'begun', in_turn #>> '{place,id}', in_turn -> 'place', in_turn -> 'target',
              in_turn -> 'persona', '[]', '', false, (in_turn ->> 'at')::bigint, in_turn -> 'events');
    end if;
    return query select outcome, claimed, kept.id,
                        jsonb_build_array(jsonb_build_object('id', kept.event_id, 'payload', kept.payload)), is_begun;
    return;
  end if;
  update rapport.lane l
     set pending = l.pending + 1, ready_at = case when l.pending = 0 then now() + make_interval(secs => settle_s) else l.ready_at end
   where l.lane = in_lane;
  if is_free and settle_s = 0 then perform pg_notify('rapport_lanes', ''); end if;
  return next;
end $$;`;

const end = `
-- Ends the turn in work, whose answer is delivered, or that had none to give, and frees the lane. Null when the lane is no longer in_worker's; else
-- whether more waits in it.
create function rapport.lane_end(in_lane text, in_worker int, in_token bigint) returns boolean
language plpgsql as $$
declare upto bigint; finished int;
begin
  -- What the server forgets of it in a crash is done again: the answer is stored, and shown where it stands.
  perform set_config('synchronous_commit', 'off', true);
  select l.turn_upto into upto from rapport.lane l
   where l.lane = in_lane and l.worker = in_worker and l.token = in_token for update;
  if not found then return null; end if;
  delete from rapport.inbox i where i.lane = in_lane and i.id <= upto;
  get diagnostics finished = row_count;
  update rapport.turn t set state = 'delivered' where t.id = 'turn-' || upto and t.state in ('begun', 'answered');
  perform rapport.lane_free(in_lane, finished);
  return (select l.pending > 0 from rapport.lane l where l.lane = in_lane);
end $$;`;

/** No index is on a column that changes in a turn: its updates then leave no rows behind in any index (HOT). */
const turns = `
drop index rapport.turn_running;
alter table rapport.turn set (fillfactor = 80);`;

export const queueRoundTrips = [enter, end, turns].join("\n");
