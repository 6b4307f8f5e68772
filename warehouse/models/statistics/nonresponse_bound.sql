-- The most that the centres not in a figure are likely to add: each one's largest of some comparable years before (schemas/disclosure.yaml), summed.
-- Null where one of them has no such figure, or one that is hidden. Reads cells only: from shown cells it tells nothing else.
with earlier as (
    select
        area.year, area.area_level, area.area, own.indicator, own.category, own.area as centre,
        max(before.value) as most, count(*) filter (before.status = 'Q') as n_hidden
    from meta.area as area
    cross join meta.disclosure as disclosure
    join statistics.cell as own
        on own.area_level = 'centre' and own.panel = 'all' and own.status = 'O'
        and own.year = area.year and own.area = area.centre
    join statistics.comparable as comparable
        on comparable.year = own.year and comparable.indicator = own.indicator and comparable.category = own.category
    left join statistics.cell as before
        on before.area_level = 'centre' and before.panel = 'all' and before.area = own.area
        and before.indicator = own.indicator and before.category = own.category
        and before.year between greatest(own.year - disclosure.nonresponse_years, comparable.comparable_since) and own.year - 1
    where area.area_level <> 'centre'
    group by all
)
select
    year, area_level, area, indicator, category,
    if(bool_and(most is not null and n_hidden = 0), sum(most), null) as missing_most
from earlier
group by all
