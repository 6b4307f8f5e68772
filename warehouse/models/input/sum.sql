-- The two sides of each comparison within a return: what is known of each, and how much of it is not. `times`: what the
-- right side counts once for each of; 1 where it is not of anything.
select
    answer.year, answer.centre, answer.version, answer.form, term.comparison,
    coalesce(sum(answer.value) filter (term.side = 'left'), 0)::double as left_known,
    coalesce(sum(answer.value) filter (term.side = 'right'), 0)::double as right_known,
    count(*) filter (term.side = 'left' and answer.state = 'number')::int as left_numbers,
    count(*) filter (term.side = 'left' and answer.state = 'not_counted')::int as left_uncounted,
    count(*) filter (term.side = 'left' and answer.state not in ('number', 'not_offered'))::int as left_unknown,
    count(*) filter (term.side = 'right' and answer.state not in ('number', 'not_offered'))::int as right_unknown,
    count(*) filter (term.side = 'left')::int as left_terms,
    case
        when count(*) filter (term.side = 'times') = 0 then 1
        when bool_and(answer.state in ('number', 'not_offered')) filter (term.side = 'times')
            then sum(coalesce(answer.value, 0)) filter (term.side = 'times')
    end::double as times,
    arg_min(answer.variable, term.position) filter (term.side = 'left' and answer.state = 'not_counted') as first_uncounted,
    min(answer.state) filter (term.side = 'right') as right_state
from input.answer as answer
join meta.comparison as term on term.form = answer.form and term.variable = answer.variable
group by all
