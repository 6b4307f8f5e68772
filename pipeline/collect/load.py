"""What was received, as rows: the state `source`, every answer as text, every version, nothing judged."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from pipeline.collect import layout, read
from pipeline.collect.read import read_return
from pipeline.collect.receive import ledger
from pipeline.definitions import Definitions
from pipeline.model import Receipt, Return
from pipeline.project import Project

RETURN = pa.schema(
    [
        ("centre", pa.string()),
        ("year", pa.int32()),
        ("version", pa.int32()),
        ("form", pa.int32()),
        ("sha256", pa.string()),
        ("received_at", pa.string()),
        ("demonstration", pa.bool_()),
    ]
)
ANSWER = pa.schema(
    [
        ("centre", pa.string()),
        ("year", pa.int32()),
        ("version", pa.int32()),
        ("variable", pa.string()),
        ("cell", pa.string()),
        ("text", pa.string()),
    ]
)
CACHED = pa.schema([("sha256", pa.string()), ("form", pa.int32()), *list(ANSWER)[3:]])
PUBLISHED = {
    "year": pa.int32(),
    "indicator": pa.string(),
    "category": pa.string(),
    "value": pa.float64(),
    "kind": pa.string(),
    "used": pa.string(),
    "reason": pa.string(),
    "source_title": pa.string(),
    "source_url": pa.string(),
}

Progress = Callable[[int, int], None]


def source(
    project: Project, definitions: Definitions, receipts: Sequence[Receipt], progress: Progress | None = None
) -> dict[str, pa.Table]:
    """The tables of the state `source`: return, answer, published.

    A file is parsed once for each reader and form; after that its answers are kept by its content.
    """
    cache = _Cache(project.cache / f"answers-{_reader(definitions)}.parquet")
    answers: list[pa.Table] = []
    for number, receipt in enumerate(receipts, start=1):
        found = cache.found(receipt.sha256)
        if found is None:
            one = read_return((project.raw / receipt.file).read_bytes(), definitions)
            found = cache.keep(receipt.sha256, _answers(receipt.sha256, one))
        answers.append(found)
        if progress:
            progress(number, len(receipts))
    cache.save()
    return {**_numbered(receipts, answers), "published": published(project.published)}


def beside(
    project: Project, definitions: Definitions, receipts: Sequence[Receipt], one: Return
) -> dict[str, pa.Table]:
    """The tables `return` and `answer` of these returns and of one that has not been received (its version is 0)."""
    earlier = [read_return((project.raw / receipt.file).read_bytes(), definitions) for receipt in receipts]
    tried = Receipt(0, "", one.centre, one.year, 0, "", "", one.demonstration, "", "")
    return rows([*receipts, tried], [*earlier, one])


def rows(receipts: Sequence[Receipt], sent: Sequence[Return]) -> dict[str, pa.Table]:
    """The tables `return` and `answer` of these returns, each with its receipt."""
    return _numbered(
        receipts, [_answers(receipt.sha256, one) for receipt, one in zip(receipts, sent, strict=True)]
    )


def _numbered(receipts: Sequence[Receipt], answers: Sequence[pa.Table]) -> dict[str, pa.Table]:
    columns = [
        [receipt.centre for receipt in receipts],
        [receipt.year for receipt in receipts],
        [receipt.version for receipt in receipts],
        [found["form"][0].as_py() for found in answers],
        [receipt.sha256 for receipt in receipts],
        [receipt.received_at for receipt in receipts],
        [receipt.demonstration for receipt in receipts],
    ]
    numbered = [
        found.select(["variable", "cell", "text"])
        .add_column(0, "version", pa.array([receipt.version] * found.num_rows, pa.int32()))
        .add_column(0, "year", pa.array([receipt.year] * found.num_rows, pa.int32()))
        .add_column(0, "centre", pa.array([receipt.centre] * found.num_rows, pa.string()))
        for receipt, found in zip(receipts, answers, strict=True)
    ]
    return {
        "return": pa.table(columns, schema=RETURN),
        "answer": pa.concat_tables([ANSWER.empty_table(), *numbered]),
    }


def latest(project: Project, definitions: Definitions, centre: str, year: int) -> dict[str, str]:
    """What the centre last sent for the year: answer → its text; empty when nothing was received."""
    sent = [receipt for receipt in ledger(project) if (receipt.centre, receipt.year) == (centre, year)]
    if not sent:
        return {}
    one = read_return((project.raw / sent[-1].file).read_bytes(), definitions)
    return {answer.variable: answer.text for answer in one.answers}


def published(path: Path) -> pa.Table:
    """The published national figures, each with its source."""
    return pyarrow.csv.read_csv(path, convert_options=pyarrow.csv.ConvertOptions(column_types=PUBLISHED))


def _answers(sha256: str, one: Return) -> pa.Table:
    return pa.table(
        [
            [sha256] * len(one.answers),
            [one.form] * len(one.answers),
            [answer.variable for answer in one.answers],
            [answer.cell for answer in one.answers],
            [answer.text for answer in one.answers],
        ],
        schema=CACHED,
    )


def _reader(definitions: Definitions) -> str:
    """What the answers depend on besides the bytes: the reader, and where each form has its cells."""
    content = hashlib.sha256()
    for module in (layout, read):
        content.update(Path(str(module.__file__)).read_bytes())
    for form in definitions.forms.values():
        content.update(form.model_dump_json().encode())
    return content.hexdigest()[:16]


class _Cache:
    """Parsed answers by the hash of the file they came from, all in one Parquet file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        table = pq.read_table(path, schema=CACHED) if path.exists() else CACHED.empty_table()
        bounds: dict[str, list[int]] = {}
        for row, sha256 in enumerate(table["sha256"].to_pylist()):
            bounds.setdefault(sha256, [row, row])[1] = row
        self._kept = {
            sha256: table.slice(first, last - first + 1) for sha256, (first, last) in bounds.items()
        }
        self._grown = False

    def found(self, sha256: str) -> pa.Table | None:
        return self._kept.get(sha256)

    def keep(self, sha256: str, rows: pa.Table) -> pa.Table:
        self._kept[sha256] = rows
        self._grown = True
        return rows

    def save(self) -> None:
        if self._grown:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = self._path.with_suffix(".unfinished")
            pq.write_table(pa.concat_tables(self._kept.values()), unfinished)
            unfinished.rename(self._path)
