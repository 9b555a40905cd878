/**
 * Whoever dies at work takes all its turns with it, and none of them is known to have done it. So deaths are counted apart
 * from failures: `deaths` are all those of processes that worked this turn, `alone_deaths` the last ones in a row where it
 * was the only one that was worked there. `attempts` still numbers the attempts, those that ended in a death included.
 */
const tables = `
alter table rapport.lane
  add column deaths       int not null default 0,
  add column alone_deaths int not null default 0;`;

const finish = `
create or replace function rapport.lane_free(in_lane text, finished int) returns void
language sql as $$
  update rapport.lane
     set pending = pending - finished, worker = null, lease_until = null, turn_upto = null, attempts = 0,
         deaths = 0, alone_deaths = 0, counted = true, waits_for = null, ready_at = now()
   where lane = in_lane;
$$;`;

const claim = `
drop function rapport.lane_claim(int, float8, int, int, int, text[]);
-- As it was, but that only deaths bury a turn here: who sees a failure buries it himself.
create function rapport.lane_claim(
  in_worker int, lease_s float8, max_lanes int, max_events int, max_deaths int, max_alone_deaths int, platforms text[])
returns table(lane text, token bigint, turn_id bigint, attempt int, deaths int, buried boolean, events jsonb)
language plpgsql as $$
declare mine record; upto bigint; listed jsonb; is_given_up boolean;
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
    returning l.lane, l.token, l.turn_upto, l.attempts, l.deaths, l.alone_deaths
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
    is_given_up := mine.deaths >= max_deaths or mine.alone_deaths >= max_alone_deaths;
    if is_given_up then
      perform rapport.lane_move_to_dead(mine.lane, mine.attempts - 1, 'its process died or was lost again and again');
    end if;
    return query select mine.lane, mine.token, upto, mine.attempts, mine.deaths, is_given_up, listed;
  end loop;
end $$;`;

export const processDeaths = [tables, finish, claim].join("\n");
