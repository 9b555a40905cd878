/**
 * A process that is killed forgets what it heard: so an edit or a deletion is stored before it is acknowledged, also where
 * the message it is about was not accepted yet. The id of a deleted message counts as accepted. Of an edited one it is
 * noted that it was edited; what it says then its platform tells.
 */
const table = `
create table rapport.revised_event(                -- swept by age
  event_id text primary key,
  heard_at timestamptz not null default now()
);
create index revised_event_age on rapport.revised_event using brin(heard_at);`;

const accept = `
create or replace function rapport.lane_accept(in_lane text, in_event text, in_payload jsonb, cap int, settle_s float8, in_platform text)
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
  insert into rapport.inbox(lane, event_id, payload)
    select in_lane, in_event,
           case when exists (select from rapport.revised_event r where r.event_id = in_event)
                then in_payload || '{"isRevised": true}' else in_payload end;
  update rapport.lane l
     set pending = l.pending + 1, ready_at = case when l.pending = 0 then now() + make_interval(secs => settle_s) else l.ready_at end
   where l.lane = in_lane;
  perform pg_notify('rapport_lanes', '');
  return 'accepted';
end $$;`;

export const heardRevisions = [table, accept].join("\n");
