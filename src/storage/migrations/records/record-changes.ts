/**
 * Every process keeps the records that a turn reads in memory, and hears here when one is changed, by whomever. The payload
 * is `table/key`; the server delivers it once the change is committed.
 */
const notice = `
create function rapport.record_changed() returns trigger
language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform pg_notify('rapport_records', tg_table_name || '/' || old.key); end if;
  if tg_op <> 'DELETE' then perform pg_notify('rapport_records', tg_table_name || '/' || new.key); end if;
  return null;
end $$;`;

const triggerOn = (table: string) => `
create trigger changed after insert or update or delete on rapport.${table}
  for each row execute function rapport.record_changed();`;

export const recordChanges = [
  notice,
  ...["binding", "setting", "persona", "agent", "tenant"].map(triggerOn),
].join("\n");
