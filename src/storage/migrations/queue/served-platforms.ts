/**
 * A lane is claimed by who serves its platform. Each worker notes what it serves; a note counts while the worker holds its
 * liveness lock.
 *
 * An attempt counts unless its turn merely waits for something outside it: `counted` is false meanwhile, and `attempts`
 * leaves it out. A lane that `waits_for` something is handed out when that is back, or when its time comes.
 *
 * Of a dead letter people are told; one that was not told yet, since whoever should died, is told later.
 */
const tables = `
alter table rapport.lane
  add column platform  text,                        -- null: whoever works lanes
  add column counted   boolean not null default true,
  add column waits_for text;                        -- null: for its time alone
update rapport.lane l
   set platform = (select i.payload #>> '{event,place,platform}' from rapport.inbox i where i.lane = l.lane order by i.id limit 1)
 where l.pending > 0;
create index lane_waits on rapport.lane(waits_for) where waits_for is not null;

alter table rapport.dead_letter
  add column platform text,
  add column tell_at timestamptz;                   -- null: people were told
create index dead_letter_untold on rapport.dead_letter(tell_at) where tell_at is not null;

create table rapport.serving(
  worker    int primary key,
  platforms text[] not null
);`;

const accept = `
drop function rapport.lane_accept(text, text, jsonb, int, float8);
create function rapport.lane_accept(in_lane text, in_event text, in_payload jsonb, cap int, settle_s float8, in_platform text)
returns text
language plpgsql as $$
declare waiting int;
begin
  insert into rapport.lane as l(lane, platform) values (in_lane, in_platform)
      on conflict (lane) do update set platform = excluded.platform
  returning l.pending into waiting;
  if exists (select from rapport.seen_event s where s.event_id = in_event) then return 'repeated'; end if;
  if waiting >= cap then return 'full'; end if;
  insert into rapport.seen_event(event_id) values (in_event) on conflict do nothing;
  if not found then return 'repeated'; end if;
  insert into rapport.inbox(lane, event_id, payload) values (in_lane, in_event, in_payload);
  update rapport.lane l
     set pending = l.pending + 1, ready_at = case when l.pending = 0 then now() + make_interval(secs => settle_s) else l.ready_at end
   where l.lane = in_lane;
  perform pg_notify('rapport_lanes', '');
  return 'accepted';
end $$;`;

const finish = `
create or replace function rapport.lane_free(in_lane text, finished int) returns void
language sql as $$
  update rapport.lane
     set pending = pending - finished, worker = null, lease_until = null, turn_upto = null, attempts = 0,
         counted = true, waits_for = null, ready_at = now()
   where lane = in_lane;
$$;

drop function rapport.lane_retry(text, int, bigint, float8, boolean);
create function rapport.lane_retry(
  in_lane text, in_worker int, in_token bigint, delay_s float8, counts boolean, in_waits_for text)
returns boolean language plpgsql as $$
begin
  update rapport.lane l
     set worker = null, lease_until = null, ready_at = now() + make_interval(secs => delay_s), waits_for = in_waits_for,
         attempts = l.attempts + counts::int - l.counted::int, counted = true
   where l.lane = in_lane and l.worker = in_worker and l.token = in_token;
  return found;
end $$;

-- From now on this attempt counts, or does not.
create function rapport.lane_count(in_lane text, in_worker int, in_token bigint, counts boolean) returns boolean
language plpgsql as $$
begin
  update rapport.lane l
     set attempts = l.attempts + counts::int - l.counted::int, counted = counts
   where l.lane = in_lane and l.worker = in_worker and l.token = in_token;
  return found;
end $$;

-- Who should tell people of it has this long to do so.
create or replace function rapport.lane_move_to_dead(in_lane text, tries int, why text) returns void
language plpgsql as $$
declare finished int; where_to text;
begin
  select l.platform into where_to from rapport.lane l where l.lane = in_lane;
  with turn as (
    select l.turn_upto as upto from rapport.lane l where l.lane = in_lane
  ), gone as (
    delete from rapport.inbox i using turn where i.lane = in_lane and i.id <= turn.upto returning i.*, turn.upto
  )
  insert into rapport.dead_letter(id, turn_id, lane, event_id, payload, attempts, error, accepted_at, platform, tell_at)
  select g.id, g.upto, g.lane, g.event_id, g.payload, tries, left(why, 2000), g.accepted_at, where_to,
         now() + interval '30 seconds'
    from gone g;
  get diagnostics finished = row_count;
  perform rapport.lane_free(in_lane, finished);
end $$;`;

const claim = `
drop function rapport.lane_claim(int, float8, int, int, int);
-- As it was, but for the platforms; null: every one.
create function rapport.lane_claim(
  in_worker int, lease_s float8, max_lanes int, max_events int, max_attempts int, platforms text[])
returns table(lane text, token bigint, turn_id bigint, attempt int, buried boolean, events jsonb)
language plpgsql as $$
declare mine record; upto bigint; listed jsonb;
begin
  for mine in
    update rapport.lane l
       set worker = in_worker, token = nextval('rapport.lane_token'), attempts = l.attempts + 1, counted = true,
           waits_for = null, lease_until = now() + make_interval(secs => lease_s)
      from (select x.lane from rapport.lane x
             where x.worker is null and x.pending > 0 and x.ready_at <= now()
               and (platforms is null or x.platform is null or x.platform = any(platforms))
             order by x.ready_at limit max_lanes for update skip locked) free
     where l.lane = free.lane
    returning l.lane, l.token, l.turn_upto, l.attempts
  loop
    -- The claim above saw the world before it had the lane's lock; what waits is read by statements of their own.
    upto := mine.turn_upto;
    if upto is null then
      select max(head.id) into upto
        from (select i.id from rapport.inbox i where i.lane = mine.lane order by i.id limit max_events) head;
      if upto is null then
        -- Cannot be, unless somebody edited the tables by hand: mend the count instead of claiming it for ever.
        update rapport.lane l set pending = 0, worker = null, lease_until = null, attempts = 0 where l.lane = mine.lane;
        continue;
      end if;
      update rapport.lane l set turn_upto = upto where l.lane = mine.lane;
    end if;
    select coalesce(jsonb_agg(jsonb_build_object('id', i.event_id, 'payload', i.payload) order by i.id), '[]')
      into listed from rapport.inbox i where i.lane = mine.lane and i.id <= upto;
    if mine.attempts > max_attempts then
      perform rapport.lane_move_to_dead(mine.lane, max_attempts, 'its process died or was lost in every attempt');
    end if;
    return query select mine.lane, mine.token, upto, mine.attempts, mine.attempts > max_attempts, listed;
  end loop;
end $$;`;

export const servedLanes = [tables, accept, finish, claim].join("\n");
