-- What each centre adds to the change of a national total from the year before.
with named as (from meta.label where language = 'nb')
select
    contribution.year, contribution.indicator, indicator.label as indicator_name,
    contribution.centre, area.label as centre_name, contribution.kind, contribution.contribution, contribution.share_pct
from statistics.contribution as contribution
join named as indicator on indicator.kind = 'indicator' and indicator.id = contribution.indicator
join named as area on area.kind = 'area' and area.id = contribution.centre
