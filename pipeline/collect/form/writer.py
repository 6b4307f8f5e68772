"""The form a centre fills in, as a workbook and as csv: its own name and last year's values in place."""

import csv
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from io import BytesIO, StringIO
from textwrap import wrap
from typing import Any

import xlsxwriter

from pipeline.collect.form.layout import (
    NOT_OFFERED,
    FormCell,
    Layout,
    Text,
    as_number,
    identity_fields,
    layout,
    prompt,
)
from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import NO_ACTIVITY, Form, Label, codes_of
from pipeline.errors import PipelineError

TICK = "x"


def prefilled(definitions: Definitions, form: Form, centre: str) -> dict[str, str]:
    """What stands in a form before anybody fills it in: «–» for the national service where others run it."""
    if definitions.centres[centre].national_service:
        return {}
    marks = [
        codes_of(indicator.national_service).items()
        for indicator in definitions.indicators.values()
        if indicator.national_service
    ]
    return {
        variable.id: NOT_OFFERED
        for variable in form.variables()
        if any(mark <= variable.codes.items() for mark in marks)
    }


def identity(definitions: Definitions, year: int, centre: str, lang: str) -> dict[str, str]:
    """What a form says about itself; line of its identity → text.

    Raises: PipelineError when there is no such centre, form or language of the form.
    """
    if centre not in definitions.centres:
        raise PipelineError(f"There is no centre «{centre}» in schemas/centres.yaml.")
    if year < min(definitions.forms):
        raise PipelineError(f"There was no form in {year}; the first is {min(definitions.forms)}.")
    form, words = definitions.form(year), definitions.form_words
    if lang not in form.title.root:
        raise PipelineError(f"The form is written in {', '.join(form.title.root)}, not in «{lang}».")
    return {
        "form": str(form.form),
        "revision": str(form.revision),
        "year": str(year),
        "centre": centre,
        "centre_name": definitions.centres[centre].name,
        "language": lang,
        "demonstration": words.affirmed if definitions.register.demonstration else words.denied,
    }


def csv_form(
    definitions: Definitions,
    year: int,
    centre: str,
    lang: str,
    answers: Mapping[str, str] | None = None,
) -> bytes:
    """The form as csv (semicolons, UTF-8 with mark): what it says about itself, then one line per answer.

    Raises: PipelineError when there is no such centre, form or language of the form.
    """
    about = identity(definitions, year, centre, lang)
    form, words = definitions.form(year), definitions.form_words
    filled = {**prefilled(definitions, form, centre), **(answers or {})}
    fields = layout(definitions, form).fields
    out = StringIO(newline="")
    lines = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for name, line in words.identity.lines().items():
        lines.writerow((line.key, line.caption[lang], about[name]))
    lines.writerow(words.csv_heading)
    lines.writerow((NO_ACTIVITY, definitions.survey.no_activity[lang], filled.get(NO_ACTIVITY, "")))
    for variable in form.variables():
        text = prompt(variable, fields[variable.id], lang)
        lines.writerow((variable.id, text, filled.get(variable.id, "")))
    return out.getvalue().encode("utf-8-sig")


def workbook(
    definitions: Definitions,
    year: int,
    centre: str,
    lang: str,
    last_year: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> bytes:
    """The form as a workbook of one visible sheet: answer cells open, everything else locked, nothing hidden.

    `answers` stand in the answer cells and `last_year` beside them, both by variable and as text. The same
    arguments give the same bytes.

    Raises: PipelineError when there is no such centre, form or language of the form.
    """
    about = identity(definitions, year, centre, lang)
    form = definitions.form(year)
    plan = layout(definitions, form)
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    # The day it was made would make a file differ from run to run.
    book.set_properties({"title": form.title[lang], "created": datetime(year, 12, 31)})  # noqa: DTZ001 (xlsx has no zone)
    draw = _Drawing(definitions, form, plan, lang, book)
    draw.page(f"{definitions.survey.short_title[lang]} {year} · {about['centre_name']}")
    draw.words(about)
    draw.answers({**prefilled(definitions, form, centre), **(answers or {})})
    if last_year:
        draw.last_year(last_year, definitions.form_words.last_year[lang].format(year=year - 1))
    book.close()
    return out.getvalue()


_INK, _QUIET, _LINE, _FIELD, _BAND, _ALARM = "#1F2A37", "#5B6675", "#B8C4D1", "#F0F6FC", "#24476B", "#8A1C1C"
_TOP = {"text_wrap": True, "valign": "bottom", "bottom": 1, "bottom_color": _LINE}
_RIGHT = {"align": "right", "valign": "vcenter"}
_LOOKS: dict[str, dict[str, Any]] = {
    "name": {"bold": True, "font_size": 16, "valign": "vcenter"},
    "form": {"font_color": _QUIET, "text_wrap": True},
    "mark": {"font_color": _ALARM, "text_wrap": True},
    "identity": {"font_color": _QUIET},
    "identity value": {"align": "left"},
    "section": {
        "bold": True,
        "font_size": 13,
        "font_color": "#FFFFFF",
        "bg_color": _BAND,
        "valign": "vcenter",
    },
    "guide": {"font_color": _QUIET, "text_wrap": True, "valign": "vcenter"},
    "question": {"bold": True, "text_wrap": True, "valign": "vcenter"},
    "unit": {"font_color": _QUIET, "valign": "vcenter", "indent": 1},
    "title": {**_TOP, "bold": True},
    "heading": {**_TOP, "align": "right", "font_size": 9, "font_color": _QUIET},
    "row": {"text_wrap": True, "valign": "vcenter", "indent": 1},
    "sum": {"font_color": _QUIET, "valign": "vcenter"},
    "answer": {**_RIGHT, "locked": False, "bg_color": _FIELD, "border": 1, "border_color": _LINE},
    "quiet": {**_RIGHT, "font_color": _QUIET},
    "off": {**_RIGHT, "font_color": _QUIET, "num_format": '"+"#,##0.##;"−"#,##0.##;"{no_difference}"'},
    "wrong": {"bold": True, "font_color": _ALARM, "bg_color": "#FBE9E7"},
}
_NUMBERS = {"count": "#,##0", "kroner": "#,##0", "decimal": "#,##0.0##"}
_ACROSS = {"form", "mark", "section", "guide"}  # these take the whole width of the form
_LABEL_WIDTH, _ANSWER_WIDTH, _GAP_WIDTH = 42, 14, 3  # characters
_LINE_HEIGHT, _MARGIN, _PAPER = 15, 0.6, (8.27, 11.69)  # points; inches, A4


class _Drawing:
    """A sheet being drawn from a layout."""

    def __init__(
        self, definitions: Definitions, form: Form, plan: Layout, lang: str, book: xlsxwriter.Workbook
    ) -> None:
        self.definitions, self.form, self.plan, self.lang = definitions, form, plan, lang
        self.form_words = definitions.form_words
        self.sheet = book.add_worksheet(self.form_words.sheet)
        self.kinds = {
            variable.id: definitions.units[variable.question.unit].type for variable in form.variables()
        }
        self.kind_at = {field.at: self.kinds[field.variable] for field in plan.fields.values()}
        base = {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "top"}
        off = _LOOKS["off"]["num_format"].replace("{no_difference}", self.form_words.no_difference)
        looks = {**_LOOKS, "off": {**_LOOKS["off"], "num_format": off}}
        self.looks = {name: book.add_format({**base, **look}) for name, look in looks.items()} | {
            f"{name} {kind}": book.add_format({**base, **_LOOKS[name], "num_format": shown})
            for name in ("answer", "quiet")
            for kind, shown in _NUMBERS.items()
        }

    def page(self, name: str) -> None:
        """Sets up paper, widths and protection, and writes the line repeated on each printed page."""
        sheet, columns = self.sheet, self.plan.columns
        sheet.set_column(0, 0, _LABEL_WIDTH)
        sheet.set_column(1, columns - 1, _ANSWER_WIDTH)
        sheet.set_column(columns, columns, _GAP_WIDTH)
        sheet.set_column(columns + 1, 2 * columns - 1, _ANSWER_WIDTH)
        sheet.write_string(0, 0, name, self.looks["name"])
        sheet.freeze_panes(1, 0)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)  # A4
        sheet.set_margins(_MARGIN, _MARGIN, _MARGIN, _MARGIN + 0.1)
        sheet.repeat_rows(0)
        sheet.print_area(0, 0, self.plan.rows - 1, columns - 1)
        pages = self.form_words.page[self.lang].format(page="&P", pages="&N")
        sheet.set_footer(f"&L{name}&R{pages}")
        sheet.protect()

    def words(self, about: Mapping[str, str]) -> None:
        """Writes everything that is fixed: titles, guides, labels, and what the form says about itself."""
        marks = [Text(FormCell(1, 0), self.form.title, "form")]
        if about["demonstration"] == self.form_words.affirmed:
            marks.append(Text(FormCell(2, 0), self.definitions.survey.demonstration, "mark"))
        lines: dict[int, int] = {}
        for fixed in (*marks, *self.plan.texts):
            row, column, text = fixed.at.row, fixed.at.column, fixed.words[self.lang]
            if fixed.style in _ACROSS:
                self.sheet.merge_range(row, 0, row, self.plan.columns - 1, text, self.looks[fixed.style])
                room = _LABEL_WIDTH + _ANSWER_WIDTH * (self.plan.columns - 1)
            else:
                self.sheet.write_string(row, column, text, self.looks[fixed.style])
                room = _ANSWER_WIDTH if column else _LABEL_WIDTH
            if fixed.style != "unit":
                lines[row] = max(lines.get(row, 1), len(wrap(text, room)))
        tall = {text.at.row: 9 for text in self.plan.texts if text.style in ("section", "title")} | {0: 12}
        heights = {row: lines.get(row, 1) * _LINE_HEIGHT + tall.get(row, 1) for row in range(self.plan.rows)}
        for row, height in heights.items():
            self.sheet.set_row(row, height)
        self._pages(heights, lines)
        for name, field in identity_fields(self.form_words).items():
            self._write(field.at, about[name], "identity value")

    def _pages(self, heights: Mapping[int, int], filled: Collection[int]) -> None:
        """Fits the width to the paper, and starts a new page between two tables rather than inside one."""
        columns = self.plan.columns
        width = (
            7 * (_LABEL_WIDTH + _ANSWER_WIDTH * (columns - 1)) + 5 * columns
        ) / 96  # as spreadsheets reckon
        scale = min(1, (_PAPER[0] - 2 * _MARGIN) / width)
        room = 72 * (_PAPER[1] - 2 * _MARGIN - 0.1) / scale - heights[0] - 2 * _LINE_HEIGHT
        breaks, used, start = [], 0, 1
        for row in range(1, self.plan.rows):
            if row not in filled:  # an empty row ends a table
                used, start = used + sum(heights[above] for above in range(start, row + 1)), row + 1
            elif used + sum(heights[above] for above in range(start, row + 1)) > room and used:
                breaks.append(start)
                used = 0
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_h_pagebreaks(breaks)

    def answers(self, texts: Mapping[str, str]) -> None:
        """Writes the answer cells, what may stand in them, and the sums the sheet works out itself."""
        advice = self.form_words.advice
        self._write(self.plan.tick.at, texts.get(NO_ACTIVITY, ""), "answer")
        self._check([self.plan.tick.at], f'={self.plan.tick.at.name}="{TICK}"', advice.tick)
        for field in self.plan.fields.values():
            self._write(field.at, texts.get(field.variable, ""), f"answer {self.kinds[field.variable]}")
        standing = {field.at: texts.get(field.variable, "") for field in self.plan.fields.values()}
        for sum_ in self.plan.sums:
            at = sum_.at
            look = self.looks["off" if sum_.total else f"quiet {self.kind_at[sum_.first]}"]
            self.sheet.write_formula(at.row, at.column, sum_.formula, look, sum_.result(standing))
            if sum_.total:
                wrong = f"=AND(ISNUMBER({at.name}),ABS({at.name})>0.0001)"
                rule = {"type": "formula", "criteria": wrong, "format": self.looks["wrong"]}
                self.sheet.conditional_format(at.row, at.column, at.row, at.column, rule)
        for whole in (True, False):
            cells = [cell for cell, kind in self.kind_at.items() if (kind != "decimal") == whole]
            if cells:
                name = cells[0].name
                amount = f"{name}>=0,{name}=INT({name})" if whole else f"{name}>=0"
                allowed = (NOT_OFFERED, "-", *self.form_words.not_counted)
                words = ",".join(f'{name}="{word}"' for word in allowed)
                holds = f"=IF(ISNUMBER({name}),AND({amount}),OR({words}))"
                self._check(cells, holds, advice.whole if whole else advice.decimal)
        first = next(iter(self.plan.fields.values())).at
        self.sheet.set_selection(first.row, first.column, first.row, first.column)

    def last_year(self, texts: Mapping[str, str], heading: str) -> None:
        """Writes last year's values in the same pattern beside the answers."""
        end = 2 * self.plan.columns - 1
        for text in self.plan.texts:
            at = self.plan.earlier(FormCell(text.at.row, max(text.at.column, 1)))
            if text.style == "section":
                self.sheet.merge_range(at.row, at.column, at.row, end, heading, self.looks["section"])
            elif text.style == "heading" and text.words is not self.form_words.sum:
                self.sheet.write_string(at.row, at.column, text.words[self.lang], self.looks["heading"])
        for field in self.plan.fields.values():
            at = self.plan.earlier(field.at)
            self._write(at, texts.get(field.variable, ""), f"quiet {self.kinds[field.variable]}")

    def _write(self, at: FormCell, text: str, look: str) -> None:
        value = as_number(text)
        if value is not None:
            self.sheet.write_number(at.row, at.column, value, self.looks[look])
        elif text:
            self.sheet.write_string(at.row, at.column, text, self.looks[look])
        else:
            self.sheet.write_blank(at.row, at.column, None, self.looks[look])

    def _check(self, cells: Sequence[FormCell], holds: str, advice: Label) -> None:
        """Lets only what keeps the formula be typed here, and says so when something else is."""
        rule = {
            "validate": "custom",
            "value": holds,
            "error_title": self.form_words.refused[self.lang],
            "error_message": advice[self.lang],
            "multi_range": " ".join(cell.name for cell in cells),
        }
        self.sheet.data_validation(cells[0].row, cells[0].column, cells[0].row, cells[0].column, rule)
