-- Every sum that is published or lies behind a published change, and the centres in it. Confidential.
-- `panel`: all = every centre that reported; since, until = those of a like-for-like comparison (statistics.matched_sample).
select
    year, area_level, area, indicator, category, 'all' as panel, value, status, n_centres, n_expected, n_reported,
    coalesce(centres, []) as centres
from statistics.aggregate
union all
select
    year, area_level, area, indicator, category, panel, value, status, n_centres, n_centres as n_expected,
    n_centres as n_reported, centres
from statistics.matched_sample
