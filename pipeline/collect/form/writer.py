"""The form a centre fills in, as a workbook and as csv: its own name and last year's values in place."""

import csv
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from io import BytesIO, StringIO
from textwrap import wrap
from typing import Any

import xlsxwriter

from pipeline.collect.form.layout import (
    HEADING,
    IDENTITY_FIELDS,
    NO,
    WORDS,
    YES,
    Layout,
    Place,
    Text,
    as_number,
    asked,
    layout,
)
from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import NO_ACTIVITY, Form, codes_of
from pipeline.errors import PipelineError

SHEET = "Skjema"
NOT_OFFERED = "–"
TICK = "x"

# What the workbook says besides the form.
_WORDS = {
    "earlier": {"nb": "I fjor", "nn": "I fjor"},
    "refused": {"nb": "Dette kan ikke stå her", "nn": "Dette kan ikkje stå her"},
    "whole": {
        "nb": "Skriv et helt tall, 0 eller større. Skriv «–» hvis senteret ikke har tilbudet, eller «ukjent» "
        "hvis dere ikke har telt.",
        "nn": "Skriv eit heilt tal, 0 eller større. Skriv «–» om senteret ikkje har tilbodet, eller «ukjend» "
        "om de ikkje har talt.",
    },
    "decimal": {
        "nb": "Skriv et tall, 0 eller større, gjerne med desimaler. Skriv «–» hvis senteret ikke har tilbudet, "
        "eller «ukjent» hvis dere ikke har telt.",
        "nn": "Skriv eit tal, 0 eller større, gjerne med desimalar. Skriv «–» om senteret ikkje har tilbodet, "
        "eller «ukjend» om de ikkje har talt.",
    },
    "tick": {
        "nb": "Sett x hvis senteret ikke hadde noen aktivitet dette året. La ellers ruten stå tom.",
        "nn": "Set x om senteret ikkje hadde nokon aktivitet dette året. La elles ruta stå tom.",
    },
    "page": {"nb": "Side &P av &N", "nn": "Side &P av &N"},
}


def prefilled(definitions: Definitions, form: Form, centre: str) -> dict[str, str]:
    """What stands in a form before anybody fills it in: «–» for the national helpline where others run it."""
    if definitions.centres[centre].helpline:
        return {}
    marks = [codes_of(one.helpline).items() for one in definitions.indicators.values() if one.helpline]
    return {
        one.id: NOT_OFFERED for one in form.variables() if any(mark <= one.codes.items() for mark in marks)
    }


def identity(definitions: Definitions, year: int, centre: str, lang: str) -> dict[str, str]:
    """What a form says about itself; key → text.

    Raises: PipelineError when there is no such centre, form or language of the form.
    """
    if centre not in definitions.centres:
        raise PipelineError(f"There is no centre «{centre}» in schemas/centres.yaml.")
    if year < min(definitions.forms):
        raise PipelineError(f"There was no form in {year}; the first is {min(definitions.forms)}.")
    form = definitions.form(year)
    if lang not in form.title.root:
        raise PipelineError(f"The form is written in {', '.join(form.title.root)}, not in «{lang}».")
    return {
        "skjema": str(form.form),
        "revisjon": str(form.revision),
        "år": str(year),
        "senter": centre,
        "senternavn": definitions.centres[centre].name,
        "målform": lang,
        "demonstrasjon": YES if definitions.register.demonstration else NO,
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
    said = identity(definitions, year, centre, lang)
    form = definitions.form(year)
    filled = {**prefilled(definitions, form, centre), **(answers or {})}
    fields = layout(definitions, form).fields
    out = StringIO(newline="")
    lines = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for key, text in said.items():
        lines.writerow((key, WORDS[key][lang], text))
    lines.writerow(HEADING)
    lines.writerow((NO_ACTIVITY, definitions.survey.no_activity[lang], filled.get(NO_ACTIVITY, "")))
    for one in form.variables():
        lines.writerow((one.id, asked(one, fields[one.id], lang), filled.get(one.id, "")))
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
    said = identity(definitions, year, centre, lang)
    form = definitions.form(year)
    plan = layout(definitions, form)
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    # The day it was made would make a file differ from run to run.
    book.set_properties({"title": form.title[lang], "created": datetime(year, 12, 31)})  # noqa: DTZ001 (xlsx has no zone)
    draw = _Drawing(definitions, form, plan, lang, book)
    draw.page(f"{definitions.survey.short_title[lang]} {year} · {said['senternavn']}")
    draw.words(said)
    draw.answers({**prefilled(definitions, form, centre), **(answers or {})})
    if last_year:
        draw.last_year(last_year, f"{_WORDS['earlier'][lang]} ({year - 1})")
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
    "said": {"align": "left"},
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
    "off": {**_RIGHT, "font_color": _QUIET, "num_format": '"+"#,##0.##;"−"#,##0.##;"stemmer"'},
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
        self.sheet = book.add_worksheet(SHEET)
        self.kinds = {one.id: definitions.units[one.question.unit].type for one in form.variables()}
        self.kind_at = {field.at: self.kinds[field.variable] for field in plan.fields.values()}
        base = {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "top"}
        self.looks = {name: book.add_format({**base, **look}) for name, look in _LOOKS.items()} | {
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
        sheet.set_footer(f"&L{name}&R{_WORDS['page'][self.lang]}")
        sheet.protect()

    def words(self, said: Mapping[str, str]) -> None:
        """Writes everything that is fixed: titles, guides, labels, and what the form says about itself."""
        marks = [Text(Place(1, 0), self.form.title, "form")]
        if said["demonstrasjon"] == YES:
            marks.append(Text(Place(2, 0), self.definitions.survey.demonstration, "mark"))
        lines: dict[int, int] = {}
        for one in (*marks, *self.plan.texts):
            row, column, text = one.at.row, one.at.column, one.words[self.lang]
            if one.style in _ACROSS:
                self.sheet.merge_range(row, 0, row, self.plan.columns - 1, text, self.looks[one.style])
                room = _LABEL_WIDTH + _ANSWER_WIDTH * (self.plan.columns - 1)
            else:
                self.sheet.write_string(row, column, text, self.looks[one.style])
                room = _ANSWER_WIDTH if column else _LABEL_WIDTH
            if one.style != "unit":
                lines[row] = max(lines.get(row, 1), len(wrap(text, room)))
        tall = {one.at.row: 9 for one in self.plan.texts if one.style in ("section", "title")} | {0: 12}
        heights = {row: lines.get(row, 1) * _LINE_HEIGHT + tall.get(row, 1) for row in range(self.plan.rows)}
        for row, height in heights.items():
            self.sheet.set_row(row, height)
        self._pages(heights, lines)
        for key, field in IDENTITY_FIELDS.items():
            self._write(field.at, said[key], "said")

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
                used, start = used + sum(heights[one] for one in range(start, row + 1)), row + 1
            elif used + sum(heights[one] for one in range(start, row + 1)) > room and used:
                breaks.append(start)
                used = 0
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_h_pagebreaks(breaks)

    def answers(self, texts: Mapping[str, str]) -> None:
        """Writes the answer cells, what may stand in them, and the sums the sheet works out itself."""
        self._write(self.plan.tick.at, texts.get(NO_ACTIVITY, ""), "answer")
        self._check([self.plan.tick.at], f'={self.plan.tick.at.name}="{TICK}"', "tick")
        for field in self.plan.fields.values():
            self._write(field.at, texts.get(field.variable, ""), f"answer {self.kinds[field.variable]}")
        standing = {field.at: texts.get(field.variable, "") for field in self.plan.fields.values()}
        for one in self.plan.sums:
            look = self.looks["off" if one.total else f"quiet {self.kind_at[one.first]}"]
            self.sheet.write_formula(one.at.row, one.at.column, one.formula, look, one.result(standing))
            if one.total:
                wrong = f"=AND(ISNUMBER({one.at.name}),ABS({one.at.name})>0.0001)"
                rule = {"type": "formula", "criteria": wrong, "format": self.looks["wrong"]}
                self.sheet.conditional_format(one.at.row, one.at.column, one.at.row, one.at.column, rule)
        for whole in (True, False):
            places = [at for at, kind in self.kind_at.items() if (kind != "decimal") == whole]
            if places:
                at = places[0].name
                amount = f"{at}>=0,{at}=INT({at})" if whole else f"{at}>=0"
                words = ",".join(f'{at}="{word}"' for word in (NOT_OFFERED, "-", "ukjent", "ukjend"))
                self._check(
                    places, f"=IF(ISNUMBER({at}),AND({amount}),OR({words}))", "whole" if whole else "decimal"
                )
        first = next(iter(self.plan.fields.values())).at
        self.sheet.set_selection(first.row, first.column, first.row, first.column)

    def last_year(self, texts: Mapping[str, str], heading: str) -> None:
        """Writes last year's values in the same pattern beside the answers."""
        end = 2 * self.plan.columns - 1
        for one in self.plan.texts:
            at = self.plan.earlier(Place(one.at.row, max(one.at.column, 1)))
            if one.style == "section":
                self.sheet.merge_range(at.row, at.column, at.row, end, heading, self.looks["section"])
            elif one.style == "heading" and one.words is not WORDS["sum"]:
                self.sheet.write_string(at.row, at.column, one.words[self.lang], self.looks["heading"])
        for field in self.plan.fields.values():
            at = self.plan.earlier(field.at)
            self._write(at, texts.get(field.variable, ""), f"quiet {self.kinds[field.variable]}")

    def _write(self, at: Place, text: str, look: str) -> None:
        value = as_number(text)
        if value is not None:
            self.sheet.write_number(at.row, at.column, value, self.looks[look])
        elif text:
            self.sheet.write_string(at.row, at.column, text, self.looks[look])
        else:
            self.sheet.write_blank(at.row, at.column, None, self.looks[look])

    def _check(self, places: Sequence[Place], holds: str, say: str) -> None:
        """Lets only what keeps the formula be typed here, and says so when something else is."""
        rule = {
            "validate": "custom",
            "value": holds,
            "error_title": _WORDS["refused"][self.lang],
            "error_message": _WORDS[say][self.lang],
            "multi_range": " ".join(place.name for place in places),
        }
        self.sheet.data_validation(places[0].row, places[0].column, places[0].row, places[0].column, rule)
