-- Figures per 10,000 inhabitants, of the nation and of counties in both readings; no decimals beyond the first.
-- Grain: year, area level, area, indicator, category. What is not shown has no rate, and the rate its sign.
select
    figure.year, figure.area_level, figure.area, figure.indicator, figure.category,
    if(figure.status = 'A', round(10000 * figure.value / population.population, 1), null) as per_10000,
    figure.status, population.population
from statistics.figure as figure
join meta.rated as rated
    on rated.indicator = figure.indicator and rated.category = figure.category and rated.area_level = figure.area_level
join meta.population as population
    on population.year = figure.year and population.area_level = figure.area_level and population.area = figure.area
