-- A single number within its limits: those of the rule, or so many times the largest figure ever published for the nation.
with largest as (
    select form, variable, min(value) as value
    from (
        select derivation.form, derivation.variable, max(published.value) as value
        from source.published as published
        join meta.derivation as derivation
            on derivation.indicator = published.indicator and derivation.category = published.category
        where published.kind = 'exact' and published.part_of = ''
        group by derivation.form, derivation.variable, derivation.indicator, derivation.category
    ) as cell
    group by all
)
select
    rule.rule, answer.year, answer.centre, answer.version, answer.variable, applied.scope,
    answer.value::double as observed, rule.lowest as lower_limit,
    if(rule.times is null, rule.highest, rule.times * largest.value) as upper_limit
from input.answer as answer
join meta.rule as rule
    on rule.kind = 'range' and (rule.unit_type is null or list_contains(rule.unit_type, answer.type))
left join meta.rule_scope as applied
    on applied.rule = rule.rule and applied.form = answer.form and applied.anchor = answer.variable
left join largest on largest.form = answer.form and largest.variable = answer.variable
where answer.state = 'number' and (rule.times is null or largest.value is not null)
    and (applied.rule is not null or rule.rule not in (select rule from meta.rule_scope))
