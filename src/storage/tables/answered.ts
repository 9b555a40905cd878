const sums = (person: string): string =>
  `coalesce(sum(turns), 0) as turns,
   coalesce(sum(prompt_tokens + completion_tokens), 0) as tokens,
   coalesce(sum(turns) filter (where person = ${person}), 0) as own_turns,
   coalesce(sum(prompt_tokens + completion_tokens) filter (where person = ${person}), 0) as own_tokens`;

/** The sums of a day in a tenant, and of them one person's own. */
export const SPENT = `
select ${sums("$4")} from rapport.usage where platform = $1 and tenant = $2 and day = $3`;

/** Stores an answer, counts it, and gives the same sums with it; no row where the turn is not kept. */
export const ANSWERED = `
with answered as (
  update rapport.turn
     set answer = $2, outcome = $3,
         state = case when state in ('delivered', 'failed') then state else 'answered' end
   where id = $1 returning id),
used as (
  insert into rapport.usage as u
    (platform, tenant, day, person, place, persona, turns, prompt_tokens, completion_tokens)
  select $4, $5, $6::date, $7, $8, $9, 1, $10::bigint, $11::bigint from answered
  on conflict (platform, tenant, day, person, place, persona) do update set
    turns = u.turns + 1,
    prompt_tokens = u.prompt_tokens + excluded.prompt_tokens,
    completion_tokens = u.completion_tokens + excluded.completion_tokens
  returning *),
of_day as (
  select * from used
  union all
  select u.* from rapport.usage u
   where u.platform = $4 and u.tenant = $5 and u.day = $6::date
     and (u.person, u.place, u.persona) <> ($7, $8, $9))
select ${sums("$7")} from of_day having (select true from answered)`;
