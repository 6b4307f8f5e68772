-- Every finding about a return, with the centre and the question by name; open: somebody must still correct or explain it.
with named as (from meta.label where language = 'nb')
select
    finding.year, finding.centre, area.label as centre_name, finding.severity, finding.rule,
    finding.variable, question.label as question, finding.cell, finding.value,
    finding.observed, finding.lower_limit, finding.upper_limit, finding.explanation,
    finding.severity = 'fatal' or (finding.severity = 'query' and finding.explanation is null) as open
from input.finding as finding
join named as area on area.kind = 'area' and area.id = finding.centre
left join named as question on question.kind = 'variable' and question.id = finding.variable
