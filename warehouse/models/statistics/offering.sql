-- Whether each expected centre offers what a cell counts: as its return of the year says, else its newest one before; of a
-- centre that has sent none, everything but what only the centre with the national service has.
with asked as (
    select distinct year.year, derivation.indicator, derivation.category
    from meta.year as year
    join meta.derivation as derivation on derivation.form = year.form
)
select
    expected.year, expected.centre, asked.indicator, asked.category,
    coalesce(
        newest.state <> 'not_offered',
        asked.category is distinct from indicator.national_service or expected.runs_national_service
    ) as is_offered
from meta.centre_year as expected
join asked on asked.year = expected.year
join meta.indicator as indicator on indicator.indicator = asked.indicator
asof left join processed.observation as newest
    on newest.centre = expected.centre and newest.indicator = asked.indicator and newest.category = asked.category
    and newest.year <= expected.year
