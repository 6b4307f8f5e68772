-- What each open question would change in the answers of its centre if what was expected stood there instead, so that the
-- form still adds up: what the question is about changes in the proportion it has; its total changes with it, unless
-- it is held against that very total; and the rest of each table takes up the rest, in the proportion it has.
with named as (
    select query.year, query.query, query.centre, query.form, query.kind, query.change, query.variable as anchor,
        coalesce(term.variable, query.variable) as variable, query.rule, applied.comparison
    from statistics.expectation as query
    left join meta.rule_scope as applied
        on applied.form = query.form and applied.rule = query.rule and applied.scope = query.scope and query.kind <> 'parts'
    left join meta.comparison as term
        on term.form = applied.form and term.comparison = applied.comparison and term.side = 'left'
    where query.change is not null
),
valued as (
    select named.*, asked.measure, coalesce(answer.value::double, 0) as value,
        sum(coalesce(answer.value::double, 0)) over (partition by named.year, named.query) as together
    from named
    join meta.variable as asked on asked.form = named.form and asked.variable = named.variable
    join input.answer as answer
        on answer.year = named.year and answer.centre = named.centre and answer.variable = named.variable
),
own as (
    select year, query, centre, form, kind, comparison, measure, variable,
        change * if(together > 0, value / nullif(together, 0), (variable = anchor)::int) as change
    from valued
),
total as (
    select own.year, own.query, own.centre, own.form, own.kind, total.variable, own.measure,
        bool_or(own.variable = total.variable) as is_own,
        case
            when bool_or(own.variable = total.variable) then sum(own.change) filter (own.variable = total.variable)
            when count(held.variable) > 0 then 0
            else sum(own.change)
        end as change
    from own
    join meta.variable as total on total.form = own.form and total.measure = own.measure and total.category = 'total'
    left join meta.comparison as held
        on held.form = own.form and held.comparison = own.comparison and held.side = 'right' and held.variable = total.variable
    group by own.year, own.query, own.centre, own.form, own.kind, total.variable, own.measure
),
part as (
    select total.year, total.query, balance.balance, balance.variable, answer.value::double as value,
        total.change as of_total, own.change as of_own
    from total
    join meta.balance as head on head.form = total.form and head.variable = total.variable and head.sign = -1
    join meta.balance as balance on balance.form = head.form and balance.balance = head.balance and balance.sign = 1
    join input.answer as answer
        on answer.year = total.year and answer.centre = total.centre and answer.variable = balance.variable
    left join own on own.year = total.year and own.query = total.query and own.variable = balance.variable
    where total.kind is distinct from 'parts'
),
rest as (
    select year, query, variable,
        (of_total - coalesce(sum(of_own) over same, 0)) * value / nullif(sum(value) filter (of_own is null) over same, 0) as change
    from part
    window same as (partition by year, query, balance)
    qualify of_own is null
)
select year, query, variable, sum(change) as change
from (
    select year, query, variable, change from own
    union all
    select year, query, variable, change from total where not is_own
    union all
    select year, query, variable, change from rest
)
where change <> 0
group by all
