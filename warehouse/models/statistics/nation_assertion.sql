-- The figures of the nation against themselves: large changes, everyone moving one way, sums, and centres not in them.
with balance as (  -- counties as they were, and on today's map: the one further from the nation is told
    select year, indicator, category, area_level, sum(value) as value
    from statistics.aggregate
    where area_level in ('county', 'county_today')
    group by all
    having sum(value) is not null
), seen as (
    select rule.rule, figure.year, figure.indicator, figure.category, figure.change_pct as observed,
        -rule.highest as lower_limit, rule.highest as upper_limit,
        figure.value as left_value, figure.value - figure.change as right_value, null::bigint as n
    from statistics.figure as figure
    join meta.rule as rule on rule.kind = 'nation' and rule.observe = 'change'
    where figure.area_level = 'nation' and figure.category = 'total' and figure.value - figure.change > rule.floor
    union all
    select rule.rule, figure.year, figure.indicator, figure.category,
        greatest(count(*) filter (figure.change_pct > rule.margin), count(*) filter (figure.change_pct < -rule.margin)) / count(*),
        null, any_value(rule.highest),
        greatest(count(*) filter (figure.change_pct > rule.margin), count(*) filter (figure.change_pct < -rule.margin)), null,
        count(*)
    from statistics.figure as figure
    join meta.rule as rule on rule.kind = 'nation' and rule.observe = 'direction'
    where figure.area_level = 'centre' and figure.category = 'total' and figure.value - figure.change > rule.floor
    group by rule.rule, figure.year, figure.indicator, figure.category
    having count(*) >= any_value(rule.size)
    union all
    select rule.rule, part.year, part.indicator, part.category, part.value, nation.value, nation.value,
        part.value, nation.value, null
    from balance as part
    join statistics.aggregate as nation
        on nation.area_level = 'nation' and nation.year = part.year
        and nation.indicator = part.indicator and nation.category = part.category
    join meta.rule as rule on rule.kind = 'nation' and rule.observe = 'balance'
    qualify row_number() over (
        partition by part.year, part.indicator, part.category order by abs(part.value - nation.value) desc, part.area_level
    ) = 1
    union all
    select rule.rule, aggregate.year, aggregate.indicator, aggregate.category, aggregate.n_centres, aggregate.n_expected, null,
        aggregate.n_centres, aggregate.n_expected, null
    from statistics.aggregate as aggregate
    join meta.rule as rule on rule.kind = 'nation' and rule.observe = 'partial'
    where aggregate.area_level = 'nation' and aggregate.category = 'total' and aggregate.status = 'A'
    union all by name
    select owner as rule, year, variable, n_same / n as observed, limit_of_share as upper_limit, n_same as left_value, n
    from input.direction
    qualify row_number() over (partition by owner, year, variable order by n_same / n desc, rule, scope) = 1
)
select
    rule, year, indicator, category, variable, observed::double as observed, lower_limit::double as lower_limit,
    upper_limit::double as upper_limit, left_value::double as left_value, right_value::double as right_value, n
from seen
