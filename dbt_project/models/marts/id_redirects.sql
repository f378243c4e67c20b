{#-
    Ids that readers may still hold. A merged id is followed to the one that stands today; a split
    id stands on beside the ones that came out of it.
-#}
with recursive

redirects as (
    select * from {{ ref('identity_redirects') }}
),

followed as (
    select
        entity,
        old_id,
        new_id,
        new_id as current_id
    from redirects
    union
    select
        followed.entity,
        followed.old_id,
        followed.new_id,
        redirects.new_id as current_id
    from followed
    inner join redirects
        on
            followed.entity = redirects.entity
            and followed.current_id = redirects.old_id
    where redirects.reason = '統合'
),

ended as (
    select followed.*
    from followed
    left join redirects
        on
            followed.entity = redirects.entity
            and followed.current_id = redirects.old_id
            and redirects.reason = '統合'
    where redirects.old_id is null
)

select
    redirects.entity,
    redirects.old_id,
    redirects.new_id,
    redirects.happened_at,
    redirects.reason,
    ended.current_id
from redirects
inner join ended
    on
        redirects.entity = ended.entity
        and redirects.old_id = ended.old_id
        and redirects.new_id = ended.new_id
