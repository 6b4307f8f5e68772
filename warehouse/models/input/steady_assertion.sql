-- A number, or a proportion of two, beside the centre's own earlier years: no further beyond the lowest and the highest of
-- them than its limit (of the logarithm), nor than `margin`. Nothing where there was nothing: other rules look at that.
with usual as (
    select
        past.year, past.centre, past.rule, past.scope,
        min(if(side.right_state is null, past.left_value, past.left_value / nullif(past.right_value, 0))) as least,
        max(if(side.right_state is null, past.left_value, past.left_value / nullif(past.right_value, 0))) as most,
        count(*)::int as n
    from input.past as past
    join input.side as side using (year, centre, rule, scope)
    join meta.rule as rule on rule.rule = side.rule and rule.kind = 'steady'
    where past.left_value > coalesce(rule.floor, 0)
        and (side.right_state is null or past.right_value > coalesce(rule.floor, 0))
    group by all
),
compared as (
    select
        usual.*, side.version, side.anchor, applied.own_limit, coalesce(rule.margin, 0) as margin,
        if(side.right_state is null, side.left_value, side.left_value / nullif(side.right_value, 0)) as now
    from usual
    join input.side as side using (year, centre, rule, scope)
    join meta.rule as rule on rule.rule = side.rule
    join meta.rule_scope as applied
        on applied.form = side.form and applied.rule = side.rule and applied.scope = side.scope
    where side.left_value > coalesce(rule.floor, 0)
        and (side.right_state is null or side.right_value > coalesce(rule.floor, 0))
)
select
    rule, year, centre, version, anchor as variable, scope, now as observed,
    least(least * exp(-own_limit), least - margin) as lower_limit, greatest(most * exp(own_limit), most + margin) as upper_limit,
    now as left_value, least, most, n
from compared
