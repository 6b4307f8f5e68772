-- What each published figure is made of: the figures added up to it, and those that are 100 per cent of it.
-- Grain: line of raw/published.csv, side, figure of a year.
with written as (
    select line, year, indicator, 'part' as side, unnest(string_split(category, '+')) as term
    from source.published
    union all
    select line, year, indicator, 'whole', unnest(string_split(part_of, '+')) from source.published where part_of <> ''
)
select
    line, side, coalesce(try_cast(regexp_extract(term, '@(\d+)$', 1) as integer), year) as year,
    coalesce(nullif(regexp_extract(term, '^(\w+):', 1), ''), indicator) as indicator,
    regexp_extract(term, '^(?:\w+:)?([^@]+)', 1) as category
from written
