-- The sum for each area of what its centres reported, and how many of those expected are in it.
-- What is not offered counts as 0 beside others; where nobody who offers it has reported, there is no sum, and those who
-- offer it are expected.
-- Centres and counties one breakdown at a time, the nation also crossed (disclosure.md, plan P1).
with asked as (
    select distinct year.year, derivation.indicator, derivation.category
    from meta.year as year
    join meta.derivation as derivation on derivation.form = year.form
)
select
    area.year, area.area_level, area.area, category.indicator, category.category,
    count(observation.value) > 0 and count(*) filter (offering.is_offered) > 0
        and count(observation.value) filter (offering.is_offered) = 0 as is_unreported,
    if(is_unreported, null, sum(observation.value)) as value,
    case when asked.year is null then 'M' when is_unreported or count(observation.value) = 0 then 'O' else 'A' end as status,
    if(is_unreported, 0, count(observation.value))::int as n_centres,
    if(is_unreported, count(*) filter (offering.is_offered), count(*))::int as n_expected,
    if(is_unreported, null, list(observation.centre order by observation.centre) filter (observation.value is not null)) as centres
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
