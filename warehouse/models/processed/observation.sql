-- What each centre reported, in today's vocabulary whatever form it was asked by. `–` adds 0; an unknown part makes the cell unknown.
select
    answer.year, answer.centre, derivation.indicator, derivation.category,
    if(bool_and(answer.state in ('number', 'not_offered')), sum(coalesce(answer.value, 0)), null) as value,
    case
        when not bool_and(answer.state in ('number', 'not_offered')) then 'not_counted'
        when bool_and(answer.state = 'not_offered') then 'not_offered'
        else 'number'
    end as state
from input.answer as answer
join input.accepted as accepted on accepted.year = answer.year and accepted.centre = answer.centre
join meta.derivation as derivation on derivation.form = answer.form and derivation.variable = answer.variable
group by all
