-- The assertions about national figures that do not hold.
-- Grain: rule, year, indicator, category.
select * from statistics.assertion
where observed < lower_limit or observed > upper_limit
