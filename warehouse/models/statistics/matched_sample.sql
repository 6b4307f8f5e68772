-- The sums that a like-for-like change is the difference of, where they are other centres' sums than the whole figure is:
-- `since` = this year, those known the year before too; `until` = the year before, the same ones with those they took over.
-- A county is compared with itself only where it existed the year before. Where both years have a figure but nobody is in
-- both, `since` says so with no value.
with compared as (
    select area.*
    from meta.area as area
    where area.area_level in ('nation', 'centre')
        or exists (
            from meta.area as earlier
            where earlier.year = area.year - 1 and earlier.area_level = area.area_level and earlier.area = area.area
        )
), unreported as (  -- by all who offer it: that others need not count it is no comparison
    from statistics.aggregate where is_unreported
), matched as (  -- what the centres of an area that are in both years had in each
    select
        area.year, area.area_level, area.area, matched_pair.indicator, matched_pair.category,
        sum(matched_pair.value) as value, list(matched_pair.centre order by matched_pair.centre) as centres,
        sum(matched_pair.before) as before, list_sort(flatten(list(matched_pair.predecessors))) as predecessors
    from compared as area
    join statistics.matched_pair as matched_pair using (year, centre)
    anti join unreported
        on unreported.year in (area.year - 1, area.year) and unreported.area_level = area.area_level
        and unreported.area = area.area and unreported.indicator = matched_pair.indicator
        and unreported.category = matched_pair.category
    group by all
), nobody as (
    select aggregate.year, aggregate.area_level, aggregate.area, aggregate.indicator, aggregate.category, 'since' as panel, null as value, [] as centres
    from statistics.aggregate as aggregate
    join statistics.aggregate as before
        on before.year = aggregate.year - 1 and before.area_level = aggregate.area_level and before.area = aggregate.area
        and before.indicator = aggregate.indicator and before.category = aggregate.category and before.status = 'A'
    join meta.category as category
        on category.indicator = aggregate.indicator and category.category = aggregate.category and category.n_breakdowns < 2
    anti join statistics.broken as broken
        on broken.year = aggregate.year and broken.indicator = aggregate.indicator and broken.category = aggregate.category
    anti join matched
        on matched.year = aggregate.year and matched.area_level = aggregate.area_level and matched.area = aggregate.area
        and matched.indicator = aggregate.indicator and matched.category = aggregate.category
    where aggregate.status = 'A'
), panel as (
    select year, area_level, area, indicator, category, 'since' as panel, value, centres from matched
    union all
    select year - 1, area_level, area, indicator, category, 'until', before, predecessors from matched
    union all
    from nobody
)
select panel.*, if(panel.value is null, 'O', 'A') as status, len(panel.centres)::int as n_centres
from panel
anti join statistics.aggregate as aggregate
    on aggregate.year = panel.year and aggregate.area_level = panel.area_level and aggregate.area = panel.area
    and aggregate.indicator = panel.indicator and aggregate.category = panel.category and aggregate.centres = panel.centres
