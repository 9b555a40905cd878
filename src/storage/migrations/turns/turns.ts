/** The ids of platforms and of Letta are opaque: text. `at` is in ms since 1970, as in the core. */
export const turns = `
create table rapport.turn(
  id           text primary key,
  number       bigint generated always as identity,
  state        text not null check (state in ('begun', 'asked', 'answered', 'delivered', 'failed')),
  place_id     text not null,
  place        jsonb not null,
  target       jsonb not null,
  persona      jsonb not null,
  agent        text,
  conversation text,
  run          text,
  otids        jsonb not null,
  answer       text not null,
  stopped      boolean not null,
  at           bigint not null,
  events       jsonb not null
);
create index turn_place on rapport.turn(place_id, number desc);
create index turn_running on rapport.turn(place_id, number desc) where state in ('begun', 'asked', 'answered');
create index turn_said on rapport.turn(at) where events <> '[]';
create index turn_at on rapport.turn(at);

create table rapport.delivery(
  turn_id text not null references rapport.turn(id) on delete cascade,
  part    int not null,
  message text not null,
  text    text not null,
  primary key (turn_id, part)
);
create index delivery_message on rapport.delivery(message);`;
