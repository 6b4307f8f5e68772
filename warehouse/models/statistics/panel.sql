-- The sums that a like-for-like change is the difference of, where they are other centres' sums than the whole figure is:
-- `since` = this year, those known the year before too; `until` = the year before, the same ones with those they took over.
-- A county is compared with itself only where it existed the year before. Where both years have a figure but nobody is in
-- both, `since` says so with no value.
-- Grain: year, area_level, area, indicator, category, panel.
with compared as (
    select area.*
    from meta.area as area
    where area.area_level in ('nation', 'centre')
        or exists (
            from meta.area as earlier
            where earlier.year = area.year - 1 and earlier.area_level = area.area_level and earlier.area = area.area
        )
), since as (
    select
        area.year, area.area_level, area.area, pair.indicator, pair.category, 'since' as panel,
        sum(pair.value) as value, list(pair.centre order by pair.centre) as centres
    from compared as area
    join statistics.pair as pair using (year, centre)
    group by all
), until as (
    select
        area.year - 1 as year, area.area_level, area.area, pair.indicator, pair.category, 'until' as panel,
        sum(pair.before) as value, list_sort(flatten(list(pair.predecessors))) as centres
    from compared as area
    join statistics.pair as pair using (year, centre)
    group by all
), nobody as (
    select level.year, level.area_level, level.area, level.indicator, level.category, 'since' as panel, null as value, [] as centres
    from statistics.level as level
    join statistics.level as before
        on before.year = level.year - 1 and before.area_level = level.area_level and before.area = level.area
        and before.indicator = level.indicator and before.category = level.category and before.status = 'A'
    join meta.category as category
        on category.indicator = level.indicator and category.category = level.category and category.n_breakdowns < 2
    anti join statistics.broken as broken
        on broken.year = level.year and broken.indicator = level.indicator and broken.category = level.category
    anti join since
        on since.year = level.year and since.area_level = level.area_level and since.area = level.area
        and since.indicator = level.indicator and since.category = level.category
    where level.status = 'A'
)
select panel.*, if(panel.value is null, 'O', 'A') as status, len(panel.centres)::int as n_centres
from (from since union all from until union all from nobody) as panel
anti join statistics.level as level
    on level.year = panel.year and level.area_level = panel.area_level and level.area = panel.area
    and level.indicator = panel.indicator and level.category = panel.category and level.centres = panel.centres
