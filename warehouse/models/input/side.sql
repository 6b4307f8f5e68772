-- The comparisons as each rule makes them. `–` counts as 0; an unknown part makes its whole side unknown.
-- Grain: year, centre, rule, instance.
select
    place.rule, place.instance, place.anchor, sum.*,
    if(left_unknown > 0, null, left_known) as left_value,
    if(right_unknown > 0, null, right_known) as right_value
from input.sum as sum
join meta.instance as place on place.form = sum.form and place.comparison = sum.comparison
