-- The open questions of a year, each with how suspicious what it is about is, and what was expected instead.
-- A question about an answer: an open query of a return that counts. About a whole form besides: a return that is missing,
-- or that does not count before it is corrected; what is expected of those is what the centre reported last year.
-- Suspicion: how far beyond its limit, as a share of that and the width between the limits (to 0 where there is one limit
-- alone), so 0–1; 1 for what is only said or not said. Expected: last year's number or proportion where the rule looks at
-- that, the median of the others where it looks at them, else the nearest limit; unknown where there is none of these.
-- Source: Norberg et al., A General Methodology for Selective Data Editing (SELEKT), Statistics Sweden 2010;
-- de Waal, Pannekoek and Scholtus, Handbook of Statistical Data Editing and Imputation, Wiley 2011, chapter 6.
with asked as (
    select
        finding.*, rule.kind, rule.observe, side.right_state is not null as has_right, side.right_value as beside,
        coalesce(side.left_known, answer.value::double) as now,
        if(finding.observed < finding.lower_limit, finding.lower_limit, finding.upper_limit) as nearest
    from input.finding as finding
    join input.accepted as accepted on accepted.year = finding.year and accepted.centre = finding.centre
    left join meta.rule as rule on rule.rule = finding.rule
    left join input.side as side
        on side.year = finding.year and side.centre = finding.centre
        and side.rule = finding.rule and side.scope = finding.scope
    left join input.answer as answer
        on answer.year = finding.year and answer.centre = finding.centre and answer.variable = finding.variable
    where finding.severity = 'query' and finding.explanation is null
),
weighed as (
    select
        * exclude (nearest),
        abs(observed - nearest) as beyond,
        coalesce(upper_limit - lower_limit, abs(nearest)) as width,
        case
            when kind = 'history' then right_value * if(has_right, beside, 1)
            when kind = 'across' then right_value * beside
            when kind = 'ratio' then nearest * beside
            when kind = 'steady' then nearest * if(has_right, beside, 1)
            when kind = 'slip' then right_value
            when observe = 'ceased' then least
            when kind = 'parts' and observe = 'not_counted' then left_value
            when kind in ('usual', 'at_most', 'range') then nearest
            when kind is null then try_cast(replace(regexp_replace(facts ->> 'seen', '\s|\x{00A0}', '', 'g'), ',', '.') as double)
        end as expected
    from asked
)
select
    row_number() over (partition by year order by centre, position, variable, scope) as query,
    if(variable = '', 'form', 'answer') as about,
    coalesce(beyond / nullif(beyond + width, 0), 1) as suspicion,
    if(variable = '', null, expected - coalesce(now, 0)) as change,
    weighed.* exclude (beyond, width)
from weighed
union all by name
select
    -row_number() over (partition by year order by centre) as query, state as about, 1 as suspicion, null as change,
    year, centre, '' as variable, '' as cell, '' as value
from processed.coverage
where state <> 'delivered'
