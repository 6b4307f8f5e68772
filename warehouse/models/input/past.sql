-- The same comparison in each earlier year, of the centre and those that merged into it, as far back as the rule looks
-- and the question has meant the same. Unknown when one of them is unknown or did not report.
with looked_back as (
    select line.*, rule.rule, applied.scope
    from input.return as counting
    join meta.lineage as line on line.year = counting.year and line.centre = counting.centre
    join meta.rule as rule
        on rule.kind in ('history', 'slip', 'steady', 'usual') and line.back <= coalesce(rule.years, 1)
    join (select distinct rule, scope from meta.rule_scope) as applied on applied.rule = rule.rule
    where not exists (
        select 1 from meta.rule_scope_break as break
        where break.rule = rule.rule and break.scope = applied.scope
            and break.year > line.earlier_year and break.year <= line.year
    )
)
select
    line.year, line.centre, line.rule, line.scope, line.back,
    if(bool_and(side.left_value is not null), sum(side.left_value), null) as left_value,
    if(bool_and(side.right_value is not null), sum(side.right_value), null) as right_value
from looked_back as line
left join input.side as side
    on side.year = line.earlier_year and side.centre = line.earlier_centre
    and side.rule = line.rule and side.scope = line.scope
group by all
