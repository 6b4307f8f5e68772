-- A number beside what has been usual for the centre, when at least `years` earlier years can be compared.
-- `spread`: so many robust standard deviations of log(1 + x) from the median, and further than `margin` from all years.
-- `ceased`: more than `floor` in each of the last `years` years, so not nothing now.
with known as (
    select *, median(ln(1 + left_value)) over same as middle
    from input.past
    where left_value is not null
    window same as (partition by year, centre, rule, scope)
),
usual as (
    select
        past.year, past.centre, rule.rule, past.scope, rule.observe, any_value(past.middle) as middle,
        greatest(1.4826 * median(abs(ln(1 + past.left_value) - past.middle)), rule.lowest) * rule.spread as allowance,
        min(past.left_value) as least, max(past.left_value) as most, count(*)::int as n,
        any_value(rule.margin) as margin, any_value(rule.floor) as floor
    from known as past
    join meta.rule as rule
        on rule.rule = past.rule and rule.kind = 'usual' and (rule.observe <> 'ceased' or past.back <= rule.years)
    group by past.year, past.centre, rule.rule, past.scope, rule.observe, rule.lowest, rule.spread, rule.years
    having count(*) >= rule.years
)
select
    usual.rule, side.year, side.centre, side.version, side.anchor as variable, side.scope,
    side.left_value as observed,
    if(observe = 'ceased', (least > floor)::int, least(exp(middle - allowance) - 1, least - margin)) as lower_limit,
    if(observe = 'ceased', null, greatest(exp(middle + allowance) - 1, most + margin)) as upper_limit,
    side.left_value, least, most, n
from usual
join input.side as side using (year, centre, rule, scope)
where side.left_value is not null
