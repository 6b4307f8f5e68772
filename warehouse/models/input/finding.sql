-- The assertions that do not hold, with the cell where they stand.
-- Grain: rule, instance, year, centre, variable.
select
    assertion.rule, rule.severity, rule.position, assertion.year, assertion.centre, assertion.version,
    assertion.variable, assertion.instance, answer.form, answer.cell, answer.text as value,
    assertion.observed, assertion.lower_limit, assertion.upper_limit, assertion.left_value, assertion.right_value
from input.assertion as assertion
join meta.rule as rule using (rule)
join input.answer as answer using (year, centre, variable)
where assertion.observed < assertion.lower_limit or assertion.observed > assertion.upper_limit
