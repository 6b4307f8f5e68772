-- The open questions of a year in the order they should be settled, and how much what is left could then change.
-- First those nobody can say an expectation of, then by score: suspicion × influence, where influence is the largest change
-- of any national figure in per cent of the national total of its indicator (significance editing; sources in expectation.sql).
-- before, after: no national figure can change by more than so many per cent of its indicator's total while this and
-- all later ones are open, or when this is settled too. Bound over every subset of them: for each figure the sum of what
-- would raise it, or of what would lower it, the larger; of questions about the same answer of a centre only the largest counts.
-- It leaves out questions without an expectation: n_unknown are still open when this is settled.
with touched as (
    select
        query, year, max(abs(change_pct)) as influence,
        arg_max(indicator, (abs(change_pct), category = 'total', indicator)) filter (change_pct is not null) as indicator,
        count(*) filter (change_pct is null and category = 'total') as n_lacking
    from statistics.influence
    group by all
),
scored as (
    select
        query.*, touched.indicator, touched.influence, suspicion * touched.influence as score,
        coalesce(touched.n_lacking, 1) > 0 as is_unknown
    from statistics.expectation as query
    left join touched on touched.year = query.year and touched.query = query.query
),
ranked as (
    select *, row_number() over (
        partition by year order by is_unknown desc, score desc nulls last, influence desc nulls last, centre, query
    ) as rank
    from scored
),
pulled as (
    select
        ranked.year, ranked.rank, ranked.centre, ranked.variable, influence.indicator, influence.category, way.way,
        greatest(way.way * influence.change_pct, 0) as pull
    from ranked
    join statistics.influence as influence on influence.year = ranked.year and influence.query = ranked.query
    cross join (values (1), (-1)) as way(way)
    where influence.change_pct <> 0
),
added as (
    select
        *, greatest(0, pull - coalesce(max(pull) over (
            partition by year, indicator, category, way, centre, variable
            order by rank desc rows between unbounded preceding and 1 preceding
        ), 0)) as adds
    from pulled
),
left_over as (
    select year, rank, sum(adds) over (partition by year, indicator, category, way order by rank desc) as bound
    from added
),
reached as (
    select year, rank, max(bound) as bound from left_over group by all
)
select
    ranked.* exclude (expected, now, beside, has_right, query), ranked.query,
    coalesce(max(reached.bound) over onwards, 0) as before,
    coalesce(max(reached.bound) over later, 0) as after,
    count(*) filter (is_unknown) over later as n_unknown
from ranked
left join reached on reached.year = ranked.year and reached.rank = ranked.rank
window onwards as (partition by ranked.year order by ranked.rank desc),
    later as (partition by ranked.year order by ranked.rank desc rows between unbounded preceding and 1 preceding)
