"""What is thrown at the door, by hypothesis in the tests and by a coverage-guided fuzzer (`tests.fuzz.guided`).

Each target ends with an answer of ours; any other exception is a bug.
"""

from collections.abc import Sequence
from functools import cache

from pipeline.collect.reader import worker
from pipeline.collect.reader.archive import unpack
from pipeline.collect.reader.definitions import reading_limits
from pipeline.collect.reader.package import judge_package
from pipeline.collect.reader.workbook import BEGINNING
from pipeline.errors import UnreadableFile
from pipeline.process import finding_text
from pipeline.warehouse import Warehouse
from tests.collect.reader.crafted import CENTRE, DEFINITIONS, FORM, YEAR, filled, read_return
from tests.collect.reader.hostile import packed, parts_of
from tests.returns import ROOT, a_return, a_warehouse, fill

LIMITS = reading_limits(DEFINITIONS)
CLEAN = filled()
PARTS = parts_of(CLEAN)
ASKED = [one.id for one in FORM.variables()]


def door(content: bytes, name: str = "") -> str:
    """What the worker says of a file without its two readers, in this process, where nothing hides an exception."""
    if not content.startswith(BEGINNING):
        message = worker.answer(content, name, LIMITS, thorough=True)
        return str(message.get("rule", message["kind"]))
    try:
        judge_package(content, unpack(content, LIMITS).parts, LIMITS)
    except UnreadableFile as refused:
        return refused.rule
    return "workbook"


def reader(content: bytes) -> str:
    """What the sealed reader says of a file."""
    try:
        read_return(content, DEFINITIONS)
    except UnreadableFile as refused:
        return refused.rule
    return "read"


def rewritten(part: str, place: int, cut: int, inserted: bytes) -> bytes:
    """A form with a piece of one of its parts written otherwise."""
    text = PARTS[part]
    return packed(PARTS | {part: text[:place] + inserted + text[place + cut :]})


@cache
def _warehouse() -> Warehouse:
    return a_warehouse(DEFINITIONS, [])


def told(texts: Sequence[str]) -> list[str]:
    """Everything said, in every language, of a return with these texts in its first answers."""
    sent = a_return(DEFINITIONS, CENTRE, YEAR, dict(zip(ASKED, texts, strict=False)))
    fill(_warehouse(), [sent])
    _warehouse().build(ROOT / "warehouse" / "models", "input")
    found = finding_text.findings(_warehouse().rows("input.finding"))
    return [
        finding_text.sentence(DEFINITIONS, one, lang)
        for one in found
        for lang in DEFINITIONS.survey.languages
    ]
