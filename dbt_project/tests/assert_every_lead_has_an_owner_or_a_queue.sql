-- Nobody's lead is silently unowned: every MQL and SQL has a rep or, with an alert, a queue.
select
    persons.person_id,
    persons.stage
from {{ ref('persons') }} as persons
left join {{ ref('routes') }} as routes
    on persons.person_id = routes.person_id
where
    persons.stage in ('MQL', 'SQL')
    and not persons.is_ng
    and coalesce(routes.owner_user_id_salesforce, routes.queue) is null
