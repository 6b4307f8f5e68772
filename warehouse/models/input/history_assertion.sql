-- A number, or a proportion of two, beside the same the year before.
-- Limits: outside `lowest`–`highest` times last year AND further away than max(margin, spread × √last year).
with paired as (
    select
        rule.rule, rule.lowest, rule.highest, rule.margin, rule.spread, side.year, side.centre, side.version, side.anchor, side.scope,
        if(right_terms, side.left_value / nullif(side.right_value, 0), side.left_value) as now,
        if(right_terms, past.left_value / nullif(past.right_value, 0), past.left_value) as before
    from (select *, right_state is not null as right_terms from input.side) as side
    join meta.rule as rule on rule.rule = side.rule and rule.kind = 'history'
    join input.past as past
        on past.year = side.year and past.centre = side.centre and past.rule = side.rule and past.scope = side.scope
    where not right_terms or least(side.right_value, past.right_value) > coalesce(rule.floor, 0)
),
allowed as (
    select *, greatest(coalesce(margin, 0), coalesce(spread, 0) * sqrt(before)) as allowance
    from paired
    where now is not null and before is not null
)
select
    rule, year, centre, version, anchor as variable, scope, now as observed,
    if(lowest is null, null, least(lowest * before, before - allowance)) as lower_limit,
    if(highest is null, null, greatest(highest * before, before + allowance)) as upper_limit,
    now as left_value, before as right_value
from allowed
