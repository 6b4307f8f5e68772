-- What the two sides of a comparison must be to each other: no larger, there together, or in a usual proportion.
-- A side that is only partly known is already too large when what is known of it is.
select
    rule.rule, side.year, side.centre, side.version, side.anchor as variable, side.scope,
    case rule.kind
        when 'at_most' then left_known
        when 'together' then (left_value > 0)::int
        else left_value / nullif(right_value, 0)
    end::double as observed,
    case rule.kind when 'together' then (right_value > 0)::int when 'ratio' then rule.lowest end::double as lower_limit,
    case rule.kind
        when 'at_most' then coalesce(rule.times, 1) * side.times * right_value
        when 'together' then (right_value > 0)::int
        else rule.highest
    end::double as upper_limit,
    left_known as left_value, right_value
from input.side as side
join meta.rule as rule on rule.rule = side.rule and rule.kind in ('at_most', 'together', 'ratio')
where right_value is not null and side.times is not null and if(rule.kind = 'at_most', left_numbers > 0, left_value is not null)
    and (rule.kind <> 'ratio' or right_value > coalesce(rule.floor, 0))
    and not exists (select 1 from meta.rule_exempt as exempt where exempt.rule = side.rule and exempt.centre = side.centre)
