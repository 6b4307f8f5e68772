-- What others have published about the nation, beside our figure for the same, and what ours may be to agree with it.
-- A share is in per cent; of `centres` it is so many for each centre. Grain: line of raw/published.csv we have figures for.
with national as (
    select year, indicator, category, value::double as value, n_centres = n_expected as is_complete
    from statistics.figure
    where area_level = 'nation'
    union all
    select year, 'centres', 'total', count(*), true from processed.coverage group by year
), side as (
    select
        term.line, term.side, if(count(national.value) = count(*), sum(national.value), null) as value,
        bool_and(national.is_complete) as is_complete, bool_and(term.indicator = 'centres') as is_centres
    from statistics.published_term as term
    left join national
        on national.year = term.year and national.indicator = term.indicator and national.category = term.category
    group by term.line, term.side
    having count(national.year) = count(*)
), written as (  -- the step between figures written as precisely as this one: 134 by 1, 135.3 by 0.1, about 20 000 by 10 000
    select
        line,
        case when value <> round(value) then power(10, -length(split_part(value::varchar, '.', 2)))
            when kind = 'rounded' then power(10, length(regexp_extract(value::bigint::varchar, '0*$')))
            else 1
        end as step,
        kind = 'rounded' or part_of <> '' as is_rounded
    from source.published
)
select
    published.line, published.year, published.indicator, published.category, published.part_of, published.base,
    published.value as published,
    if(published.kind = 'upper_bound', null, published.value - if(written.is_rounded, written.step / 2, 0)) as lowest,
    if(published.kind = 'lower_bound', null, published.value + if(written.is_rounded, written.step / 2, 0)) as highest,
    round(if(whole.line is null, part.value, if(whole.is_centres, 1, 100) * part.value / nullif(whole.value, 0)), 6) as ours,
    published.kind, published.used = 'yes' as used, published.reason, published.source_title, published.source_url,
    part.is_complete and coalesce(whole.is_complete, true) as is_complete
from source.published as published
join written on written.line = published.line
join side as part on part.line = published.line and part.side = 'part'
left join side as whole on whole.line = published.line and whole.side = 'whole'
where published.part_of = '' or whole.line is not null
