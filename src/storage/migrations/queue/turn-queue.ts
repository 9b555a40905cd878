/**
 * The queues. `lane` has one row for each conversation that something was said in; its lock guards the order:
 * who changes `inbox` holds the row of the lane first, so that within a lane the order of ids is the order of commits.
 *
 * A free lane (worker is null) with pending events that is ready is claimed by a worker under a new `token`. The first
 * claim freezes the turn: `turn_upto` is its last event, and stays over all attempts. Whoever completes, retries or
 * buries it must still hold the token: a worker that lost its lane changes nothing.
 */
const tables = `
create sequence rapport.lane_token;

create table rapport.lane(
  lane        text primary key,
  pending     int not null default 0,              -- its rows in inbox
  ready_at    timestamptz not null default now(),
  worker      int,                                 -- null: free
  token       bigint not null default 0,
  lease_until timestamptz,
  turn_upto   bigint,                              -- null: no turn was begun
  attempts    int not null default 0               -- at that turn, so far
);
create index lane_ready on rapport.lane(ready_at) where worker is null and pending > 0;
create index lane_busy on rapport.lane(lease_until) where worker is not null;

create table rapport.inbox(
  id          bigint generated always as identity primary key,
  lane        text not null,
  event_id    text not null unique,
  payload     jsonb not null,
  accepted_at timestamptz not null default now()
);
create index inbox_lane on rapport.inbox(lane, id);
create index inbox_age on rapport.inbox(accepted_at);

create table rapport.seen_event(                   -- outlives the row in inbox; swept by age
  event_id text primary key,
  seen_at  timestamptz not null default now()
);
create index seen_event_age on rapport.seen_event using brin(seen_at);

create table rapport.dead_letter(
  id          bigint primary key,                  -- as it was in inbox
  turn_id     bigint not null,
  lane        text not null,
  event_id    text not null,
  payload     jsonb not null,
  attempts    int not null,
  error       text not null,
  accepted_at timestamptz not null,
  died_at     timestamptz not null default now()
);
create index dead_letter_turn on rapport.dead_letter(turn_id);
create index dead_letter_age on rapport.dead_letter(died_at);`;

const accept = `
create function rapport.lane_accept(in_lane text, in_event text, in_payload jsonb, cap int, settle_s float8)
returns text
language plpgsql as $$
declare waiting int;
begin
  insert into rapport.lane as l(lane) values (in_lane)
      on conflict (lane) do update set lane = excluded.lane
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
-- Takes the turn in work out of the lane and frees it. The caller holds the lane.
create function rapport.lane_free(in_lane text, finished int) returns void
language sql as $$
  update rapport.lane
     set pending = pending - finished, worker = null, lease_until = null, turn_upto = null, attempts = 0,
         ready_at = now()
   where lane = in_lane;
$$;

create function rapport.lane_complete(in_lane text, in_worker int, in_token bigint) returns boolean
language plpgsql as $$
declare upto bigint; finished int;
begin
  select l.turn_upto into upto from rapport.lane l
   where l.lane = in_lane and l.worker = in_worker and l.token = in_token for update;
  if not found then return false; end if;
  delete from rapport.inbox i where i.lane = in_lane and i.id <= upto;
  get diagnostics finished = row_count;
  perform rapport.lane_free(in_lane, finished);
  return true;
end $$;

create function rapport.lane_retry(in_lane text, in_worker int, in_token bigint, delay_s float8, counts boolean)
returns boolean language plpgsql as $$
begin
  update rapport.lane l
     set worker = null, lease_until = null, ready_at = now() + make_interval(secs => delay_s),
         attempts = l.attempts - case when counts then 0 else 1 end
   where l.lane = in_lane and l.worker = in_worker and l.token = in_token;
  return found;
end $$;

-- Moves the turn in work to the dead letters. The caller holds the lane.
create function rapport.lane_move_to_dead(in_lane text, tries int, why text) returns void
language plpgsql as $$
declare finished int;
begin
  with turn as (
    select l.turn_upto as upto from rapport.lane l where l.lane = in_lane
  ), gone as (
    delete from rapport.inbox i using turn where i.lane = in_lane and i.id <= turn.upto returning i.*, turn.upto
  )
  insert into rapport.dead_letter(id, turn_id, lane, event_id, payload, attempts, error, accepted_at)
  select g.id, g.upto, g.lane, g.event_id, g.payload, tries, left(why, 2000), g.accepted_at from gone g;
  get diagnostics finished = row_count;
  perform rapport.lane_free(in_lane, finished);
end $$;

create function rapport.lane_bury(in_lane text, in_worker int, in_token bigint, why text) returns boolean
language plpgsql as $$
declare tries int;
begin
  select l.attempts into tries from rapport.lane l
   where l.lane = in_lane and l.worker = in_worker and l.token = in_token for update;
  if not found then return false; end if;
  perform rapport.lane_move_to_dead(in_lane, tries, why);
  return true;
end $$;`;

const claim = `
-- One row for each lane claimed, with the events of its turn; buried: it was in work max_attempts times before and
-- nobody came back, so it went to the dead letters.
create function rapport.lane_claim(in_worker int, lease_s float8, max_lanes int, max_events int, max_attempts int)
returns table(lane text, token bigint, turn_id bigint, attempt int, buried boolean, events jsonb)
language plpgsql as $$
declare mine record; upto bigint; listed jsonb;
begin
  for mine in
    update rapport.lane l
       set worker = in_worker, token = nextval('rapport.lane_token'), attempts = l.attempts + 1,
           lease_until = now() + make_interval(secs => lease_s)
      from (select x.lane from rapport.lane x
             where x.worker is null and x.pending > 0 and x.ready_at <= now()
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

export const lanes = [tables, accept, finish, claim].join("\n");
