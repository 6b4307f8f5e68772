-- What somebody is told: the breaches, with the cell where they stand, and what was noticed while reading. A rule that
-- yields to another says nothing where the other has spoken of the same answer, or of the whole return; and an answer
-- refused as it was read is not spoken of again. Where a tick for no activity is contradicted, what is blank may be 0 or
-- not, so no more is told than that and what cannot be read. What most centres would be asked, the form's owner is asked
-- instead (input.direction). An explanation (raw/<year>/edits.yaml) holds while the answer says the same; of a finding
-- about the whole form, while its number is the same. What explained the same a year ago is offered while nothing
-- explains it now.
with told as (
    select
        breach.rule, rule.severity, rule.audience, rule.position, breach.year, breach.centre, breach.version,
        breach.variable, breach.scope, counting.form, coalesce(answer.cell, '') as cell, coalesce(answer.text, printf('%.4g', breach.observed)) as value,
        breach.* exclude (rule, year, centre, version, variable, scope)
    from input.breach as breach
    join meta.rule as rule using (rule)
    join input.return as counting using (year, centre)
    left join input.answer as answer using (year, centre, variable)
    where not exists (
        select 1
        from meta.rule_yield as yielding
        join input.breach as told on told.rule = yielding.yields_to
        where yielding.rule = breach.rule and told.year = breach.year and told.centre = breach.centre
            and told.variable in (breach.variable, '')
    )
    and (rule.severity = 'note' or rule.kind = 'written' or not exists (
        select 1
        from input.breach as doubt
        join meta.rule as ticked on ticked.rule = doubt.rule and ticked.kind = 'answers' and ticked.observe = 'contradicted'
        where doubt.year = breach.year and doubt.centre = breach.centre and doubt.rule <> breach.rule
    ))
    and not exists (
        select 1 from input.remark_finding as told
        where told.year = breach.year and told.centre = breach.centre and told.variable = breach.variable
            and told.severity = 'fatal'
    )
    and not exists (
        select 1 from input.echo as echo
        where echo.year = breach.year and echo.centre = breach.centre and echo.rule = breach.rule and echo.scope = breach.scope
    )
    and not exists (
        select 1 from input.direction as moved
        where moved.rule = breach.rule and moved.scope = breach.scope and moved.year = breach.year
            and moved.n_same > moved.limit_of_share * moved.n and moved.is_rise = (breach.observed > breach.upper_limit)
    )
    union all by name
    select * from input.remark_finding
),
explanation as (
    select year, centre, rule, variable, expected, arg_max(reason, position) as explanation
    from source.edit
    where rule is not null
    group by all
),
earlier as (
    select year + 1 as year, centre, rule, variable, arg_max(reason, position) as explanation
    from source.edit
    where rule is not null
    group by all
)
select told.*, explanation.explanation, if(explanation.explanation is null, earlier.explanation, null) as offered
from told
left join explanation
    on explanation.year = told.year and explanation.centre = told.centre and explanation.rule = told.rule
    and explanation.variable = told.variable and explanation.expected = told.value
left join earlier
    on earlier.year = told.year and earlier.centre = told.centre and earlier.rule = told.rule
    and earlier.variable = told.variable
