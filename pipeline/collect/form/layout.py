"""Where everything in a form stands: each answer, the words beside it, and the sums the sheet works out.

One layout serves everybody: the workbook is drawn from it, the csv lists it, and the reader finds answers by it.
It depends on the form alone, so a cell has the same address in bokmål, in nynorsk and at every centre.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import isfinite

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import (
    NO_ACTIVITY,
    Form,
    FormTable,
    Label,
    Question,
    Variable,
    category,
    variable,
)

IDENTITY = ("skjema", "revisjon", "år", "senter", "senternavn", "målform", "demonstrasjon")
HEADING = ("variabel", "spørsmål", "svar")  # of the csv
YES, NO = "ja", "nei"

# The words of the sheet itself; what is asked stands in schemas/forms.
WORDS = {
    "skjema": {"nb": "Skjema", "nn": "Skjema"},
    "revisjon": {"nb": "Revisjon", "nn": "Revisjon"},
    "år": {"nb": "År", "nn": "År"},
    "senter": {"nb": "Senterets kode", "nn": "Koden til senteret"},
    "senternavn": {"nb": "Senter", "nn": "Senter"},
    "målform": {"nb": "Målform", "nn": "Målform"},
    "demonstrasjon": {"nb": "Demonstrasjonstall", "nn": "Demonstrasjonstal"},
    "guide": {
        "nb": "Fyll ut de lyse feltene; resten er låst. Summene regnes ut av seg selv, og «Avvik fra totalen» skal "
        "vise «stemmer» før dere sender skjemaet. Hadde senteret ingen aktivitet, er det nok å sette x på "
        "linjen under.",
        "nn": "Fyll ut dei lyse felta; resten er låst. Summane blir rekna ut av seg sjølve, og «Avvik frå totalen» "
        "skal vise «stemmer» før de sender skjemaet. Hadde senteret ikkje nokon aktivitet, er det nok å setje x på "
        "linja under.",
    },
    "tick": {"nb": "sett x", "nn": "set x"},
    "sum": {"nb": "Sum", "nn": "Sum"},
    "difference": {"nb": "Avvik fra totalen", "nn": "Avvik frå totalen"},
    "total": {"nb": "I alt", "nn": "I alt"},
}


@dataclass(frozen=True)
class Place:
    """A cell of the sheet; rows and columns count from 0."""

    row: int
    column: int

    @property
    def name(self) -> str:
        """Its address as a spreadsheet writes it: `B14`."""
        return str(xl_rowcol_to_cell(self.row, self.column))


@dataclass(frozen=True)
class Text:
    """Fixed words of the form, in each of its languages."""

    at: Place
    words: Mapping[str, str] | Label
    style: str


@dataclass(frozen=True)
class Field:
    """One answer cell, and the words beside it that say what is asked there."""

    variable: str
    at: Place
    captions: tuple[Text, ...]


@dataclass(frozen=True)
class Sum:
    """A cell the sheet works out: the sum of a rectangle or, given a total, how far that sum is from it."""

    at: Place
    first: Place
    last: Place
    total: Place | None = None

    @property
    def formula(self) -> str:
        """What the cell says in a spreadsheet; nothing while there is nothing to add or a part is not counted."""
        cells = f"{self.first.name}:{self.last.name}"
        if self.total is None:
            return f'=IF(COUNT({cells})=0,"",SUM({cells}))'
        checkable = f'ISNUMBER({self.total.name}),COUNT({cells})>0,COUNTIF({cells},"ukj*")=0'
        return f'=IF(AND({checkable}),SUM({cells})-{self.total.name},"")'

    def result(self, texts: Mapping[Place, str]) -> float | str:
        """What the formula gives for these answers, for readers that do not calculate."""
        inside = [texts.get(place, "") for place in self._cells()]
        found = [value for value in map(as_number, inside) if value is not None]
        if self.total is None or not found:
            return sum(found) if found else ""
        total = as_number(texts.get(self.total, ""))
        if total is None or any(text.casefold().startswith("ukj") for text in inside):
            return ""
        return sum(found) - total

    def _cells(self) -> Iterator[Place]:
        for row in range(self.first.row, self.last.row + 1):
            for column in range(self.first.column, self.last.column + 1):
                yield Place(row, column)


@dataclass(frozen=True)
class Layout:
    """Where everything in a form stands."""

    texts: tuple[Text, ...]
    tick: Field  # that there was no activity; forms filled in before it was asked have nothing here
    fields: Mapping[str, Field]  # by variable
    sums: tuple[Sum, ...]

    @cached_property
    def columns(self) -> int:
        """How many columns labels, answers and sums take."""
        return 1 + max(place.column for one in self.sums for place in (one.at, one.last)) if self.sums else 3

    @cached_property
    def rows(self) -> int:
        """How many rows the form takes."""
        return 1 + max(one.at.row for one in self.texts)

    def earlier(self, at: Place) -> Place:
        """Where last year's value of the answer at this place is shown: the same row, beyond an empty column."""
        return Place(at.row, at.column + self.columns)


# What a form says about itself stands in the same cells in every form, so that a reader can ask which one it is.
_CAPTIONS = {key: Text(Place(row, 0), WORDS[key], "identity") for row, key in enumerate(IDENTITY, start=3)}
IDENTITY_FIELDS = {key: Field(key, Place(one.at.row, 1), (one,)) for key, one in _CAPTIONS.items()}

_Items = Generator[
    Text | Field | Sum, None, int
]  # what stands in a part of the sheet; gives the next free row


def layout(definitions: Definitions, form: Form) -> Layout:
    """Where every answer of a form stands, and the words and sums around it; the same in every language."""
    guide = Text(Place(len(IDENTITY) + 4, 0), WORDS["guide"], "guide")
    nothing = Text(Place(guide.at.row + 1, 0), definitions.survey.no_activity, "question")
    tick = Field(NO_ACTIVITY, Place(nothing.at.row, 1), (nothing,))
    beside = Text(Place(nothing.at.row, 2), WORDS["tick"], "unit")
    items = list(_sections(definitions, form, nothing.at.row + 1))
    return Layout(
        texts=(*_CAPTIONS.values(), guide, nothing, beside, *(one for one in items if isinstance(one, Text))),
        tick=tick,
        fields={one.variable: one for one in items if isinstance(one, Field)},
        sums=tuple(one for one in items if isinstance(one, Sum)),
    )


def _sections(definitions: Definitions, form: Form, row: int) -> _Items:
    for section in form.sections:
        yield Text(Place(row, 0), section.title, "section")
        yield Text(Place(row + 1, 0), section.guide, "guide")
        row += 2
        for questions in _side_by_side(section.questions):
            block = _question if len(questions) == 1 else _matrix
            row = yield from block(definitions, questions, row)
        row += 1
    return row


def _side_by_side(questions: Iterable[Question]) -> list[list[Question]]:
    """Consecutive questions that break down by the same rows share a block; one with further tables ends it."""
    runs: list[list[Question]] = []
    for one in questions:
        if runs and _fits(runs[-1], one):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _fits(run: Sequence[Question], one: Question) -> bool:
    if len(run[-1].tables) != 1 or not one.tables or one.unit in {question.unit for question in run}:
        return False
    before, first = run[-1].tables[0], one.tables[0]
    return before.columns is None and first.columns is None and before.rows == first.rows


def _question(definitions: Definitions, questions: Sequence[Question], row: int) -> _Items:
    """A total, and each of its tables beneath."""
    (question,) = questions
    label = Text(Place(row, 0), question.label, "question")
    total = Field(question.measure, Place(row, 1), (label,))
    yield from (label, total, Text(Place(row, 2), definitions.units[question.unit].many, "unit"))
    row += 1
    if question.guide:
        yield Text(Place(row, 0), question.guide, "guide")
        row += 1
    for table in question.tables:
        row = yield from _table(definitions, question, table, total.at, row)
        row += 1
    return row


def _table(definitions: Definitions, question: Question, table: FormTable, total: Place, row: int) -> _Items:
    """A breakdown of a total: row and column sums, and how far they are from the total."""
    yield Text(Place(row, 0), table.title, "title")
    names: list[Label]
    if table.columns:
        names = [definitions.codelists[table.columns.by].codes[code] for code in table.columns.codes]
        codes = [{table.columns.by: code} for code in table.columns.codes]
    else:
        names, codes = [definitions.units[question.unit].many], [{}]
    headings = [Text(Place(row, column), name, "heading") for column, name in enumerate(names, start=1)]
    yield from headings
    first, last = Place(row + 1, 1), Place(row + len(table.rows.codes), len(headings))
    for line, code in enumerate(table.rows.codes, start=first.row):
        label = Text(Place(line, 0), definitions.codelists[table.rows.by].codes[code], "row")
        yield label
        for heading, column in zip(headings, codes, strict=True):
            asked = variable(question.measure, category({table.rows.by: code, **column}))
            captions = (label, heading) if table.columns else (label,)
            yield Field(asked, Place(line, heading.at.column), captions)
    yield from _sums(first, last, crossed=table.columns is not None)
    end = Place(last.row + 2, last.column + bool(table.columns))
    yield Text(Place(end.row, 0), WORDS["difference"], "sum")
    yield Sum(end, first, last, total)
    return end.row + 1


def _sums(first: Place, last: Place, *, crossed: bool) -> Iterator[Text | Sum]:
    """The sum of each column beneath it and, where a table has two sides, of each row beside it."""
    yield Text(Place(last.row + 1, 0), WORDS["sum"], "sum")
    for column in range(first.column, last.column + 1):
        yield Sum(Place(last.row + 1, column), Place(first.row, column), Place(last.row, column))
    if crossed:
        yield Text(Place(first.row - 1, last.column + 1), WORDS["sum"], "heading")
        for row in range(first.row, last.row + 1):
            yield Sum(Place(row, last.column + 1), Place(row, first.column), Place(row, last.column))
        yield Sum(Place(last.row + 1, last.column + 1), first, last)


def _matrix(definitions: Definitions, questions: Sequence[Question], row: int) -> _Items:
    """Several totals side by side, each broken down by the same rows; further tables of the last one beneath."""
    for question in questions:
        if question.guide:
            texts = {
                language: f"{question.label[language]}: {text}"
                for language, text in question.guide.root.items()
            }
            yield Text(Place(row, 0), texts, "guide")
            row += 1
    table = questions[0].tables[0]
    yield Text(Place(row, 0), definitions.codelists[table.rows.by].label, "title")
    headings = [
        Text(Place(row, column), definitions.units[question.unit].many, "heading")
        for column, question in enumerate(questions, start=1)
    ]
    yield from headings
    names = [WORDS["total"], *(definitions.codelists[table.rows.by].codes[code] for code in table.rows.codes)]
    labels = [
        Text(Place(line, 0), name, "row" if line > row + 1 else "question")
        for line, name in enumerate(names, start=row + 1)
    ]
    yield from labels
    categories = [category({}), *(category({table.rows.by: code}) for code in table.rows.codes)]
    for label, cell in zip(labels, categories, strict=True):
        for heading, question in zip(headings, questions, strict=True):
            at = Place(label.at.row, heading.at.column)
            yield Field(variable(question.measure, cell), at, (label, heading))
    first, last = Place(labels[1].at.row, 1), Place(labels[-1].at.row, len(questions))
    yield from _sums(first, last, crossed=False)
    yield Text(Place(last.row + 2, 0), WORDS["difference"], "sum")
    for column in range(first.column, last.column + 1):
        top, end = Place(first.row, column), Place(last.row, column)
        yield Sum(Place(last.row + 2, column), top, end, Place(labels[0].at.row, column))
    row = last.row + 3
    total = Place(labels[0].at.row, len(questions))
    for further in questions[-1].tables[1:]:
        row = yield from _table(definitions, questions[-1], further, total, row + 1)
    return row + 1


def as_number(text: str) -> float | None:
    """The number a cell would hold for this text; None when it must stay text to be read back unchanged.

    >>> as_number("12"), as_number("5,25"), as_number("012"), as_number("–")
    (12.0, 5.25, None, None)
    """
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    kept = isfinite(value) and float(f"{value:.16G}") == value  # a workbook keeps sixteen digits
    return value if kept and as_text(value) == text else None


def as_text(value: float) -> str:
    """A stored number as text: whole without decimals, others with a comma and no group marks.

    >>> as_text(1200.0), as_text(5.25)
    ('1200', '5,25')
    """
    exact = Decimal(repr(value))
    whole = exact.to_integral_value()
    return f"{whole if exact == whole else exact:f}".replace(".", ",")


def asked(one: Variable, field: Field, lang: str) -> str:
    """What is asked in an answer cell, in one line: question, row and column as printed."""
    words = (one.question.label[lang], *(caption.words[lang] for caption in field.captions))
    return " / ".join(dict.fromkeys(words))
