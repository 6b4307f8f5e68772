"""What is noticed about a workbook beside its answers: each a remark at its cell, said by a rule of the catalogue."""

import unicodedata
from collections.abc import Iterator

from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

from pipeline.collect.form.layout import Field, FormCell, Layout, identity_fields
from pipeline.collect.reader.client import CellFeature, SheetContent
from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Form
from pipeline.model import Remark

_LOST_SOURCE = "#REF!"
_TITLES = 3  # rows of name, form and mark above what the form says about itself
_KINDS = {
    "uncalculated": "formula_has_its_result",
    "truth": "cell_holds_no_truth_value",
    "error": "cell_holds_no_error",
    "date": "cell_holds_no_date",
    "percentage": "cell_holds_no_percentage",
    "currency": "cell_holds_no_amount",
    "shown": "number_is_shown_as_stored",
    "footnote": "number_has_no_footnote",
    "struck": "number_is_not_struck_out",
}


def remarks_on(definitions: Definitions, form: Form, plan: Layout, sheet: SheetContent) -> list[Remark]:
    """Every remark about the sheet of a form: first those at answers as they are printed, then those about it all."""
    return [
        *_odd(definitions, form, plan, sheet),
        *_unseen_signs(form, plan, sheet),
        *_merged(plan, sheet),
        *_hidden(plan, sheet),
        *_outside(definitions, plan, sheet),
        *([Remark("sheet_has_another_name")] if sheet.sheet_is_renamed else []),
        *(
            [Remark("unseen_parts_are_left_out", facts={"parts": ", ".join(sheet.left_out)})]
            if sheet.left_out
            else []
        ),
    ]


def _odd(definitions: Definitions, form: Form, plan: Layout, sheet: SheetContent) -> Iterator[Remark]:
    for variable in form.variables():
        cell = plan.fields[variable.id].at.name
        odd = sheet.odd.get(cell)
        if odd is None:
            continue
        if odd.kind == "currency" and definitions.units[variable.question.unit].type == "kroner":
            continue
        has_lost_source = (odd.kind, odd.seen) == ("error", _LOST_SOURCE)
        yield Remark(
            "cell_has_lost_its_source" if has_lost_source else _KINDS[odd.kind],
            variable.id,
            cell,
            _facts(odd),
        )


def _unseen_signs(form: Form, plan: Layout, sheet: SheetContent) -> Iterator[Remark]:
    """Signs that take no room, pasted with a number from the web or a chat: read as if they were not there."""
    for variable in form.variables():
        cell = plan.fields[variable.id].at.name
        text = sheet.cells.get(cell, "")
        if isinstance(text, str) and any(unicodedata.category(sign) == "Cf" for sign in text):
            yield Remark("unseen_signs_are_left_out", variable.id, cell)


def _facts(odd: CellFeature) -> dict[str, str]:
    facts = {"seen": odd.seen, "meant": odd.meant}
    return {key: text for key, text in facts.items() if text is not None}


def _merged(plan: Layout, sheet: SheetContent) -> Iterator[Remark]:
    in_row: dict[int, list[Field]] = {}
    for field in plan.fields.values():
        in_row.setdefault(field.at.row, []).append(field)
    for area in sheet.merged:
        first, _, last = area.partition(":")
        (top, left), (bottom, right) = xl_cell_to_rowcol(first), xl_cell_to_rowcol(last or first)
        rows = (in_row.get(row, ()) for row in range(top, bottom + 1))
        under = [field for row in rows for field in row if left <= field.at.column <= right]
        if under:
            yield Remark("cells_are_apart", under[0].variable, under[0].at.name, {"area": area})


def _hidden(plan: Layout, sheet: SheetContent) -> Iterator[Remark]:
    cells = [field.at for field in plan.fields.values()]
    if rows := sorted({cell.row + 1 for cell in cells} & set(sheet.hidden_rows)):
        yield Remark("rows_are_visible", facts={"rows": ", ".join(map(str, rows))})
    if columns := sorted({cell.column for cell in cells if cell.column + 1 in sheet.hidden_columns}):
        yield Remark("columns_are_visible", facts={"columns": ", ".join(map(xl_col_to_name, columns))})
    if any(plan.columns < column <= 2 * plan.columns for column in sheet.hidden_columns):
        yield Remark("last_year_is_visible")
    if sheet.filtered:
        yield Remark("filter_is_off")


def _outside(definitions: Definitions, plan: Layout, sheet: SheetContent) -> Iterator[Remark]:
    """One remark for everything written where the form has nothing; what it says is not read."""
    fields = (plan.tick, *plan.fields.values(), *identity_fields(definitions.form_words).values())
    form = {text.at for text in plan.texts} | {sum_.at for sum_ in plan.sums} | {field.at for field in fields}
    last_year = {plan.earlier(at) for at in form} | {
        plan.earlier(FormCell(at.row, at.column + 1)) for at in form if not at.column
    }
    known = {at.name for at in form | last_year} | {FormCell(row, 0).name for row in range(_TITLES)}
    strange = sorted(
        (cell for cell, text in sheet.cells.items() if text != "" and cell not in known),
        key=xl_cell_to_rowcol,
    )
    if strange:
        yield Remark("content_stays_in_the_form", cell=strange[0], facts={"cells": str(len(strange))})
