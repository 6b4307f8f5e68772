-- Every answer of the returns that count, typed, in one of the four cell states (or `unreadable`).
-- A tick is 1 or blank, and where it says that there was no activity, what else of activity is blank is 0; what is blank
-- of staff, costs and opening hours is not known.
-- A number may have spaces between groups of three and a decimal comma; a full stop is ambiguous and not read, and
-- neither is a comma before exactly three digits, which may be English thousands: of whole numbers never, of others unless
-- the number has spaces between thousands or begins with 0. `normalised` is the text as people see it: without signs that
-- take no room (those that turn the direction stay, and are not read), any space as a space, any minus as a hyphen, without
-- the apostrophe that makes a number text; in small letters, trimmed.
-- A correction (raw/<year>/edits.yaml) applies while the answer still says what it expects; `received` keeps the text sent.
with sent as (
    select
        counting.year, counting.centre, counting.version, counting.form, asked.variable, asked.type, asked.is_activity,
        answer.cell, coalesce(answer.text, '') as received
    from input.return as counting
    join meta.variable as asked on asked.form = counting.form
    left join source.answer as answer
        on answer.year = counting.year and answer.centre = counting.centre
        and answer.version = counting.version and answer.variable = asked.variable
),
correction as (
    select year, centre, variable, expected, arg_max(corrected, position) as corrected
    from source.edit
    where corrected is not null
    group by all
),
edited as (
    select sent.*, coalesce(correction.corrected, sent.received) as text
    from sent
    left join correction
        on correction.year = sent.year and correction.centre = sent.centre
        and correction.variable = sent.variable and correction.expected = sent.received
),
received as (
    select
        *,
        regexp_replace(text, '[\x{00AD}\x{061C}\x{180E}\x{200B}-\x{200F}\x{202A}\x{202C}\x{202D}\x{2060}-\x{2066}\x{2068}\x{2069}\x{FEFF}]', '', 'g') as seen,
        lower(trim(regexp_replace(seen, '[\s\x{00A0}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]+', ' ', 'g'))) as spaced,
        translate(regexp_replace(spaced, '^[''’]([0-9])', '\1'), '−‐‑‒', '----') as normalised
    from edited
),
ticked as (
    select
        *, type = 'tick' and normalised in ('x', '×', '✓', '✔', 'ja', 'sann') as is_tick,
        bool_or(is_tick) over (partition by year, centre) as is_nil
    from received
),
numbered as (
    select
        *,
        case
            when is_tick then 1
            when normalised = '' and is_nil and is_activity then 0
            when regexp_full_match(normalised, '-?([0-9]{1,3}( [0-9]{3})+|[0-9]+)(,[0-9]+)?')
                then try_cast(replace(replace(normalised, ' ', ''), ',', '.') as decimal(18, 4))
        end as value
    from ticked
),
stated as (
    select
        *,
        case
            when normalised = '' and type <> 'tick' and is_nil then if(is_activity, 'number', 'not_counted')
            when normalised = '' then 'blank'
            when type = 'tick' then if(is_tick, 'number', 'unreadable')
            when normalised in ('–', '-', '—') then 'not_offered'
            when normalised in ('ukjent', 'ukjend') then 'not_counted'
            when type <> 'decimal' and regexp_full_match(normalised, '-?[0-9 ]+,[0-9]{3}') then 'unreadable'
            when regexp_full_match(normalised, '-?[1-9][0-9]{0,2},[0-9]{3}') then 'unreadable'
            when value is not null then 'number'
            else 'unreadable'
        end as state
    from numbered
)
select
    year, centre, version, form, variable, type, cell, received, text, normalised, state,
    if(state = 'number', value, null) as value
from stated
