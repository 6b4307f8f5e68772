-- From which year on each cell has been counted as it is now: the last break, or the first year of asking without a pause.
with asked as (
    select distinct year.year, derivation.indicator, derivation.category
    from meta.year as year
    join meta.derivation as derivation on derivation.form = year.form
), starts as (
    select year, indicator, category from statistics.broken
    union
    select asked.year, asked.indicator, asked.category
    from asked
    anti join asked as before
        on before.year = asked.year - 1 and before.indicator = asked.indicator and before.category = asked.category
)
select asked.year, asked.indicator, asked.category, max(starts.year) as comparable_since
from asked
join starts
    on starts.indicator = asked.indicator and starts.category = asked.category and starts.year <= asked.year
group by all
