"""What was received, as rows: the state `source`, every answer as text, every version, nothing judged."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from pipeline.collect.edits import edits
from pipeline.collect.read import read_return
from pipeline.collect.receive import ledger
from pipeline.definitions import Definitions
from pipeline.model import Answer, Receipt, Return
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
REMARK = pa.schema([*list(ANSWER)[:5], ("rule", pa.string()), ("facts", pa.string())])
# An answer has its text; a remark has its rule, and its facts as JSON.
CACHED = pa.schema([("sha256", pa.string()), ("form", pa.int32()), *list(ANSWER)[3:], *list(REMARK)[5:]])
PUBLISHED = pa.schema(
    [
        ("year", pa.int32()),
        ("indicator", pa.string()),
        ("category", pa.string()),
        ("value", pa.float64()),
        ("kind", pa.string()),
        ("used", pa.string()),
        ("reason", pa.string()),
        ("source_title", pa.string()),
        ("source_url", pa.string()),
    ]
)

_HERE = Path(__file__).parent
_READERS = ("layout", "chamber", "read", "notice")

Progress = Callable[[int, int], None]


def source(
    project: Project, definitions: Definitions, receipts: Sequence[Receipt], progress: Progress | None = None
) -> dict[str, pa.Table]:
    """The tables of the state `source`: return, answer, remark, published.

    A file is parsed once for each reader and form; after that its answers are kept by its content.
    """
    cache = _Cache(project.cache / f"answers-{_reader(definitions)}.parquet")
    answers: list[pa.Table] = []
    for number, receipt in enumerate(receipts, start=1):
        found = cache.found(receipt.sha256)
        if found is None:
            found = cache.keep(receipt.sha256, _kept(receipt.sha256, _again(project, definitions, receipt)))
        answers.append(found)
        if progress:
            progress(number, len(receipts))
    cache.save()
    return {
        **_numbered(receipts, answers),
        "published": published(project.published),
        "edit": edits(project, definitions),
    }


def beside(
    project: Project, definitions: Definitions, receipts: Sequence[Receipt], one: Return
) -> dict[str, pa.Table]:
    """The tables of these returns and of one that has not been received (its version is 0)."""
    earlier = [_again(project, definitions, receipt) for receipt in receipts]
    tried = Receipt(0, "", one.centre, one.year, 0, "", "", one.demonstration, "", "")
    return {**rows([*receipts, tried], [*earlier, one]), "edit": edits(project, definitions)}


def rows(receipts: Sequence[Receipt], sent: Sequence[Return]) -> dict[str, pa.Table]:
    """The tables `return`, `answer` and `remark` of these returns, each with its receipt."""
    kept = [_kept(receipt.sha256, one) for receipt, one in zip(receipts, sent, strict=True)]
    return _numbered(receipts, kept)


def _again(project: Project, definitions: Definitions, receipt: Receipt) -> Return:
    return read_return((project.raw / receipt.file).read_bytes(), definitions, thorough=False)


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
        found.drop_columns(["sha256", "form"])
        .add_column(0, "version", pa.array([receipt.version] * found.num_rows, pa.int32()))
        .add_column(0, "year", pa.array([receipt.year] * found.num_rows, pa.int32()))
        .add_column(0, "centre", pa.array([receipt.centre] * found.num_rows, pa.string()))
        for receipt, found in zip(receipts, answers, strict=True)
    ]
    everything = pa.concat_tables([pa.schema([*ANSWER, *list(REMARK)[5:]]).empty_table(), *numbered])
    noticed = everything["rule"].is_valid()
    return {
        "return": pa.table(columns, schema=RETURN),
        "answer": everything.filter(pc.invert(noticed)).select(ANSWER.names),
        "remark": everything.filter(noticed).select(REMARK.names),
    }


def latest(project: Project, definitions: Definitions, centre: str, year: int) -> tuple[Answer, ...]:
    """The answers the centre last sent for the year; none when nothing was received."""
    sent = [receipt for receipt in ledger(project) if (receipt.centre, receipt.year) == (centre, year)]
    if not sent:
        return ()
    return _again(project, definitions, sent[-1]).answers


def published(path: Path) -> pa.Table:
    """The published national figures, each with its source."""
    return pyarrow.csv.read_csv(path, convert_options=pyarrow.csv.ConvertOptions(column_types=PUBLISHED))


def _kept(sha256: str, one: Return) -> pa.Table:
    """The answers of a return, then its remarks."""
    rows = [
        *((answer.variable, answer.cell, answer.text, None, None) for answer in one.answers),
        *(
            (remark.variable, remark.cell, None, remark.rule, json.dumps(remark.facts, ensure_ascii=False))
            for remark in one.remarks
        ),
    ]
    return pa.table([[sha256] * len(rows), [one.form] * len(rows), *zip(*rows, strict=True)], schema=CACHED)


def _reader(definitions: Definitions) -> str:
    """What the answers depend on besides the bytes: the reader, and where each form has its cells."""
    content = hashlib.sha256()
    for path in sorted({*_HERE.glob("sealed/*.*"), *(_HERE / f"{name}.py" for name in _READERS)}):
        content.update(path.read_bytes())
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
