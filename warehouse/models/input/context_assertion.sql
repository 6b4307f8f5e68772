-- What a reader of the other findings should know: a changed question, a merger, little history, a gap, a late return.
with heritage as (
    select
        counting.year, counting.centre, counting.version, counting.form,
        count(distinct line.earlier_year) filter (earlier.year is not null) as n_years,
        bool_or(line.earlier_centre = line.centre and earlier.year is not null) as sent_before,
        bool_or(line.back = 1 and line.earlier_centre = line.centre and earlier.year is null) as skipped,
        string_agg(line.earlier_centre, ',' order by line.earlier_centre)
            filter (line.back = 1 and line.earlier_centre <> line.centre) as merged
    from input.return as counting
    left join meta.lineage as line on line.year = counting.year and line.centre = counting.centre
    left join input.return as earlier on earlier.year = line.earlier_year and earlier.centre = line.earlier_centre
    group by all
)
select
    rule.rule, heritage.year, heritage.centre, heritage.version, '' as variable, null::int as scope,
    case rule.observe
        when 'short' then n_years
        when 'gap' then (coalesce(sent_before, false) and skipped)::int
        when 'merger' then (merged is not null)::int
        else date_diff('day', make_date(heritage.year, 12, 31), try_cast(left(source.received_at, 10) as date))
    end::double as observed,
    rule.lowest as lower_limit,
    case rule.observe
        when 'late'
        then coalesce(date_diff('day', make_date(heritage.year, 12, 31), source.deadline::date), rule.highest)
        when 'short' then null
        else 0
    end as upper_limit,
    n_years::double as left_value, if(rule.observe = 'merger', merged, null) as other
from heritage
join source.return as source using (year, centre, version)
join meta.rule as rule on rule.kind = 'context' and rule.observe <> 'break'
union all by name
select
    rule.rule, heritage.year, heritage.centre, heritage.version, applied.anchor as variable, applied.scope,
    (break.year is not null)::int as observed, 0 as upper_limit
from heritage
join meta.rule as rule on rule.kind = 'context' and rule.observe = 'break'
join meta.rule_scope as applied on applied.rule = rule.rule and applied.form = heritage.form
left join meta.rule_scope_break as break
    on break.rule = rule.rule and break.scope = applied.scope and break.year = heritage.year
where sent_before
