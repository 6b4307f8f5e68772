-- What no answer may look like: each text held against the pattern of the rule (none: against all that cannot be read).
-- A plain number, `–` or `ukjent` is looked at by the rules on blank and unreadable answers alone.
-- Rules for no type of their own look at what is counted, not at the tick for no activity.
-- What a text may have meant is cast through decimal, which knows no `nan` and no `inf`.
select
    rule.rule, answer.year, answer.centre, answer.version, answer.variable,
    case
        when rule.pattern is null then answer.state = 'unreadable'
        when rule.pattern = '' then answer.state = 'blank'
        else regexp_full_match(answer.normalised, rule.pattern)
    end::int::double as observed,
    null::double as lower_limit, 0::double as upper_limit,
    try_cast(regexp_replace(answer.normalised, '[ .,]', '', 'g') as decimal(38, 4))::double as left_value,
    try_cast(regexp_replace(answer.normalised, '[ ,]', '.', 'g') as decimal(38, 4))::double as right_value
from input.answer as answer
join meta.rule as rule
    on rule.kind = 'written' and if(rule.unit_type is null, answer.type <> 'tick', list_contains(rule.unit_type, answer.type))
where rule.pattern is null or rule.pattern = ''
    or not regexp_full_match(answer.normalised, '|[0-9]+|[0-9]{1,3}( [0-9]{3})+|[–—-]|ukjent|ukjend')
