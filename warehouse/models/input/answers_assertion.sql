-- The counts of a whole return taken together: is there anything at all, and are they counted or copied.
-- Grain: rule, year, centre; the variable is '' because it is said of the whole return.
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
    join meta.rule as rule on rule.kind = 'answers' and rule.observe in ('last_year', 'other_centre') and this.value > rule.floor
    join counted as that on that.variable = this.variable
        and that.year = this.year - if(rule.observe = 'last_year', 1, 0)
        and (that.centre = this.centre) = (rule.observe = 'last_year')
    group by rule.rule, rule.observe, this.year, this.centre, that.centre
)
select
    rule.rule, year, centre, version, '' as variable, null::int as instance, alike / n as observed,
    null::double as lower_limit, rule.highest as upper_limit, alike::double as left_value, n::double as right_value, other
from seen
join meta.rule as rule using (rule)
where n >= rule.size
qualify row_number() over (partition by rule.rule, year, centre order by alike / n desc, other) = 1
union all by name
select
    rule.rule, side.year, side.centre, side.version, '' as variable, null::int as instance,
    side.left_known as observed, 1 as lower_limit
from input.side as side
join meta.rule as rule on rule.rule = side.rule and rule.kind = 'answers' and rule.observe = 'nothing'
where side.left_unknown = 0
