"""The csv that a Norwegian spreadsheet opens right: semicolons, decimal comma, names beside codes, codes as text."""

import csv
import io
from collections.abc import Mapping

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Indicator
from pipeline.disseminate.downloads.jsonstat import Columns
from pipeline.disseminate.labels import area_key, with_unit
from pipeline.output import TOTAL
from pipeline.text import Phrases

SUFFIX = "excel.csv"


def document(
    indicator: Indicator, definitions: Definitions, columns: Columns, areas: Mapping[str, str], words: Phrases
) -> bytes:
    """Gives every figure of the machine's csv with its words, in the first language of the statistic."""
    lang = words.lang
    lists = {
        name: {
            TOTAL: words("table.total"),
            **{code: entry.label[lang] for code, entry in definitions.codelists[name].codes.items()},
        }
        for name in indicator.breakdowns
    }
    head = [
        words("table.year"),
        words("table.area"),
        words("table.code"),
        *(definitions.codelists[name].label[lang] for name in indicator.breakdowns),
        with_unit(definitions, indicator, lang),
        words("table.sign"),
        words("table.centres"),
        words("table.expected"),
        words("table.comparable"),
    ]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    signs = {sign: words(f"sign.{sign}") for sign in ("Q", "O", "M", "P")}
    rows = zip(*columns.values(), strict=True)
    for row in rows:
        cell = dict(zip(columns, row, strict=True))
        writer.writerow(
            [
                cell["year"],
                areas[area_key(cell["area"], cell["area_level"])],
                _as_text(cell["area"]),
                *(lists[name][cell[name]] for name in indicator.breakdowns),
                _number(cell["value"]),
                signs.get(cell["status"], ""),
                cell["n_centres"],
                cell["n_expected"],
                cell["comparable_since"],
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def _as_text(code: str) -> str:
    """A code of digits alone as a formula that gives it as text; a spreadsheet would drop its first 0."""
    return f'="{code}"' if code.isdigit() else code


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}".replace(".", ",")
