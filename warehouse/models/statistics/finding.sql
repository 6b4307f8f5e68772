-- National figures that do not agree with what has been published.
-- Grain: year, indicator, category.
select rule.severity, rule.position, assertion.*
from statistics.assertion as assertion
join meta.rule as rule using (rule)
where assertion.observed < assertion.lower_limit or assertion.observed > assertion.upper_limit
