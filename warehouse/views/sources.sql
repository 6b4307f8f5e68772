-- What the figures of each area and year are made of: returns received, how many of them were imported, and from which sheets.
with imported as (
    select year, centre, string_agg(distinct title, '; ' order by title) as titles from source.imported group by all
)
select
    area.year, area.area_level, area.area, count(*) as n_expected,
    count(*) filter (coverage.state = 'delivered') as n_delivered,
    count(imported.titles) as n_imported,
    string_agg(distinct imported.titles, '; ' order by imported.titles) as imported_from
from meta.area as area
left join processed.coverage as coverage using (year, centre)
left join imported using (year, centre)
group by all
