-- The assertions that do not hold.
-- Grain: rule, scope, year, centre, variable.
select * from input.assertion
where observed < lower_limit or observed > upper_limit
