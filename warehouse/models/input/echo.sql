-- Breaches that say again what another says: of a proportion, of one of its numbers by a rule it yields to or by an earlier
-- proportion of the same rule; of a number, in the same direction as another in its section of the form, by a rule it
-- yields to or earlier in the form. One mistake moves much, and is asked about once.
with moved as (
    select
        breach.year, breach.centre, breach.rule, breach.scope, breach.variable, rule.kind, counting.form,
        asked.section, asked.position, breach.observed > breach.upper_limit as is_rise,
        side.right_state is null as is_number
    from input.breach as breach
    join meta.rule as rule on rule.rule = breach.rule and rule.kind in ('history', 'steady')
    join input.return as counting on counting.year = breach.year and counting.centre = breach.centre
    join meta.variable as asked on asked.form = counting.form and asked.variable = breach.variable
    join input.side as side
        on side.year = breach.year and side.centre = breach.centre and side.rule = breach.rule and side.scope = breach.scope
),
named as (
    select moved.year, moved.centre, moved.rule, moved.scope, term.variable
    from moved
    join meta.rule_scope as applied
        on applied.form = moved.form and applied.rule = moved.rule and applied.scope = moved.scope
    join meta.comparison as term on term.form = applied.form and term.comparison = applied.comparison
    where moved.kind = 'steady'
)
select named.year, named.centre, named.rule, named.scope
from named
join named as earlier
    on earlier.year = named.year and earlier.centre = named.centre and earlier.rule = named.rule
    and earlier.variable = named.variable and earlier.scope < named.scope
union
select named.year, named.centre, named.rule, named.scope
from named
join meta.rule_yield as yielding on yielding.rule = named.rule
join input.breach as other
    on other.rule = yielding.yields_to and other.year = named.year and other.centre = named.centre
    and other.variable = named.variable
union
select moved.year, moved.centre, moved.rule, moved.scope
from moved
join moved as other
    on other.year = moved.year and other.centre = moved.centre and other.section = moved.section
    and other.is_rise = moved.is_rise and other.is_number
left join meta.rule_yield as yielding on yielding.rule = moved.rule and yielding.yields_to = other.rule
where moved.kind = 'steady' and moved.is_number
    and (yielding.rule is not null or (other.rule = moved.rule and other.position < moved.position))
