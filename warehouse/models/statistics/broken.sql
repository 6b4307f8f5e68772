-- The cells that cannot be compared with the year before, because the definition changed.
select distinct break.year, category.indicator, category.category
from meta.break as break
join meta.category as category on category.indicator = break.indicator
left join meta.category_code as code
    on code.indicator = category.indicator and code.category = category.category and code.breakdown = break.breakdown
where break.breakdown is null or code.code is not null
