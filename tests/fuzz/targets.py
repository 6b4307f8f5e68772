"""What is thrown at the door, by hypothesis in the tests and by a coverage-guided fuzzer (`tests.fuzz.guided`).

Each target ends with an answer of ours; any other exception is a bug.
"""

from collections.abc import Sequence
from functools import cache

from pipeline.collect.reader.definitions import form_extent
from pipeline.collect.reader.return_file import read_return
from pipeline.collect.reader.upload import validate_upload
from pipeline.errors import UnreadableFile
from pipeline.process import finding_text
from pipeline.warehouse import Warehouse
from tests.collect.reader.crafted import CENTRE, DEFINITIONS, FORM, YEAR, filled
from tests.collect.reader.hostile import packed, parts_of
from tests.returns import ROOT, a_return, a_warehouse, fill

CLEAN = filled()
PARTS = parts_of(CLEAN)
ASKED = [one.id for one in FORM.variables()]


def door(content: bytes, name: str = "") -> str:
    """The kind of file that is let in, or the rule that keeps it out."""
    try:
        return validate_upload(content, form_extent(DEFINITIONS), DEFINITIONS.limits, name)
    except UnreadableFile as refused:
        return refused.rule


def reader(content: bytes) -> str:
    """What the door says and, when it lets a file in, what the sealed reader says of it."""
    if not (said := door(content)).startswith("."):
        return said
    try:
        read_return(content, DEFINITIONS)
    except UnreadableFile as refused:
        return refused.rule
    return said


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
