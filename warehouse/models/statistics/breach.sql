-- The assertions about national figures that do not hold.
select * from statistics.assertion
where observed < lower_limit or observed > upper_limit
