{#-
    The longest matching term decides, so that 副部長 is not a 部長. Latin terms must stand as
    whole words: GM is a rank, the GM in SIGMA is not.
-#}
with

titles as (
    select distinct title
    from {{ ref('int_person_records_unioned') }}
    where title is not null
),

folded_titles as (
    select
        title,
        {{ kk_fold_width('title') }} as folded_title,
        ' ' || translate({{ kk_fold_width('title') }}, ',./()&・、-', '         ') || ' '
            as spaced_title
    from titles
),

terms as (
    select
        title_rank,
        match as match_kind,
        {{ kk_fold_width('term') }} as term
    from {{ ref('title_ranks') }}
),

matches as (
    select
        folded_titles.title,
        terms.title_rank,
        row_number() over (
            partition by folded_titles.title
            order by length(terms.term) desc, terms.title_rank desc
        ) as match_rank
    from folded_titles
    inner join terms
        on
            (
                terms.match_kind = 'contains'
                and instr(folded_titles.folded_title, terms.term) > 0
            )
            or (
                terms.match_kind = 'word'
                and instr(folded_titles.spaced_title, ' ' || terms.term || ' ') > 0
            )
)

select
    titles.title,
    cast(coalesce(matches.title_rank, 0) as integer) as title_rank
from titles
left join matches
    on titles.title = matches.title and matches.match_rank = 1
