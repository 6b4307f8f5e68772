-- A number that last year's explains as a slip: so many times as large or as small, or the same digits in another order.
with paired as (
    select
        rule.rule, rule.observe, rule.lowest, rule.highest, side.year, side.centre, side.version, side.anchor, side.scope,
        side.left_value, past.left_value as right_value,
        list_sort(string_split(side.left_value::bigint::text, '')) = list_sort(string_split(past.left_value::bigint::text, '')) as same_digits
    from input.side as side
    join meta.rule as rule on rule.rule = side.rule and rule.kind = 'slip'
    join input.past as past
        on past.year = side.year and past.centre = side.centre and past.rule = side.rule and past.scope = side.scope
    where past.back = 1 and side.left_value > 0 and past.left_value > 0  -- both are known
        and greatest(side.left_value, past.left_value) > rule.margin
)
select
    rule, year, centre, version, anchor as variable, scope,
    (
        greatest(left_value, right_value) / least(left_value, right_value) between lowest and highest
        and (observe = 'times' or same_digits)
    )::int::double as observed,
    null::double as lower_limit, 0::double as upper_limit, left_value, right_value
from paired
