"""An indicator as a workbook to read: what it is, then the country, the counties and the centres in a sheet each."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import xlsxwriter

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Indicator, category, codes_of
from pipeline.disseminate import labels
from pipeline.disseminate.charts.chart_dicts import SIGNS, dated
from pipeline.disseminate.downloads import metadata
from pipeline.disseminate.downloads.jsonstat import Columns, provisional, published
from pipeline.disseminate.labels import area_key
from pipeline.output import TOTAL
from pipeline.text import Phrases, spans

_WIDE, _NARROW = 46, 11  # characters
_WIDTH, _LINE = 95, 15  # characters on a line of the cover, and its height in points
_A4 = 9
_FORMATS = {"count": "#,##0", "decimal": "#,##0.0", "kroner": "#,##0"}


class _Row(NamedTuple):
    """One row of a sheet: what it is, and year → value or sign."""

    head: str
    cells: Mapping[int, float | str]


def document(
    indicator: Indicator,
    definitions: Definitions,
    columns: Columns,
    areas: Mapping[str, str],
    words: Phrases,
    about_figures: Mapping[str, Any],
) -> bytes:
    """Gives the workbook in the first language of the statistic; the same figures give the same bytes."""
    lang, survey, unit = words.lang, definitions.survey, definitions.units[indicator.unit]
    total, national = _cells(indicator, definitions, columns)
    title, open_to_change = indicator.label[lang], provisional(columns)
    about = [
        title,
        words("sheet.unit", unit=unit.many[lang]),
        *filter(None, [metadata.mark(about_figures, lang)]),
        indicator.about[lang],
        *(f"{SIGNS[sign]}  {words(f'signs.{sign}')}" for sign in ("Q", "O", "M")),
        *([f"*  {words('signs.P')}"] if open_to_change else []),
        *_origins(indicator, definitions, columns, words),
        *(
            f"{known_break.year}: {words(f'break.short.{known_break.kind}')}. {known_break.why[lang]}"
            for known_break in indicator.breaks
        ),
        words("sheet.source", producer=survey.producer[lang], licence=survey.licence),
        about_figures["statement"][lang],
        words("sheet.rest"),
    ]
    present = definitions.counties
    sheets = [
        ("sheet.nation", _named(definitions, national, words)),
        ("sheet.counties", [_Row(areas[id], total[id]) for id in areas if id in present and id in total]),
        ("sheet.today", [_Row(areas[id], total[id]) for id in areas if "@" in id and id in total]),
        (
            "sheet.centres",
            [_Row(areas[id], total[id]) for id in areas if id in definitions.centres and id in total],
        ),
    ]
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        day = datetime(definitions.survey.last_year, 12, 31)  # noqa: DTZ001  (a workbook has no zone)
        book.set_properties({"title": title, "author": survey.producer[lang], "created": day})
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        figure = book.add_format({"num_format": _FORMATS[unit.type], "align": "right"})
        cover = book.add_worksheet(words("sheet.about"))
        cover.set_column(0, 0, 100)
        for row, text in enumerate(about):
            cover.write_string(row, 0, text, wrapped if row else bold)
            cover.set_row(row, _LINE * -(-len(text) // _WIDTH or 1))
        _set_up(cover, title, survey.producer[lang])
        for name, rows in sheets:
            sheet = book.add_worksheet(words(name))
            sheet.set_column(0, 0, _WIDE)
            sheet.set_column(1, len(definitions.years), _NARROW, figure)
            sheet.write_string(0, 0, labels.with_unit(definitions, indicator, lang), bold)
            sheet.freeze_panes(2, 1)
            sheet.repeat_rows(0, 1)
            sheet.repeat_columns(0)
            _set_up(sheet, title, survey.producer[lang])
            heads = {year: dated(year, open_to_change) for year in definitions.years}
            _fill(sheet, rows, heads, bold, figure)
    return content.getvalue()


def _set_up(sheet: xlsxwriter.worksheet.Worksheet, title: str, producer: str) -> None:
    """A4 lying down, all columns on one page's width, what it is and which page at its foot."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{title}&C{producer}&R&P / &N")


def _fill(
    sheet: xlsxwriter.worksheet.Worksheet,
    rows: Sequence[_Row],
    years: Mapping[int, str],
    bold: xlsxwriter.format.Format,
    figure: xlsxwriter.format.Format,
) -> None:
    for column, head in enumerate(years.values(), start=1):
        sheet.write_string(1, column, head, bold)
    for line, row in enumerate(rows, start=2):
        sheet.write_string(line, 0, row.head)
        for column, year in enumerate(years, start=1):
            value = row.cells.get(year, SIGNS["M"])
            if isinstance(value, str):
                sheet.write_string(line, column, value, figure)
            else:
                sheet.write_number(line, column, value, figure)


def _origins(
    indicator: Indicator, definitions: Definitions, columns: Columns, words: Phrases
) -> Iterator[str]:
    """Which figures others have published, and that the rest are constructed; nothing where none are constructed."""
    if "constructed" not in columns["source"]:
        return
    for name, years in published(indicator, columns).items():
        label = labels.category(definitions, name, words, lists=True)
        yield words("sheet.published", label=label, years=spans(years))
    yield words("sheet.constructed")


_Cells = dict[str, dict[int, float | str]]


def _cells(indicator: Indicator, definitions: Definitions, columns: Columns) -> tuple[_Cells, _Cells]:
    """Place → its totals by year, and category → the national figures by year; a sign where there is no value."""
    total: _Cells = {}
    national: _Cells = {}
    broken_down = [columns[name] for name in indicator.breakdowns]
    for at, area in enumerate(columns["area"]):
        codes = {
            name: own[at]
            for name, own in zip(indicator.breakdowns, broken_down, strict=True)
            if own[at] != TOTAL
        }
        is_national = area == definitions.nation.id
        if codes and not is_national:
            continue
        status, value, year = columns["status"][at], columns["value"][at], columns["year"][at]
        cell = SIGNS[status] if value is None else value
        if not codes:
            total.setdefault(area_key(area, columns["area_level"][at]), {})[year] = cell
        if is_national:
            national.setdefault(category(codes), {})[year] = cell
    return total, national


def _named(definitions: Definitions, national: _Cells, words: Phrases) -> list[_Row]:
    """The rows of the country: the total, then each category with its words."""
    positions = {
        (name, code): position
        for name, codelist in definitions.codelists.items()
        for position, code in enumerate(codelist.codes)
    }
    ordered = sorted(
        national,
        key=lambda name: (
            name != TOTAL,
            name.count(","),
            [(breakdown, positions[breakdown, code]) for breakdown, code in codes_of(name).items()],
        ),
    )
    return [_Row(labels.category(definitions, name, words, lists=True), national[name]) for name in ordered]
