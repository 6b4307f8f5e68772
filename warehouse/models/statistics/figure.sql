-- Every figure of every year, with its change from the year before where the two can be compared. Confidential.
-- Grain: year, area_level, area, indicator, category.
select
    this.year, this.area_level, this.area, this.indicator, this.category, this.value,
    case when not this.is_asked then 'M' when this.n_centres = 0 then 'O' else 'A' end as status,
    this.n_centres, this.n_expected,
    if(broken.year is null, this.value - before.value, null) as change,
    if(broken.year is null, 100 * (this.value - before.value) / nullif(before.value, 0), null) as change_pct
from statistics.level as this
left join statistics.level as before
    on before.year = this.year - 1 and before.area_level = this.area_level and before.area = this.area
    and before.indicator = this.indicator and before.category = this.category
left join statistics.broken as broken
    on broken.year = this.year and broken.indicator = this.indicator and broken.category = this.category
