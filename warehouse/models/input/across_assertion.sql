-- Each centre beside all centres of its year, for analysts: is its proportion far from the others', is it most of the nation.
with known as (
    select
        rule.rule, rule.observe, rule.spread, rule.lowest, rule.highest, rule.size, side.year, side.centre, side.version,
        side.anchor, side.scope, side.left_value, side.right_value,
        if(rule.observe = 'outlier', ln(side.left_value / nullif(side.right_value, 0)), side.left_value) as seen
    from input.side as side
    join meta.rule as rule on rule.rule = side.rule and rule.kind = 'across'
    where side.left_value > 0 and (rule.observe = 'dominance' or side.right_value > coalesce(rule.floor, 0))
),
middle as (
    select *, median(seen) over same as middle, sum(seen) over same as everyone, count(*) over same as n
    from known
    window same as (partition by rule, year, scope)
),
spread_out as (
    select *, spread * greatest(1.4826 * median(abs(seen - middle)) over (partition by rule, year, scope), lowest) as allowance
    from middle
)
select
    rule, year, centre, version, anchor as variable, scope,
    if(observe = 'outlier', exp(seen), seen / everyone) as observed,
    if(observe = 'outlier', exp(middle - allowance), null) as lower_limit,
    if(observe = 'outlier', exp(middle + allowance), highest) as upper_limit,
    left_value, if(observe = 'outlier', exp(middle), everyone) as right_value, n::int as n
from spread_out
where n >= size
