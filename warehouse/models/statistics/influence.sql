-- How much each open question could change the national figures, in per cent of the national total of the indicator; while
-- returns are awaited, of what it would be if each centre reported as last year, so that early in a season nothing is said
-- to be many times a total that hardly any centre is in.
-- A return that is missing, does not count or tells of nothing is moved to what the centre, and those that merged into it,
-- reported last year, also across a change of definition: it is the best guess there is.
with asked as (
    select year.year, year.form, derivation.indicator, derivation.category, derivation.variable
    from meta.year as year
    join meta.derivation as derivation on derivation.form = year.form
),
answered as (
    select
        expected_change.year, expected_change.query, asked.indicator, asked.category,
        sum(expected_change.change) + if(any_value(query.kind) = 'parts', any_value(known.value), 0) as change
    from statistics.expected_change as expected_change
    join statistics.expectation as query on query.year = expected_change.year and query.query = expected_change.query
    join asked on asked.year = expected_change.year and asked.variable = expected_change.variable
    join (
        select asked.year, answer.centre, asked.indicator, asked.category, coalesce(sum(answer.value::double), 0) as value
        from asked
        join input.answer as answer on answer.year = asked.year and answer.variable = asked.variable
        group by all
    ) as known
        on known.year = expected_change.year and known.centre = query.centre
        and known.indicator = asked.indicator and known.category = asked.category
    group by all
),
whole as (
    select query.year, query.query, query.centre, cell.indicator, cell.category
    from statistics.expectation as query
    left join meta.rule as rule on rule.rule = query.rule
    join (select distinct year, indicator, category from asked) as cell on cell.year = query.year
    where query.about in ('missing', 'rejected') or rule.observe in ('nothing', 'other_centre')
),
last_year as (
    select line.year, line.centre, earlier.indicator, earlier.category, sum(earlier.value)::double as value
    from meta.lineage as line
    join processed.observation as earlier on earlier.year = line.earlier_year and earlier.centre = line.earlier_centre
    where line.back = 1
    group by all
),
changed as (
    select * from answered
    union all
    select whole.year, whole.query, whole.indicator, whole.category, last_year.value - coalesce(now.value::double, 0)
    from whole
    left join last_year using (year, centre, indicator, category)
    left join processed.observation as now using (year, centre, indicator, category)
),
awaited as (
    select year, indicator, sum(change) as change
    from changed
    where query < 0 and category = 'total'
    group by all
)
select
    changed.year, changed.query, changed.indicator, changed.category, changed.change,
    if(
        changed.change = 0, 0,
        100 * changed.change / nullif(coalesce(nation.value::double, 0) + greatest(coalesce(awaited.change, 0), 0), 0)
    ) as change_pct
from changed
left join statistics.aggregate as nation
    on nation.area_level = 'nation' and nation.year = changed.year
    and nation.indicator = changed.indicator and nation.category = 'total'
left join awaited on awaited.year = changed.year and awaited.indicator = changed.indicator
