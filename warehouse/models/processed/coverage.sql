-- Which of the expected returns the figures of a year are made of.
select
    expected.year, expected.centre, expected.county,
    case
        when accepted.centre is not null then 'delivered'
        when received.centre is not null then 'rejected'
        else 'missing'
    end as state
from meta.centre_year as expected
left join input.return as received on received.year = expected.year and received.centre = expected.centre
left join input.accepted as accepted on accepted.year = expected.year and accepted.centre = expected.centre
