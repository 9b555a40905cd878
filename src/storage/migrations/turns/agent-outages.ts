/**
 * When the agents' server was away, by the database's clock: whoever saw it may die with it. `gone`: nobody listened there, so
 * that what it was doing has ended. One at most goes on.
 */
export const agentOutages = `
create table rapport.agent_outage(
  id       bigint generated always as identity primary key,
  began_at timestamptz not null default now(),
  seen_at  timestamptz not null default now(),     -- the last time that it was away
  gone_at  timestamptz,                            -- the last time that it was gone
  ended_at timestamptz
);
create unique index agent_outage_open on rapport.agent_outage((true)) where ended_at is null;
create index agent_outage_gone on rapport.agent_outage(gone_at) where gone_at is not null;

alter table rapport.turn add column asked_at timestamptz;`;
