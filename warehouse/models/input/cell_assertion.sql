-- What each single answer must be, as a number between two limits: given, readable, whole, within its range.
-- Grain: rule, year, centre, variable.
select
    rule.rule, answer.year, answer.centre, answer.version, answer.variable, null::int as instance,
    case rule.kind
        when 'answered' then (answer.state <> 'blank')::int
        when 'readable' then (answer.state <> 'unreadable')::int
        when 'whole' then (answer.value = floor(answer.value))::int
        else answer.value
    end::double as observed,
    case when rule.kind = 'range' then rule.lowest else 1 end as lower_limit,
    case when rule.kind = 'range' then rule.highest else 1 end as upper_limit,
    null::double as left_value, null::double as right_value
from input.answer as answer
join meta.rule as rule
    on rule.kind in ('answered', 'readable')
    or (rule.kind in ('whole', 'range') and answer.state = 'number' and coalesce(rule.unit_type, answer.type) = answer.type)
