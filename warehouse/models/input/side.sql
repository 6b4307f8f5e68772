-- The two sides of each comparison a rule makes within a return. `–` counts as 0; an unknown part makes its side unknown.
-- Grain: year, centre, rule, instance.
select
    answer.year, answer.centre, answer.version, term.rule, term.instance, term.anchor,
    if(
        bool_or(term.side = 'left' and answer.state not in ('number', 'not_offered')), null,
        sum(coalesce(answer.value, 0)) filter (term.side = 'left')
    ) as left_value,
    if(
        bool_or(term.side = 'right' and answer.state not in ('number', 'not_offered')), null,
        sum(coalesce(answer.value, 0)) filter (term.side = 'right')
    ) as right_value
from input.answer as answer
join meta.rule_term as term on term.form = answer.form and term.variable = answer.variable
group by all
