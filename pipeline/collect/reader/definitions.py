"""How far a file may reach and what it may cost, as the definitions have it."""

from functools import cache

from pipeline.collect.form.layout import layout
from pipeline.collect.reader.form_extent import FormExtent
from pipeline.collect.reader.limits import Bounds
from pipeline.definitions import Definitions


@cache
def form_extent(definitions: Definitions) -> FormExtent:
    """How far the largest form reaches, last year's values beside the answers, and what a form may print itself."""
    plans = [layout(definitions, form) for form in definitions.forms.values()]
    return FormExtent(
        rows=max(plan.rows for plan in plans),
        columns=max(2 * plan.columns for plan in plans),
        printed=(definitions.survey.producer_contact,),
    )


@cache
def bounds(definitions: Definitions) -> Bounds:
    """What reading a file may cost: no farther than the airlock lets a cell stand."""
    limits, reach = definitions.limits, form_extent(definitions)
    return Bounds(
        rows=reach.rows * limits.distance,
        columns=reach.columns * limits.distance,
        **limits.reading.model_dump(),
    )
