-- Each table against the total it breaks down: do the parts make it, and can that be known at all.
select
    rule.rule, side.year, side.centre, side.version, side.anchor as variable, side.scope,
    case rule.observe
        when 'uncounted' then left_uncounted
        when 'undivided' then (left_uncounted = left_terms)::int
        else left_known
    end::double as observed,
    if(rule.observe = 'sum', right_known, null) as lower_limit,
    if(rule.observe in ('sum', 'known'), right_known, 0) as upper_limit,
    left_known as left_value, right_value, left_uncounted as n,
    if(rule.observe = 'uncounted', first_uncounted, null) as other
from input.side as side
join meta.rule as rule on rule.rule = side.rule and rule.kind = 'parts'
where case rule.observe
    when 'sum' then right_state = 'number' and left_unknown = 0
    when 'known' then right_state = 'number' and left_unknown > 0
    when 'uncounted' then right_state = 'number'
    when 'undivided' then right_state = 'number' and right_known > coalesce(rule.floor, 0)
    else right_state = rule.observe and (left_unknown = 0 or rule.observe = 'not_offered')
end
qualify rule.observe in ('sum', 'known', 'uncounted', 'undivided')
    or side.scope = min(side.scope) over (partition by rule.rule, side.year, side.centre, side.anchor)
