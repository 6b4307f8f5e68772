"""Years that exist only as a sheet: read through a mapping file into returns, each answer with the cell it came from.

The sheet and its mapping are kept as bytes in raw/imports/<id>/, `id` being the digest of both. A return made of them
is the csv form of its year, received like any other; its line in the ledger says `id` where it says what was sent. What
the sheet did not ask and what nobody knew are both not counted in the form, and kept apart in `source.imported`.
"""

import csv
import hashlib
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, Self

from pydantic import Field, ValidationError, model_validator
from python_calamine import CalamineError, CalamineWorkbook

from pipeline.collect.form.layout import NOT_OFFERED, as_text
from pipeline.collect.form.writer import csv_form
from pipeline.collect.reader.return_file import read_upload
from pipeline.collect.records import files
from pipeline.collect.records.ledger import ReceivedFile, keep
from pipeline.definitions import Definitions
from pipeline.definitions.areas import CentreId
from pipeline.definitions.schema_models import Definition, Year
from pipeline.definitions.yaml_text import read_yaml
from pipeline.errors import AlteredFile, DefinitionError, PipelineError
from pipeline.model import Receipt, Rows
from pipeline.project import Project

MAP = "map.yaml"
IMPORTED = {
    "import": "varchar",
    "title": "varchar",
    "year": "integer",
    "centre": "varchar",
    "variable": "varchar",
    "location": "varchar",
    "text": "varchar",
    "state": "varchar",
}
NUMBER, UNKNOWN, NOT_ASKED, OFFERED_NOT = "number", "not_counted", "not_asked", "not_offered"


class ImportMap(Definition):
    """How a sheet is read: what its columns are, and what its words mean.

    wide: a line for each centre (and year), a column for each question (`answers`: column → answer of the form).
    long: a line for each answer, its question in a column of its own (`answers`: its word there → answer of the form).
    """

    title: str
    address: str = ""
    layout: Literal["wide", "long"]
    sheet: str | None = None  # of a workbook; its first where none is named
    delimiter: str = ";"
    encoding: str = "utf-8-sig"
    year: Year | None = None  # of every line …
    year_column: str | None = None  # … or in a column
    centre_column: str
    centres: dict[str, CentreId] = Field(
        default={}
    )  # what a centre is called there, where that is not its id
    question_column: str | None = None
    value_column: str | None = None
    answers: dict[str, str]
    ignored: tuple[str, ...] = ()  # columns, or words of questions, that are left out on purpose
    not_asked: tuple[str, ...] = ("",)
    unknown: tuple[str, ...] = ("?",)
    not_offered: tuple[str, ...] = (NOT_OFFERED,)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.year is None) == (self.year_column is None):
            raise ValueError("either `year` or `year_column` is said")
        if (self.layout == "long") != (self.question_column is not None and self.value_column is not None):
            raise ValueError(
                "`question_column` and `value_column` are said where the layout is long, and only there"
            )
        return self

    def state(self, text: str) -> str:
        """What a text of the sheet says, besides a number."""
        said = {NOT_ASKED: self.not_asked, UNKNOWN: self.unknown, OFFERED_NOT: self.not_offered}
        return next((state for state, texts in said.items() if text in texts), NUMBER)


class SheetCell(NamedTuple):
    """One answer as it stands in the sheet."""

    year: str
    centre: str
    question: str
    text: str
    location: str


class ImportedAnswer(NamedTuple):
    """One answer of a return, with where in the sheet it stands and what it says there."""

    year: int
    centre: str
    variable: str
    location: str
    text: str
    state: str


def read_map(path: Path) -> ImportMap:
    """The mapping of a file.

    Raises: DefinitionError with everything that is wrong in it.
    """
    try:
        return ImportMap.model_validate(read_yaml(path))
    except ValidationError as error:
        raise DefinitionError(
            f"{path}: {'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()
        ) from None


def answers(
    definitions: Definitions, mapping: ImportMap, content: bytes, suffix: str
) -> list[ImportedAnswer]:
    """Every answer of the sheet that the mapping names.

    Raises: DefinitionError with every column, centre, year and question that cannot be placed, each with its line.
    """
    try:
        lines = _lines(mapping, content, suffix)
    except (UnicodeDecodeError, CalamineError, csv.Error) as error:
        raise DefinitionError([f"The sheet cannot be read as {suffix}: {error}"]) from None
    problems = list(_unknown_columns(mapping, lines[0] if lines else {}))
    placed: list[ImportedAnswer] = []
    for cell in () if problems else _cells(mapping, lines):
        answer, problem = _placed(definitions, mapping, cell)
        if problem:
            problems.append(f"{cell.location}: {problem}")
        elif answer:
            placed.append(answer)
    counts = Counter((answer.year, answer.centre, answer.variable) for answer in placed)
    problems += [
        f"{centre}, {year}: «{variable}» stands {n} times"
        for (year, centre, variable), n in counts.items()
        if n > 1
    ]
    if problems or not placed:
        raise DefinitionError(problems or ["The sheet holds no answer that the mapping names."])
    return placed


def receive_history(
    project: Project,
    definitions: Definitions,
    receipts: list[Receipt],
    sheet: Path,
    mapping: Path,
    received_at: str,
) -> list[Receipt]:
    """A receipt for each return the sheet holds, as `receive` gives it; the same sheet and mapping give the same.

    Raises: DefinitionError as `answers`, before anything is kept.
    """
    content, map_content = sheet.read_bytes(), mapping.read_bytes()
    placed = answers(definitions, read_map(mapping), content, sheet.suffix.lower())
    uploads = [
        read_upload(csv_form(definitions, year, centre, "nb", texts), definitions)
        for (year, centre), texts in _returns(definitions, placed).items()
    ]
    name = _id(content, map_content)
    folder = project.imports / name
    for path, held in ((folder / f"sheet{sheet.suffix.lower()}", content), (folder / MAP, map_content)):
        if not path.exists():
            files.write(path, held)
    return [
        keep(
            project,
            definitions,
            receipts,
            ReceivedFile(upload.submission, upload.content, upload.suffix, name),
            received_at,
            replaceable=definitions.years,  # an analyst has written down in the mapping which years the sheet is for
        )
        for upload in uploads
    ]


def imported(project: Project, definitions: Definitions, receipts: Sequence[Receipt]) -> Rows:
    """The table `source.imported`: each answer of each return made of a sheet, as it stands there.

    Raises: AlteredFile when a sheet or its mapping is not as it was imported.
    """
    rows: list[tuple[object, ...]] = []
    for folder in _folders(project):
        made = {(receipt.year, receipt.centre) for receipt in receipts if receipt.sent_sha256 == folder.name}
        if fault := _fault(project, folder):
            raise AlteredFile([fault])
        mapping, sheet = read_map(folder / MAP), _sheet(folder)
        rows += [
            (folder.name, mapping.title, *answer)
            for answer in answers(definitions, mapping, sheet.read_bytes(), sheet.suffix)
            if (answer.year, answer.centre) in made
        ]
    return Rows(IMPORTED, rows)


def altered_imports(project: Project) -> list[str]:
    """A sentence for each import that is not as it was."""
    return [fault for folder in _folders(project) if (fault := _fault(project, folder))]


def _folders(project: Project) -> list[Path]:
    return sorted(path for path in project.imports.glob("*") if path.is_dir())


def _fault(project: Project, folder: Path) -> str:
    held = [path.read_bytes() for path in sorted(folder.iterdir()) if path.name != MAP]
    mapping = folder / MAP
    if len(held) == 1 and mapping.exists() and _id(held[0], mapping.read_bytes()) == folder.name:
        return ""
    return (
        f"{folder.relative_to(project.root).as_posix()}: the sheet or its mapping is not as it was imported. "
        "Put both back."
    )


def _sheet(folder: Path) -> Path:
    (sheet,) = (path for path in folder.iterdir() if path.name != MAP)
    return sheet


def _id(content: bytes, mapping: bytes) -> str:
    both = hashlib.sha256(content).digest() + hashlib.sha256(mapping).digest()
    return hashlib.sha256(both).hexdigest()


def _lines(mapping: ImportMap, content: bytes, suffix: str) -> list[dict[str, str]]:
    """The lines under the head of the sheet, by column."""
    if suffix == ".xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = book.sheet_names
        if mapping.sheet is not None and mapping.sheet not in names:
            raise DefinitionError([f"There is no sheet «{mapping.sheet}»: {', '.join(names)}."])
        rows = book.get_sheet_by_name(mapping.sheet or names[0]).to_python(skip_empty_area=False)
        head, *body = [[_written(value) for value in row] for row in rows] or [[]]
    elif suffix == ".csv":
        text = io.StringIO(content.decode(mapping.encoding), newline="")
        head, *body = [
            [value.strip() for value in row] for row in csv.reader(text, delimiter=mapping.delimiter)
        ] or [[]]
    else:
        raise PipelineError(f"A sheet is .xlsx or .csv, not «{suffix}».")
    return [dict(zip(head, row, strict=False)) for row in body]


def _written(value: object) -> str:
    return as_text(value) if isinstance(value, float) else str(value).strip()


def _unknown_columns(mapping: ImportMap, line: dict[str, str]) -> Iterator[str]:
    named = {mapping.centre_column, mapping.year_column, mapping.question_column, mapping.value_column} - {
        None
    }
    asked = set(mapping.answers) if mapping.layout == "wide" else set()
    for column in sorted(str(name) for name in (named | asked) - line.keys()):
        yield f"The sheet has no column «{column}»; it has {', '.join(filter(None, line))}."
    for column in sorted(line.keys() - named - asked - set(mapping.ignored) - {""}):
        yield f"Column «{column}» of the sheet is neither among `answers` nor `ignored`."


def _cells(mapping: ImportMap, lines: list[dict[str, str]]) -> Iterator[SheetCell]:
    for number, line in enumerate(lines, start=2):
        if not any(line.values()):
            continue
        year = str(mapping.year) if mapping.year_column is None else line.get(mapping.year_column, "")
        centre = line.get(mapping.centre_column, "")
        if mapping.layout == "long":
            question, text = (
                line.get(mapping.question_column or "", ""),
                line.get(mapping.value_column or "", ""),
            )
            yield SheetCell(year, centre, question, text, f"line {number}")
        else:
            for column in mapping.answers:
                yield SheetCell(year, centre, column, line.get(column, ""), f"line {number}, «{column}»")


def _placed(
    definitions: Definitions, mapping: ImportMap, cell: SheetCell
) -> tuple[ImportedAnswer | None, str]:
    """The answer of a cell, or why it cannot be placed; neither for what is left out."""
    if cell.question in mapping.ignored:
        return None, ""
    if cell.question not in mapping.answers:
        return None, f"the question «{cell.question}» is neither among `answers` nor `ignored`"
    if not cell.year.isdigit() or int(cell.year) not in definitions.years:
        return None, f"«{cell.year}» is no year of the statistic"
    year, centre = int(cell.year), mapping.centres.get(cell.centre, cell.centre)
    if centre not in definitions.centres_in(year):
        return None, f"«{cell.centre}» is no centre that reports for {year}; name it under `centres`"
    variable = mapping.answers[cell.question]
    if variable not in {answer.id for answer in definitions.form(year).variables()}:
        return None, f"the form of {year} does not ask «{variable}»"
    return ImportedAnswer(year, centre, variable, cell.location, cell.text, mapping.state(cell.text)), ""


def _returns(
    definitions: Definitions, placed: Sequence[ImportedAnswer]
) -> dict[tuple[int, str], dict[str, str]]:
    """Year and centre → what is written in each cell of its form."""
    unknown, *_ = definitions.form_words.not_counted
    returns: dict[tuple[int, str], dict[str, str]] = defaultdict(dict)
    for answer in placed:
        words = {NUMBER: answer.text, OFFERED_NOT: NOT_OFFERED}
        returns[answer.year, answer.centre][answer.variable] = words.get(answer.state, unknown)
    for (year, _), texts in returns.items():
        for variable in definitions.form(year).variables():
            texts.setdefault(variable.id, unknown)
    return dict(returns)
