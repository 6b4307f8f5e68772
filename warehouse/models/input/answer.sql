-- Every answer of the returns that count, typed, in one of the four cell states (or `unreadable`).
-- A number may have spaces between groups of three and a decimal comma; a full stop is ambiguous and not read, and
-- neither is a comma before three digits where whole numbers are asked. `said` is the text in small letters, trimmed.
-- Grain: year, centre, variable.
with received as (
    select
        counting.year, counting.centre, counting.version, counting.form, asked.variable, asked.type,
        answer.cell, coalesce(answer.text, '') as text,
        lower(trim(regexp_replace(coalesce(answer.text, ''), '[\s\x{00A0}\x{202F}\x{2009}]+', ' ', 'g'))) as said
    from input.return as counting
    join meta.variable as asked on asked.form = counting.form
    left join source.answer as answer
        on answer.year = counting.year and answer.centre = counting.centre
        and answer.version = counting.version and answer.variable = asked.variable
),
numbered as (
    select
        *,
        if(
            regexp_full_match(said, '[-−]?([0-9]{1,3}( [0-9]{3})+|[0-9]+)(,[0-9]+)?'),
            try_cast(replace(replace(replace(said, ' ', ''), '−', '-'), ',', '.') as decimal(18, 4)), null
        ) as value
    from received
),
stated as (
    select
        *,
        case
            when said = '' then 'blank'
            when said in ('–', '-', '—') then 'not_offered'
            when said in ('ukjent', 'ukjend') then 'not_counted'
            when type <> 'decimal' and regexp_full_match(said, '[-−]?[0-9]{1,3},[0-9]{3}') then 'unreadable'
            when value is not null then 'number'
            else 'unreadable'
        end as state
    from numbered
)
select
    year, centre, version, form, variable, type, cell, text, said, state,
    if(state = 'number', value, null) as value
from stated
