"""`python -m tests.fuzz.guided reader|told [options of libFuzzer]`: the targets, guided by what they cover.

Needs atheris, which is no dependency of the project: install it where you fuzz. A find is kept as a test first.
"""

import sys

import atheris

with atheris.instrument_imports(include=["pipeline.collect.reader", "pipeline.process", "pipeline.text"]):
    from tests.fuzz import targets

TEXT = 12  # characters: as long as numbers are written
PIECES = [
    "1",
    "2 345",
    "0",
    ",",
    ".",
    " ",
    "\u00a0",
    "-",
    "−",
    "–",
    "ukjent",
    "ca. ",
    "%",
    "kr",
    "1e",
    "inf",
    "nan",
    "_",
    "٣",
    "½",
]


def reader(data: bytes) -> None:
    """Bytes as they are, and bytes written into a part of a form."""
    given = atheris.FuzzedDataProvider(data)
    if given.ConsumeIntInRange(0, 9) == 0:
        targets.door(given.ConsumeBytes(2_000), given.ConsumeUnicode(50))
        return
    part = given.PickValueInList(sorted(targets.PARTS))
    place = given.ConsumeIntInRange(0, len(targets.PARTS[part]))
    content = targets.rewritten(part, place, given.ConsumeIntInRange(0, 40), given.ConsumeBytes(200))
    (targets.reader if given.ConsumeIntInRange(0, 9) == 0 else targets.door)(
        content
    )  # the reader takes its time


def told(data: bytes) -> None:
    """As many texts as a form has answers, of pieces that numbers are written with and of anything."""
    given = atheris.FuzzedDataProvider(data)
    texts = [
        "".join(given.PickValueInList(PIECES) for _ in range(given.ConsumeIntInRange(0, 5)))
        + given.ConsumeUnicodeNoSurrogates(given.ConsumeIntInRange(0, TEXT))
        for _ in targets.ASKED
    ]
    targets.told(texts)


if __name__ == "__main__":
    target, *options = sys.argv[1:]
    atheris.Setup([sys.argv[0], *options], {"reader": reader, "told": told}[target])
    atheris.Fuzz()
