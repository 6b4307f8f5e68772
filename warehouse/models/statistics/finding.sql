-- What an analyst is told about the national figures.
select rule.severity, rule.audience, rule.position, breach.*
from statistics.breach as breach
join meta.rule as rule using (rule)
