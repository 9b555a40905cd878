/** Who each remembered line comes from. `line` is a passage's id, or a block's label with a hash of the line. */
export const provenance = `
create table rapport.provenance(
  id       bigint generated always as identity,
  platform text not null,
  tenant   text not null,
  agent    text not null,
  line     text not null,
  author   text,
  asked_by text not null,
  place    jsonb not null,
  event    text not null,
  at       bigint not null,
  primary key (platform, tenant, id)
);
create index provenance_line on rapport.provenance(agent, line);`;
