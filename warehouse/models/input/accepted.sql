-- The returns the figures are made of: those without a fatal finding.
select year, centre, version, form
from input.return as counting
where not exists (
    select 1 from input.finding as finding
    where finding.year = counting.year and finding.centre = counting.centre and finding.severity = 'fatal'
)
