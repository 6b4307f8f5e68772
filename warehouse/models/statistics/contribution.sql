-- What each centre, with those it took over, adds to a change of the nation; the sum is the change. Confidential, for analysts.
-- `kind`: kept = known both years with all it took over; partly = without one of those; joined, left = in one year only.
with joined as (
    select observation.year, observation.indicator, observation.centre, observation.value
    from processed.observation as observation
    where observation.category = 'total' and observation.value is not null
), heir as (
    select year, earlier_year, earlier_centre, any_value(centre) as centre from meta.lineage where back = 1 group by all
), before as (
    select
        observation.year + 1 as year, observation.indicator,
        coalesce(heir.centre, observation.centre) as centre, sum(observation.value) as value
    from joined as observation
    left join heir on heir.earlier_year = observation.year and heir.earlier_centre = observation.centre
    group by all
), change as (
    select
        coalesce(this.year, before.year) as year, coalesce(this.indicator, before.indicator) as indicator,
        coalesce(this.centre, before.centre) as centre,
        coalesce(this.value, 0) - coalesce(before.value, 0) as contribution,
        case
            when before.value is null then 'joined'
            when this.value is null then 'left'
            when matched_pair.centre is null then 'partly'
            else 'kept'
        end as kind
    from joined as this
    left join statistics.matched_pair as matched_pair
        on matched_pair.year = this.year and matched_pair.indicator = this.indicator and matched_pair.centre = this.centre
        and matched_pair.category = 'total'
    full join before on before.year = this.year and before.indicator = this.indicator and before.centre = this.centre
)
select change.*, 100 * change.contribution / nullif(figure.change, 0) as share_pct
from change
join statistics.figure as figure
    on figure.area_level = 'nation' and figure.category = 'total' and figure.year = change.year
    and figure.indicator = change.indicator and figure.change is not null
