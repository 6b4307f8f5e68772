-- Every answer of the returns that count, with the centre and the question by name.
with named as (from meta.label where language = 'nb')
select
    answer.year, answer.centre, area.label as centre_name, answer.variable, question.label as question,
    answer.cell, answer.state, answer.received, answer.text, answer.value
from input.answer as answer
join named as area on area.kind = 'area' and area.id = answer.centre
left join named as question on question.kind = 'variable' and question.id = answer.variable
