/** Where each conversation of Letta takes place. In Letta's own database it joins with `messages.conversation_id`. */
export const conversationMap = `
create view rapport.conversation_map as
select b.value #>> '{value,place,platform}'       as platform,
       b.value #>> '{value,place,tenant}'         as tenant,
       b.value #>> '{value,place,id}'             as place,
       b.value #>> '{value,place,kind}'           as place_kind,
       b.value #>> '{value,persona,key}'          as persona,
       b.value #>> '{value,scope}'                as scope,
       b.value #>> '{value,agent}'                as agent_id,
       b.value #>> '{value,conversation}'         as conversation_id,
       (b.value #>> '{value,createdAt}')::timestamptz as created_at,
       b.value #>> '{value,createdBy}'            as created_by
  from rapport.binding b;`;
