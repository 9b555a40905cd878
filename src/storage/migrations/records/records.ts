/**
 * One table for each kind of record, in the shape @keyv/postgres writes. `value` is keyv's envelope, {"value": …}:
 * as jsonb it can be queried, and the constraint keeps out what keyv would read as "not there".
 * Under collation "C" the primary key also serves searches by prefix, in every database.
 */
export const recordTable = (name: string) => `
create table rapport.${name}(
  key   varchar(512) collate "C" primary key,
  value jsonb not null check (value ? 'value')
);`;

export const records = ["binding", "setting", "persona", "agent"].map(recordTable).join("\n");
