-- How many of the centres compared with earlier years go beyond the limit the same way. When most of them do, the form or
-- its guide has been understood anew: the question goes to the form's owner (statistics.nation_assertion), not to them.
select
    assertion.rule, assertion.scope, assertion.year, any_value(assertion.variable) as variable,
    owner.rule as owner, owner.highest as limit_of_share, count(*)::int as n,
    count(*) filter (observed > upper_limit) >= count(*) filter (observed < lower_limit) as is_rise,
    greatest(count(*) filter (observed > upper_limit), count(*) filter (observed < lower_limit))::int as n_same
from input.assertion as assertion
join meta.rule as rule on rule.rule = assertion.rule and rule.kind in ('history', 'usual', 'steady')
join meta.rule as owner on owner.kind = 'nation' and owner.observe = 'question'
group by assertion.rule, assertion.scope, assertion.year, owner.rule, owner.highest, owner.size
having count(*) >= owner.size
