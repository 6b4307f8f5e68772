"""What a file may cost and how far it may reach, as the definitions have it."""

from functools import cache

from pipeline.collect.form.layout import layout
from pipeline.collect.reader.limits import ReadingLimits
from pipeline.definitions import Definitions


@cache
def reading_limits(definitions: Definitions) -> ReadingLimits:
    """The limits of schemas/limits.yaml around the largest form, last year's values beside the answers."""
    layouts = [layout(definitions, form) for form in definitions.forms.values()]
    rows, columns = max(form.rows for form in layouts), max(2 * form.columns for form in layouts)
    limits, identity = definitions.limits, definitions.form_words.identity
    lines = (identity.form, identity.language)
    return ReadingLimits(
        **limits.model_dump(exclude={"distance", "reading"}),
        **limits.reading.model_dump(),
        form_rows=rows,
        form_columns=columns,
        first_last_year_column=max(form.columns for form in layouts) + 1,
        last_row=rows * limits.distance,
        last_column=columns * limits.distance,
        printed=(definitions.survey.producer_contact,),
        sheet=definitions.form_words.sheet,
        csv_keys=tuple(line.key for line in lines),
        sheet_keys=tuple(line.caption["nb"] for line in lines),
    )
