-- What each centre reported, beside what it and those it took over reported the year before: only where all of it is known,
-- was counted in the same way, and one breakdown at a time.
select
    this.year, this.centre, this.indicator, this.category, this.value, sum(before.value) as before,
    list(lineage.earlier_centre) as predecessors
from processed.observation as this
join meta.category as category
    on category.indicator = this.indicator and category.category = this.category and category.n_breakdowns < 2
join meta.lineage as lineage on lineage.year = this.year and lineage.centre = this.centre and lineage.back = 1
left join processed.observation as before
    on before.year = lineage.earlier_year and before.centre = lineage.earlier_centre
    and before.indicator = this.indicator and before.category = this.category
left join statistics.broken as broken
    on broken.year = this.year and broken.indicator = this.indicator and broken.category = this.category
where this.value is not null and broken.year is null
group by this.year, this.centre, this.indicator, this.category, this.value
having count(before.value) = count(*)
