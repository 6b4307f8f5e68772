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
from pipeline.definitions.form_words import FormWords
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

NOT_OFFERED = "–"
_IDENTITY_ROW = 3  # the first row in which a form says what it is


@dataclass(frozen=True)
class FormCell:
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

    at: FormCell
    words: Mapping[str, str] | Label
    style: str


@dataclass(frozen=True)
class Field:
    """One answer cell, and the words beside it that say what is asked there."""

    variable: str
    at: FormCell
    captions: tuple[Text, ...]


@dataclass(frozen=True)
class Sum:
    """A cell the sheet works out: the sum of a rectangle or, given a total, how far that sum is from it."""

    at: FormCell
    first: FormCell
    last: FormCell
    total: FormCell | None = None
    not_counted_begins: str = (
        ""  # how an answer begins that says it is not counted: then no difference is shown
    )

    @property
    def formula(self) -> str:
        """What the cell says in a spreadsheet; nothing while there is nothing to add or a part is not counted."""
        cells = f"{self.first.name}:{self.last.name}"
        if self.total is None:
            return f'=IF(COUNT({cells})=0,"",SUM({cells}))'
        checkable = (
            f'ISNUMBER({self.total.name}),COUNT({cells})>0,COUNTIF({cells},"{self.not_counted_begins}*")=0'
        )
        return f'=IF(AND({checkable}),SUM({cells})-{self.total.name},"")'

    def result(self, texts: Mapping[FormCell, str]) -> float | str:
        """What the formula gives for these answers, for readers that do not calculate."""
        inside = [texts.get(cell, "") for cell in self._cells()]
        numbers = [value for value in map(as_number, inside) if value is not None]
        if self.total is None or not numbers:
            return sum(numbers) if numbers else ""
        total = as_number(texts.get(self.total, ""))
        if total is None or any(text.casefold().startswith(self.not_counted_begins) for text in inside):
            return ""
        return sum(numbers) - total

    def _cells(self) -> Iterator[FormCell]:
        for row in range(self.first.row, self.last.row + 1):
            for column in range(self.first.column, self.last.column + 1):
                yield FormCell(row, column)


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
        return 1 + max(cell.column for sum_ in self.sums for cell in (sum_.at, sum_.last)) if self.sums else 3

    @cached_property
    def rows(self) -> int:
        """How many rows the form takes."""
        return 1 + max(text.at.row for text in self.texts)

    def earlier(self, at: FormCell) -> FormCell:
        """Where last year's value of the answer in this cell is shown: the same row, beyond an empty column."""
        return FormCell(at.row, at.column + self.columns)


_Items = Generator[
    Text | Field | Sum, None, int
]  # what stands in a part of the sheet; gives the next free row


def identity_fields(words: FormWords) -> dict[str, Field]:
    """Where a form says what it is: line → its field; the same cells in every form, so that any can be asked."""
    captions = {
        name: Text(FormCell(row, 0), line.caption, "identity")
        for row, (name, line) in enumerate(words.identity.lines().items(), start=_IDENTITY_ROW)
    }
    return {name: Field(name, FormCell(caption.at.row, 1), (caption,)) for name, caption in captions.items()}


def layout(definitions: Definitions, form: Form) -> Layout:
    """Where every answer of a form stands, and the words and sums around it; the same in every language."""
    words = definitions.form_words
    about = [caption for field in identity_fields(words).values() for caption in field.captions]
    guide = Text(FormCell(about[-1].at.row + 2, 0), words.guide, "guide")
    nothing = Text(FormCell(guide.at.row + 1, 0), definitions.survey.no_activity, "question")
    tick = Field(NO_ACTIVITY, FormCell(nothing.at.row, 1), (nothing,))
    beside = Text(FormCell(nothing.at.row, 2), words.tick, "unit")
    items = list(_sections(definitions, form, nothing.at.row + 1))
    return Layout(
        texts=(*about, guide, nothing, beside, *(item for item in items if isinstance(item, Text))),
        tick=tick,
        fields={item.variable: item for item in items if isinstance(item, Field)},
        sums=tuple(item for item in items if isinstance(item, Sum)),
    )


def _sections(definitions: Definitions, form: Form, row: int) -> _Items:
    for section in form.sections:
        yield Text(FormCell(row, 0), section.title, "section")
        yield Text(FormCell(row + 1, 0), section.guide, "guide")
        row += 2
        for questions in _side_by_side(section.questions):
            block = _question if len(questions) == 1 else _matrix
            row = yield from block(definitions, questions, row)
        row += 1
    return row


def _side_by_side(questions: Iterable[Question]) -> list[list[Question]]:
    """Consecutive questions that break down by the same rows share a block; one with further tables ends it."""
    runs: list[list[Question]] = []
    for question in questions:
        if runs and _fits(runs[-1], question):
            runs[-1].append(question)
        else:
            runs.append([question])
    return runs


def _fits(run: Sequence[Question], following: Question) -> bool:
    units = {question.unit for question in run}
    if len(run[-1].tables) != 1 or not following.tables or following.unit in units:
        return False
    before, first = run[-1].tables[0], following.tables[0]
    return before.columns is None and first.columns is None and before.rows == first.rows


def _question(definitions: Definitions, questions: Sequence[Question], row: int) -> _Items:
    """A total, and each of its tables beneath."""
    (question,) = questions
    label = Text(FormCell(row, 0), question.label, "question")
    total = Field(question.measure, FormCell(row, 1), (label,))
    yield from (label, total, Text(FormCell(row, 2), definitions.units[question.unit].many, "unit"))
    row += 1
    if question.guide:
        yield Text(FormCell(row, 0), question.guide, "guide")
        row += 1
    for table in question.tables:
        row = yield from _table(definitions, question, table, total.at, row)
        row += 1
    return row


def _table(
    definitions: Definitions, question: Question, table: FormTable, total: FormCell, row: int
) -> _Items:
    """A breakdown of a total: row and column sums, and how far they are from the total."""
    yield Text(FormCell(row, 0), table.title, "title")
    names: list[Label]
    if table.columns:
        names = [definitions.codelists[table.columns.by].codes[code] for code in table.columns.codes]
        codes = [{table.columns.by: code} for code in table.columns.codes]
    else:
        names, codes = [definitions.units[question.unit].many], [{}]
    headings = [Text(FormCell(row, column), name, "heading") for column, name in enumerate(names, start=1)]
    yield from headings
    first, last = FormCell(row + 1, 1), FormCell(row + len(table.rows.codes), len(headings))
    for line, code in enumerate(table.rows.codes, start=first.row):
        label = Text(FormCell(line, 0), definitions.codelists[table.rows.by].codes[code], "row")
        yield label
        for heading, column in zip(headings, codes, strict=True):
            name = variable(question.measure, category({table.rows.by: code, **column}))
            captions = (label, heading) if table.columns else (label,)
            yield Field(name, FormCell(line, heading.at.column), captions)
    yield from _sums(definitions.form_words, first, last, crossed=table.columns is not None)
    end = FormCell(last.row + 2, last.column + bool(table.columns))
    yield Text(FormCell(end.row, 0), definitions.form_words.difference, "sum")
    yield Sum(end, first, last, total, definitions.form_words.not_counted_begins)
    return end.row + 1


def _sums(words: FormWords, first: FormCell, last: FormCell, *, crossed: bool) -> Iterator[Text | Sum]:
    """The sum of each column beneath it and, where a table has two sides, of each row beside it."""
    yield Text(FormCell(last.row + 1, 0), words.sum, "sum")
    for column in range(first.column, last.column + 1):
        yield Sum(FormCell(last.row + 1, column), FormCell(first.row, column), FormCell(last.row, column))
    if crossed:
        yield Text(FormCell(first.row - 1, last.column + 1), words.sum, "heading")
        for row in range(first.row, last.row + 1):
            yield Sum(FormCell(row, last.column + 1), FormCell(row, first.column), FormCell(row, last.column))
        yield Sum(FormCell(last.row + 1, last.column + 1), first, last)


def _matrix(definitions: Definitions, questions: Sequence[Question], row: int) -> _Items:
    """Several totals side by side, each broken down by the same rows; further tables of the last one beneath."""
    for question in questions:
        if question.guide:
            texts = {
                language: f"{question.label[language]}: {text}"
                for language, text in question.guide.root.items()
            }
            yield Text(FormCell(row, 0), texts, "guide")
            row += 1
    table = questions[0].tables[0]
    yield Text(FormCell(row, 0), definitions.codelists[table.rows.by].label, "title")
    headings = [
        Text(FormCell(row, column), definitions.units[question.unit].many, "heading")
        for column, question in enumerate(questions, start=1)
    ]
    yield from headings
    names = [
        definitions.form_words.total,
        *(definitions.codelists[table.rows.by].codes[code] for code in table.rows.codes),
    ]
    labels = [
        Text(FormCell(line, 0), name, "row" if line > row + 1 else "question")
        for line, name in enumerate(names, start=row + 1)
    ]
    yield from labels
    categories = [category({}), *(category({table.rows.by: code}) for code in table.rows.codes)]
    for label, cell in zip(labels, categories, strict=True):
        for heading, question in zip(headings, questions, strict=True):
            at = FormCell(label.at.row, heading.at.column)
            yield Field(variable(question.measure, cell), at, (label, heading))
    first, last = FormCell(labels[1].at.row, 1), FormCell(labels[-1].at.row, len(questions))
    yield from _sums(definitions.form_words, first, last, crossed=False)
    yield Text(FormCell(last.row + 2, 0), definitions.form_words.difference, "sum")
    for column in range(first.column, last.column + 1):
        top, end = FormCell(first.row, column), FormCell(last.row, column)
        at, whole = FormCell(last.row + 2, column), FormCell(labels[0].at.row, column)
        yield Sum(at, top, end, whole, definitions.form_words.not_counted_begins)
    row = last.row + 3
    total = FormCell(labels[0].at.row, len(questions))
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
    is_storable = isfinite(value) and float(f"{value:.16G}") == value  # a workbook holds sixteen digits
    return value if is_storable and as_text(value) == text else None


def as_text(value: float) -> str:
    """A stored number as text: whole without decimals, others with a comma and no group marks.

    >>> as_text(1200.0), as_text(5.25)
    ('1200', '5,25')
    """
    exact = Decimal(repr(value))
    whole = exact.to_integral_value()
    return f"{whole if exact == whole else exact:f}".replace(".", ",")


def prompt(variable: Variable, field: Field, lang: str) -> str:
    """What is asked in an answer cell, in one line: question, row and column as printed."""
    words = (variable.question.label[lang], *(caption.words[lang] for caption in field.captions))
    return " / ".join(dict.fromkeys(words))
