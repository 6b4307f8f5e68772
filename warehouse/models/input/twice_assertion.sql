-- Rows or columns of the same kind of table that hold exactly the same numbers, as when something is pasted twice.
-- Only runs of at least `size` different numbers larger than `floor` are looked at; said at the later one.
with run as (
    select
        rule.rule, answer.year, answer.centre, answer.version, run.run, run.along, rule.floor,
        arg_min(run.variable, run.position) as variable,
        list(answer.value order by run.position) as numbers
    from input.answer as answer
    join meta.run as run on run.form = answer.form and run.variable = answer.variable
    join meta.rule as rule on rule.kind = 'twice'
    group by all
    having count(distinct answer.value) filter (answer.value > rule.floor) >= any_value(rule.size)
)
select
    this.rule, this.year, this.centre, this.version, this.variable, null::int as scope,
    count(earlier.run)::double as observed, null::double as lower_limit, 0::double as upper_limit,
    arg_min(earlier.variable, earlier.run) as other
from run as this
left join run as earlier
    on earlier.year = this.year and earlier.centre = this.centre and earlier.rule = this.rule
    and earlier.along = this.along and earlier.numbers = this.numbers and earlier.run < this.run
group by all
