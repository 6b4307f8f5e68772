-- The assertions that do not hold.
select * from input.assertion
where observed < lower_limit or observed > upper_limit
