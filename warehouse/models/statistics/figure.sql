-- Every figure of every year with its comparisons. Reads cells only: from shown cells it tells nothing else.
-- A centre is compared with itself and those it took over; `like_` = among those known both years, one breakdown at a time;
-- nothing crosses a break.
-- `comparable_since`: the last break; `index`: 100 in the first known year since then, of a centre that took over another
-- since that year.
with whole as (from statistics.cell where panel = 'all'),
since as (from statistics.cell where panel = 'since'),
until as (from statistics.cell where panel = 'until'),
takeover as (select distinct year, centre from meta.lineage where back = 1 and earlier_centre <> centre),
compared as (
    select
        this.year, this.area_level, this.area, this.indicator, this.category, this.value, this.status,
        this.n_centres, this.n_expected, this.n_reported,
        comparable.comparable_since,
        greatest(comparable.comparable_since, if(this.area_level = 'centre', takeover.year, null)) as index_since,
        case when category.n_breakdowns > 1 then null when since.panel is null then this.value else since.value end as like_value,
        if(until.panel is null, before.value, until.value) as like_before,
        if(since.panel is null, this.n_reported, since.n_centres) as n_panel,
        if(this.area_level = 'centre', like_value, this.value) as after,
        if(this.area_level = 'centre', like_before, before.value) as before
    from whole as this
    join meta.category as category on category.indicator = this.indicator and category.category = this.category
    left join statistics.comparable as comparable
        on comparable.year = this.year and comparable.indicator = this.indicator and comparable.category = this.category
    asof left join takeover on takeover.centre = this.area and takeover.year <= this.year
    left join whole as before
        on before.year = this.year - 1 and before.area_level = this.area_level and before.area = this.area
        and before.indicator = this.indicator and before.category = this.category
        and before.year >= comparable.comparable_since
    left join since
        on since.year = this.year and since.area_level = this.area_level and since.area = this.area
        and since.indicator = this.indicator and since.category = this.category
    left join until
        on until.year = this.year - 1 and until.area_level = this.area_level and until.area = this.area
        and until.indicator = this.indicator and until.category = this.category
        and until.year >= comparable.comparable_since
), indexed as (
    select *, first_value(value ignore nulls) over (
        partition by area_level, area, indicator, category, index_since order by year
    ) as base
    from compared
)
select
    figure.year, figure.area_level, figure.area, figure.indicator, figure.category, figure.value, figure.status,
    figure.n_centres, figure.n_expected,
    figure.after - figure.before as change,
    100 * change / nullif(figure.before, 0) as change_pct,
    figure.like_value - figure.like_before as like_change,
    100 * like_change / nullif(figure.like_before, 0) as like_change_pct,
    if(like_change is null, 0, figure.n_panel) as n_panel,
    figure.n_reported,
    figure.comparable_since,
    100 * figure.value / nullif(figure.base, 0) as index,
    nonresponse.missing_least,
    nonresponse.missing_most
from indexed as figure
left join statistics.nonresponse_bound as nonresponse
    on nonresponse.year = figure.year and nonresponse.area_level = figure.area_level and nonresponse.area = figure.area
    and nonresponse.indicator = figure.indicator and nonresponse.category = figure.category and figure.value is not null
