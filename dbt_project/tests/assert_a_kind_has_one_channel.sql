-- The agreement gives a kind its channel, whether it restarts a recycled person and how far apart
-- two records of one act may be; rows of one kind that differ would make numbers ambiguous.
select kind
from {{ ref('touchpoint_kinds') }}
where kind is not null
group by kind
having
    count(distinct channel) <> 1
    or count(distinct restarts_recycled) <> 1
    or count(distinct same_act_minutes) <> 1
