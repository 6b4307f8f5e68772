-- The accepted returns that tell of no activity at all: ticked as such, or with nothing but zeros.
select nothing.year, nothing.centre
from input.assertion as nothing
join meta.rule as rule on rule.rule = nothing.rule and rule.kind = 'answers' and rule.observe = 'nothing'
join input.accepted as accepted on accepted.year = nothing.year and accepted.centre = nothing.centre
where nothing.observed = 0
