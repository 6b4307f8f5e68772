-- How each table is divided beside the mean of its last years, of the centre and those that merged into it, where the same
-- was asked and meant the same. Distance: Freeman and Tukey's, 4 × Σ (√number − √expected)², about 1 a cell when only
-- chance is at work (Freeman and Tukey 1950, Annals of Mathematical Statistics 21). `unlike`: the distance of a cell.
-- The other rules look at tables that are no nearer than their limit: by how much the distance falls if codes are taken for
-- others (meta.profile_source); of all that does so the best alone is held against its limit.
with division as (
    select rule.rule, rule.years, rule.floor, applied.form, applied.scope, applied.anchor, applied.own_limit, term.variable
    from meta.rule as rule
    join meta.rule_scope as applied using (rule)
    join meta.comparison as term
        on term.form = applied.form and term.comparison = applied.comparison and term.side = 'left'
    where rule.kind = 'profile' and rule.observe = 'unlike'
),
now as (
    select
        division.*, answer.year, answer.centre, answer.version,
        if(answer.state = 'not_offered', 0, answer.value)::double as value
    from division
    join input.answer as answer on answer.form = division.form and answer.variable = division.variable
),
before as (
    select
        now.year, now.centre, now.anchor, now.variable, line.earlier_year,
        if(
            bool_and(coalesce(earlier.state in ('number', 'not_offered'), false)), sum(coalesce(earlier.value, 0)), null
        )::double as value
    from now
    join meta.lineage as line on line.year = now.year and line.centre = now.centre and line.back <= now.years
    left join input.answer as earlier
        on earlier.year = line.earlier_year and earlier.centre = line.earlier_centre and earlier.variable = now.variable
    where not exists (
        select 1 from meta.rule_scope_break as break
        where break.rule = now.rule and break.scope = now.scope
            and break.year > line.earlier_year and break.year <= line.year
    )
    group by all
),
known as (
    select year, centre, anchor, earlier_year from before group by all having bool_and(value is not null)
),
usual as (
    select year, centre, anchor, variable, avg(value) as value
    from before
    join known using (year, centre, anchor, earlier_year)
    group by all
),
cell as (
    select
        now.*, usual.value + 0.5 as earlier, sum(now.value) over divided as total,
        sum(usual.value + 0.5) over divided as whole, count(*) over divided as n
    from now
    join usual using (year, centre, anchor, variable)
    window divided as (partition by year, centre, anchor)
    qualify bool_and(now.value is not null) over divided and total > floor and sum(usual.value) over divided > floor
),
distance as (
    select
        rule, scope, form, year, centre, version, anchor, own_limit, any_value(n) as n,
        4 * sum(power(sqrt(value + 0.25) - sqrt(total * earlier / whole + 0.25), 2)) as apart
    from cell
    group by all
),
taken as (
    select
        applied.rule, applied.scope, applied.own_limit, cell.year, cell.centre, cell.anchor, cell.variable,
        any_value(distance.version) as version, any_value(distance.apart) as apart, any_value(cell.value) as value,
        any_value(cell.total) as total, sum(other.earlier) as earlier
    from distance
    join meta.rule_scope as applied on applied.form = distance.form and applied.anchor = distance.anchor
    join meta.rule as rule on rule.rule = applied.rule and rule.kind = 'profile' and rule.observe <> 'unlike'
    join meta.profile_source as source
        on source.form = distance.form and source.rule = applied.rule and source.scope = applied.scope
    join cell
        on cell.year = distance.year and cell.centre = distance.centre and cell.anchor = distance.anchor
        and cell.variable = source.variable
    join cell as other
        on other.year = cell.year and other.centre = cell.centre and other.anchor = cell.anchor
        and other.variable = source.source
    where distance.apart > applied.own_limit
    group by all
),
shared as (
    select *, sum(earlier) over (partition by rule, scope, year, centre) as whole from taken
),
gain as (
    select
        rule, scope, year, centre, version, anchor, own_limit,
        any_value(apart) - 4 * sum(power(sqrt(value + 0.25) - sqrt(total * earlier / whole + 0.25), 2)) as nearer
    from shared
    group by all
)
select
    rule, year, centre, version, anchor as variable, scope, apart / n as observed, null::double as lower_limit,
    own_limit as upper_limit
from distance
union all by name
select
    gain.rule, gain.year, gain.centre, gain.version, gain.anchor as variable, gain.scope, gain.nearer as observed,
    null::double as lower_limit, gain.own_limit as upper_limit
from gain
join meta.rule as rule using (rule)
qualify row_number() over (
    partition by year, centre, anchor, rule.observe = 'twice' order by nearer desc, rule.position, scope
) = 1
