-- What the two sides of a comparison must be to each other, where both are known.
-- Grain: rule, year, centre, instance (said at its first answer).
with known as (
    select side.*, rule.kind, rule.lowest, rule.highest, coalesce(rule.floor, 0) as floor
    from input.side as side
    join meta.rule as rule using (rule)
    where side.left_value is not null and side.right_value is not null
        and (rule.kind <> 'ratio' or side.right_value > coalesce(rule.floor, 0))
)
select
    rule, year, centre, version, anchor as variable, instance,
    case kind
        when 'together' then (left_value > 0)::int
        when 'ratio' then left_value / nullif(right_value, 0)
        else left_value
    end::double as observed,
    case kind
        when 'sum' then right_value
        when 'together' then (right_value > 0)::int
        when 'ratio' then lowest
    end::double as lower_limit,
    case kind
        when 'together' then (right_value > 0)::int
        when 'ratio' then highest
        else right_value
    end::double as upper_limit,
    left_value, right_value
from known
where kind in ('sum', 'at_most', 'together', 'ratio')
