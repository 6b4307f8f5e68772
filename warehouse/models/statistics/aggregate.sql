-- The sum for each area of what its centres reported, and how many of those expected are in it.
-- What is not offered counts as 0 beside others; those who offer it are expected, and where none of them has reported,
-- there is no sum. Where nobody offers it, it is 0, of none expected. `n_reported` counts also those who do not offer it.
-- Centres and counties one breakdown at a time, the nation also crossed (disclosure.md, plan P1).
with asked as (
    select distinct year.year, derivation.indicator, derivation.category
    from meta.year as year
    join meta.derivation as derivation on derivation.form = year.form
), counted as (
    select
        area.year, area.area_level, area.area, category.indicator, category.category, asked.year is null as is_impossible,
        sum(observation.value) as value, count(observation.value)::int as n_reported,
        count(*) filter (offering.is_offered)::int as n_offering,
        count(observation.value) filter (offering.is_offered)::int as n_offering_reported,
        count(*)::int as n, list(observation.centre order by observation.centre) filter (observation.value is not null) as centres
    from meta.area as area
    cross join meta.category as category
    left join asked
        on asked.year = area.year and asked.indicator = category.indicator and asked.category = category.category
    left join processed.observation as observation
        on observation.year = area.year and observation.centre = area.centre
        and observation.indicator = category.indicator and observation.category = category.category
    left join statistics.offering as offering
        on offering.year = area.year and offering.centre = area.centre
        and offering.indicator = category.indicator and offering.category = category.category
    where area.area_level = 'nation' or (asked.year is not null and category.n_breakdowns < 2)
    group by area.year, area.area_level, area.area, category.indicator, category.category, asked.year
), stated as (
    select
        *, n_reported > 0 and n_offering > 0 and n_offering_reported = 0 as is_unreported,
        case when is_impossible then 'M' when is_unreported or n_reported = 0 then 'O' else 'A' end as status
    from counted
)
select
    year, area_level, area, indicator, category, is_unreported, if(status = 'A', value, null) as value, status,
    if(area_level = 'centre', n_reported, n_offering_reported) as n_centres,
    if(area_level = 'centre', n, n_offering) as n_expected,
    if(status = 'A', n_reported, 0) as n_reported,
    if(status = 'A', centres, null) as centres
from stated
