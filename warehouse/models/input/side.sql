-- The comparisons as each rule makes them. `–` counts as 0; an unknown part makes its whole side unknown.
select
    applied.rule, applied.scope, applied.anchor, sum.*,
    if(left_unknown > 0, null, left_known) as left_value,
    if(right_unknown > 0, null, right_known) as right_value
from input.sum as sum
join meta.rule_scope as applied on applied.form = sum.form and applied.comparison = sum.comparison
