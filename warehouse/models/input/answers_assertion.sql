-- The counts of a whole return taken together: is there anything at all, and are they counted or copied.
-- `replaced`: beside the version before, whose numbers a correction leaves mostly as they are; a return that replaces
-- another is held against that of the next year too, which may have been written on the old form.
-- `given_up`: a tick for no activity where there was some a year before, and the largest number of it.
-- A tick for no activity is held against what is counted of activity: every part of every total the rule compares.
with counted as (
    select year, centre, version, variable, value from input.answer where type = 'count' and state = 'number'
),
seen as (
    select
        rule.rule, this.year, this.centre, any_value(this.version) as version, count(*) as n,
        count(*) filter (this.value % 10 = 0) as alike, null as other
    from counted as this
    join meta.rule as rule on rule.kind = 'answers' and rule.observe = 'round' and this.value > rule.floor
    group by all
    union all
    select
        rule.rule, this.year, this.centre, any_value(this.version), count(*),
        count(*) filter (this.value = that.value), if(rule.observe = 'other_centre', that.centre, null)
    from counted as this
    join meta.rule as rule on rule.kind = 'answers' and rule.observe in ('last_year', 'next_year', 'other_centre')
        and this.value > rule.floor and (rule.observe <> 'next_year' or this.version > 1)
    join counted as that on that.variable = this.variable
        and that.year = this.year + case rule.observe when 'last_year' then -1 when 'next_year' then 1 else 0 end
        and (that.centre = this.centre) = (rule.observe <> 'other_centre')
    group by rule.rule, rule.observe, this.year, this.centre, that.centre
    union all
    select
        rule.rule, this.year, this.centre, any_value(this.version), count(*),
        count(*) filter (regexp_replace(before.text, '\s', '', 'g') <> this.value::bigint::text), null
    from counted as this
    join meta.rule as rule on rule.kind = 'answers' and rule.observe = 'replaced' and this.value > rule.floor
    join source.answer as before
        on before.year = this.year and before.centre = this.centre and before.variable = this.variable
        and before.version = this.version - 1
    group by all
),
ticked as (
    select
        rule.rule, rule.observe, tick.year, tick.centre, tick.version, tick.variable,
        count(done.variable) as n, arg_min(done.variable, asked.position) as other
    from input.answer as tick
    join meta.rule as rule on rule.kind = 'answers' and rule.observe in ('declared', 'contradicted')
    join meta.rule_scope as applied on applied.rule = rule.rule and applied.form = tick.form
    join meta.comparison as term on term.form = applied.form and term.comparison = applied.comparison
    join meta.variable as total on total.form = term.form and total.variable = term.variable
    join meta.variable as asked on asked.form = total.form and asked.measure = total.measure
    left join input.answer as done
        on done.year = tick.year and done.centre = tick.centre and done.variable = asked.variable
        and (done.value > 0 or done.state in ('not_counted', 'unreadable'))
    where tick.type = 'tick' and tick.value = 1
    group by all
),
given_up as (
    select
        rule.rule, tick.year, tick.centre, tick.version, count(distinct earlier.variable) as n,
        max(earlier.value)::double as most, arg_max(earlier.variable, earlier.value) as other
    from input.answer as tick
    join meta.rule as rule on rule.kind = 'answers' and rule.observe = 'given_up'
    join meta.rule_scope as applied on applied.rule = rule.rule and applied.form = tick.form
    join meta.comparison as term on term.form = applied.form and term.comparison = applied.comparison
    join meta.lineage as line on line.year = tick.year and line.centre = tick.centre and line.back = 1
    left join input.answer as earlier
        on earlier.year = line.earlier_year and earlier.centre = line.earlier_centre
        and earlier.variable = term.variable and earlier.value > 0
    where tick.type = 'tick' and tick.value = 1
    group by all
)
select
    rule.rule, year, centre, version, '' as variable, null::int as scope, alike / n as observed,
    null::double as lower_limit, rule.highest as upper_limit, alike::double as left_value, n::double as right_value, other
from seen
join meta.rule as rule using (rule)
where n >= rule.size
qualify row_number() over (partition by rule.rule, year, centre order by alike / n desc, other) = 1
union all by name
select
    rule.rule, side.year, side.centre, side.version, '' as variable, null::int as scope,
    side.left_known as observed, if(tick.value is null, 1, null) as lower_limit
from input.side as side
join meta.rule as rule on rule.rule = side.rule and rule.kind = 'answers' and rule.observe = 'nothing'
left join input.answer as tick on tick.year = side.year and tick.centre = side.centre and tick.type = 'tick'
where side.left_unknown = 0
union all by name
select
    rule, year, centre, version, if(observe = 'declared', '', variable) as variable, null::int as scope,
    if(observe = 'declared', n = 0, n > 0)::int::double as observed, 0 as upper_limit, n::double as n, other
from ticked
union all by name
select
    rule, year, centre, version, '' as variable, null::int as scope, n::double as observed, 0 as upper_limit,
    most as left_value, n::double as n, other
from given_up
