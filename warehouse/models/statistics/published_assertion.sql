-- The published figures ours must agree with, once every expected centre is in.
select
    rule.rule, published.year, published.indicator, published.category,
    published.ours as observed, published.lowest as lower_limit, published.highest as upper_limit,
    published.ours as left_value, published.published as right_value
from statistics.published as published
join meta.indicator as indicator on indicator.indicator = published.indicator
join meta.rule as rule on rule.kind = 'nation' and rule.observe = 'published'
where published.used and published.is_complete and published.kind in ('exact', 'lower_bound')
    and published.ours is not null
