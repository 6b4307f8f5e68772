"""The cell of the workbook each answer stands in: what its box, its card and its thread are called here too."""

from pipeline.collect.form.layout import Layout
from pipeline.definitions.schema_models import NO_ACTIVITY


def cell_of(plan: Layout, variable: str) -> str:
    """The cell of an answer."""
    return (plan.tick if variable == NO_ACTIVITY else plan.fields[variable]).at.name


def variables_by_cell(plan: Layout) -> dict[str, str]:
    """Cell → the answer that stands there."""
    return {plan.tick.at.name: NO_ACTIVITY, **{field.at.name: name for name, field in plan.fields.items()}}
