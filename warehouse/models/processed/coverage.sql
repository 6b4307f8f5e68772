-- Which of the expected returns the figures of a year are made of, and which of them tell of no activity at all.
-- Grain: year, centre expected that year.
select
    expected.year, expected.centre, expected.county,
    case
        when accepted.centre is not null then 'delivered'
        when received.centre is not null then 'rejected'
        else 'missing'
    end as state,
    exists (
        select 1
        from input.assertion as nothing
        join meta.rule as rule on rule.rule = nothing.rule and rule.kind = 'answers' and rule.observe = 'nothing'
        where nothing.year = expected.year and nothing.centre = expected.centre and nothing.observed = 0
    ) as is_nil
from meta.centre_year as expected
left join input.return as received on received.year = expected.year and received.centre = expected.centre
left join input.accepted as accepted on accepted.year = expected.year and accepted.centre = expected.centre
