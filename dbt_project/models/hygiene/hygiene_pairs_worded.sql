{#-
    The compared pairs of live records that belong to two persons and could be one, with what agrees
    and what differs in words. The levels are those of identity/comparisons.py.
-#}
with

pairs as (
    select * from {{ ref('int_person_pairs_compared') }}
    where verdict = 'between'
),

person_sources as (
    select * from {{ ref('int_person_sources_assigned') }}
    where not is_deleted
),

worded as (
    select
        pairs.record_key_a,
        pairs.record_key_b,
        pairs.match_probability,
        sources_a.person_id as person_id_a,
        sources_b.person_id as person_id_b,
        sources_a.account_id as account_id_a,
        sources_a.source_system,
        sources_a.source_object,
        sources_a.source_id,
        concat_ws(
            '、',
            case pairs.gamma_name
                when 8 then '氏名(表記も同じ)'
                when 7 then '氏名(読みが同じ)'
                when 5 then '名と旧姓'
                when 2 then '姓'
            end,
            case pairs.gamma_mail when 5 then 'メール' when 3 then '共有メール' end,
            case pairs.gamma_mobile when 1 then '携帯' end,
            case pairs.gamma_landline when 1 then '電話' end,
            case pairs.gamma_employer when 2 then '会社' when 1 then '会社名' end,
            case pairs.gamma_postal when 1 then '郵便番号' end
        ) as agreeing_ja,
        concat_ws(
            '、',
            case pairs.gamma_name
                when 6 then '氏名はカナと英字で音が近い'
                when 4 then '氏名が一字違いか同音異字'
                when 3 then '姓が違い、名は同じ'
            end,
            case pairs.gamma_mail
                when 4 then 'メールが一文字違い'
                when 2 then 'メールは@より前だけ同じ'
            end
        ) as near_ja,
        concat_ws(
            '、',
            case pairs.gamma_name when 0 then '氏名' end,
            case pairs.gamma_mail when 1 then 'メール(同じ会社の別アドレス)' when 0 then 'メール' end,
            case pairs.gamma_mobile when 0 then '携帯' end,
            case pairs.gamma_landline when 0 then '電話' end,
            case pairs.gamma_employer when 0 then '会社' end,
            case pairs.gamma_postal when 0 then '郵便番号' end
        ) as differing_ja
    from pairs
    inner join person_sources as sources_a
        on pairs.record_key_a = sources_a.record_key
    inner join person_sources as sources_b
        on pairs.record_key_b = sources_b.record_key
    where sources_a.person_id <> sources_b.person_id
)

select
    record_key_a,
    record_key_b,
    match_probability,
    person_id_a,
    person_id_b,
    account_id_a,
    source_system,
    source_object,
    source_id,
    case when agreeing_ja = '' then '' else '一致:' || agreeing_ja || '。' end
    || case when near_ja = '' then '' else '近い:' || near_ja || '。' end
    || case when differing_ja = '' then '' else '違い:' || differing_ja || '。' end as what_ja
from worded
