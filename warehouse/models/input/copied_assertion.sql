-- Questions with exactly last year's numbers in their total and all their tables, of the centre and those that merged into
-- it; said once, at the first of them. A question counts with `size` numbers above `floor`, not all of them alike.
with beside as (
    select
        now.year, now.centre, now.version, asked.measure, asked.position, now.value,
        if(bool_and(coalesce(earlier.state in ('number', 'not_offered'), false)), sum(coalesce(earlier.value, 0)), null) as before
    from input.answer as now
    join meta.variable as asked on asked.form = now.form and asked.variable = now.variable
    join meta.lineage as line on line.year = now.year and line.centre = now.centre and line.back = 1
    left join input.answer as earlier
        on earlier.year = line.earlier_year and earlier.centre = line.earlier_centre and earlier.variable = now.variable
    where now.state = 'number' and now.type = 'count'
    group by all
),
question as (
    select
        rule.rule, year, centre, version, measure, min(beside.position) as position, count(*) as n,
        bool_and(value is not distinct from before) and count(distinct value) >= rule.size - 1 as is_copied
    from beside
    join meta.rule as rule on rule.kind = 'copied' and greatest(value, before) > rule.floor
    group by rule.rule, rule.size, year, centre, version, measure
    having count(*) >= rule.size
)
select
    rule, year, centre, version, coalesce(arg_min(measure, position) filter (is_copied), '') as variable,
    null::int as scope, coalesce(sum(n) filter (is_copied), 0)::double as observed, null::double as lower_limit,
    0::double as upper_limit, coalesce(sum(n) filter (is_copied), 0)::double as n
from question
group by all
