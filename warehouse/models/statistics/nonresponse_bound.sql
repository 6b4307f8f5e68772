-- What the centres not in a figure would have added to it, most likely and between two limits; null where that cannot be
-- worked out. Each is expected at its last known number times the growth since then of the centres known both years (ratio
-- model on the matched sample). How far such expectations have been from the truth until that year, on the scale of
-- log(1 + x) and leaving out the centre itself each time, gives the limits: the order statistics of a split-conformal
-- interval. Several centres err independently: the halves of their intervals are added as
-- squares.
-- Sources: Särndal, Swensson and Wretman, Model Assisted Survey Sampling, Springer 1992, chapter 7 (ratio model);
-- Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, Springer 2005; Lei et al., Distribution-Free
-- Predictive Inference for Regression, JASA 113 (2018).
-- Reads cells only: from shown cells it tells nothing else. A hidden number among those looked back at makes it null.
with known as (
    select cell.*, comparable.comparable_since
    from statistics.cell as cell
    join statistics.comparable as comparable using (year, indicator, category)
    where cell.area_level = 'centre' and cell.panel = 'all'
),
absent as (
    select
        own.year, own.area as centre, own.indicator, own.category,
        arg_max(before.value::double, before.year) as last_value, own.year - max(before.year) as back
    from known as own
    cross join meta.disclosure as disclosure
    join known as before
        on before.area = own.area and before.indicator = own.indicator and before.category = own.category
        and before.year between greatest(own.year - disclosure.nonresponse_years, own.comparable_since) and own.year - 1
        and before.status in ('A', 'Q')
    where own.status = 'O'
    group by own.year, own.area, own.indicator, own.category
    having bool_and(before.status = 'A')
),
paired as (
    select this.year, this.indicator, this.category, wanted.back, this.value::double as now, before.value::double as before
    from (select distinct indicator, category, back from absent) as wanted
    join known as this on this.indicator = wanted.indicator and this.category = wanted.category and this.status = 'A'
    join known as before
        on before.area = this.area and before.indicator = this.indicator and before.category = this.category
        and before.year = this.year - wanted.back and before.year >= this.comparable_since and before.status = 'A'
),
error as (
    select year, indicator, category, back,
        ln((now + 1) / (before * coalesce((sum(now) over same - now) / nullif(sum(before) over same - before, 0), 1) + 1)) as error
    from paired
    window same as (partition by year, indicator, category, back)
),
judged as (
    select
        absent.year, absent.centre, absent.indicator, absent.category, list_sort(list(error.error)) as errors, len(errors) as n,
        any_value(absent.last_value * growth.growth) as expected,
        floor((n + 1) * (1 - any_value(disclosure.nonresponse_confidence)) / 2)::int as lowest,
        ceil((n + 1) * (1 + any_value(disclosure.nonresponse_confidence)) / 2)::int as highest
    from absent
    cross join meta.disclosure as disclosure
    join error
        on error.indicator = absent.indicator and error.category = absent.category and error.back = absent.back
        and error.year <= absent.year
    join (
        select year, indicator, category, back, coalesce(sum(now) / nullif(sum(before), 0), 1) as growth from paired group by all
    ) as growth
        on growth.year = absent.year and growth.indicator = absent.indicator and growth.category = absent.category
        and growth.back = absent.back
    group by absent.year, absent.centre, absent.indicator, absent.category
),
bounded as (
    select
        year, centre, indicator, category,
        (expected + 1) * exp(list_median(errors)) - 1 as middle,
        greatest((expected + 1) * exp(errors[lowest]) - 1, 0) as least,
        (expected + 1) * exp(errors[highest]) - 1 as most
    from judged
    where lowest >= 1 and highest <= n
)
select
    area.year, area.area_level, area.area, own.indicator, own.category,
    if(count(most) = count(*), greatest(sum(middle) - sqrt(sum((middle - least) ** 2)), 0), null) as missing_least,
    if(count(most) = count(*), sum(middle) + sqrt(sum((most - middle) ** 2)), null) as missing_most
from meta.area as area
join known as own on own.year = area.year and own.area = area.centre and own.status = 'O'
left join bounded
    on bounded.year = own.year and bounded.centre = own.area
    and bounded.indicator = own.indicator and bounded.category = own.category
where area.area_level <> 'centre'
group by area.year, area.area_level, area.area, own.indicator, own.category
