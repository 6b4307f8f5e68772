-- What there was more of than `floor` in each of the last `years` years, where they can be compared, is not nothing now.
select
    rule.rule, side.year, side.centre, side.version, side.anchor as variable, side.scope, any_value(side.left_value) as observed,
    (min(past.left_value) > any_value(rule.floor))::int::double as lower_limit, null::double as upper_limit,
    any_value(side.left_value) as left_value, min(past.left_value) as least, max(past.left_value) as most,
    count(*)::int as n
from input.past as past
join input.side as side using (year, centre, rule, scope)
join meta.rule as rule on rule.rule = side.rule and rule.kind = 'usual'
where past.left_value is not null and side.left_value is not null
group by all
having count(*) >= any_value(rule.years)
