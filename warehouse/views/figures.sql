-- Every figure with its comparisons and everything by its name in bokmål. Before protection: confidential.
with named as (from meta.label where language = 'nb')
select
    figure.year, figure.area_level, figure.area, area.label as area_name,
    figure.indicator, indicator.label as indicator_name, unit.label as unit,
    figure.category, category.label as category_name,
    figure.* exclude (year, area_level, area, indicator, category)
from statistics.figure as figure
join named as area on area.kind = 'area' and area.id = figure.area
join named as indicator on indicator.kind = 'indicator' and indicator.id = figure.indicator
join named as unit on unit.kind = 'unit' and unit.id = figure.indicator
left join named as category on category.kind = 'category' and category.id = figure.category
