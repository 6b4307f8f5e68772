-- A total beside the same centre's total the year before (with those that merged into it), asked by the same form.
-- Limits: outside `lowest`–`highest` times last year AND further away than max(floor, spread × √last year).
-- Grain: rule, year, centre, measure.
with earlier as (
    select relation.year, relation.centre, side.rule, side.instance, sum(side.left_value) as value
    from meta.predecessor as relation
    join input.side as side on side.centre = relation.predecessor and side.year = relation.year - 1
    join meta.year as this on this.year = relation.year
    join meta.year as before on before.year = relation.year - 1 and before.form = this.form
    group by all
    having bool_and(side.left_value is not null)
)
select
    side.rule, side.year, side.centre, side.version, side.anchor as variable, side.instance,
    side.left_value as observed,
    least(rule.lowest * earlier.value, earlier.value - greatest(rule.floor, rule.spread * sqrt(earlier.value))) as lower_limit,
    greatest(rule.highest * earlier.value, earlier.value + greatest(rule.floor, rule.spread * sqrt(earlier.value))) as upper_limit,
    side.left_value, earlier.value as right_value
from input.side as side
join meta.rule as rule on rule.rule = side.rule and rule.kind = 'history'
join earlier on earlier.year = side.year and earlier.centre = side.centre
    and earlier.rule = side.rule and earlier.instance = side.instance
where side.left_value is not null
