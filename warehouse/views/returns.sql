-- Every return expected of a centre, and what became of it: delivered, rejected or missing.
with named as (from meta.label where language = 'nb')
select
    coverage.year, coverage.centre, area.label as centre_name, county.label as county_name, expected.runs_national_service,
    coverage.state
from processed.coverage as coverage
join meta.centre_year as expected using (year, centre)
join named as area on area.kind = 'area' and area.id = coverage.centre
join named as county on county.kind = 'area' and county.id = expected.county
