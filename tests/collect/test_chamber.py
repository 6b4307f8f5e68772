"""A hostile file costs its own request, a few seconds and a bounded memory; the next honest one is read as before."""

import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from pipeline.collect.chamber import Chamber, Sheet
from pipeline.collect.read import read_return
from pipeline.collect.sealed import room
from pipeline.errors import UnreadableFile
from tests.collect.crafted import (
    AT,
    BOOK,
    DEFINITIONS,
    SHEET,
    answer,
    beyond_the_form,
    edited,
    filled,
    packed,
    parts,
    with_cell,
)

ROOT = Path(__file__).parents[2]


def refused(content: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        read_return(content, DEFINITIONS)
    return caught.value


def many_cells() -> bytes:
    """As much as the airlock lets in: hundreds of thousands of cells in a small archive."""
    rows = "".join(f"<row>{'<c><v>1</v></c>' * 180}</row>" for _ in range(1_700))
    return edited(filled(), (SHEET, "</sheetData>", f"{rows}</sheetData>"))


def far_without_an_address() -> bytes:
    rows = "<row/>" * 300_000
    return edited(filled(), (SHEET, "</sheetData>", f"{rows}<row><c><v>1</v></c></row></sheetData>"))


def other_book() -> bytes:
    """The readers are pointed at another workbook than the one that was looked through."""
    content = parts(filled())
    content["_rels/.rels"] = content["_rels/.rels"].replace("xl/workbook.xml", "xl/other.xml")
    content["xl/other.xml"] = content[BOOK]
    content["xl/_rels/other.xml.rels"] = content["xl/_rels/workbook.xml.rels"]
    return packed(content)


HOSTILE = {
    "the far corner": (lambda: beyond_the_form("XFD1048576"), "content_stays_near_the_form"),
    "the far corner, merged": (
        lambda: edited(filled(), (SHEET, "</mergeCells>", '<mergeCell ref="A300:XFD1048576"/></mergeCells>')),
        "content_stays_near_the_form",
    ),
    "a far row without an address": (far_without_an_address, "content_stays_near_the_form"),
    "hundreds of thousands of cells": (many_cells, "content_stays_near_the_form"),
    "another workbook": (other_book, "file_is_our_form"),
    "two sheets of the name": (
        lambda: edited(
            filled(), (BOOK, "</sheets>", '<sheet name="Skjema" sheetId="2" r:id="rId1"/></sheets>')
        ),
        "file_is_our_form",
    ),
    "no sheet data": (lambda: edited(filled(), (SHEET, "</sheetData>", "")), "file_is_whole"),
    "an infinite number": (
        lambda: with_cell("visits", '<c r="{r}"><v>1e999</v></c>'),
        None,
    ),
    "an address that is none": (lambda: with_cell("visits", '<c r="visits"><v>1</v></c>'), "file_is_whole"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_costs_only_its_own_request(kind: str) -> None:
    make, rule = HOSTILE[kind]
    content, honest = make(), filled({"visits": "41"})

    started = monotonic()
    error = refused(content)
    took = monotonic() - started

    assert rule in (None, error.rule)
    assert took < room.SECONDS_OF_WAITING + 3
    assert answer(honest) == "41"


def test_a_claimed_extent_is_not_believed() -> None:
    sheet = parts(filled())[SHEET]
    claimed = sheet.partition("<dimension")[2].partition("/>")[0]
    content = edited(filled(), (SHEET, claimed, ' ref="A1:XFD1048576"'))

    assert read_return(content, DEFINITIONS) == read_return(filled(), DEFINITIONS)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="{r}"><v>41</v></c><c r="{r}"><v>14</v></c>',
        '<c r="{r}"><v>41</v><v>14</v></c>',
        '<c r="{r}"><v>4<!-- -->1</v></c>',
        '<c r="{r}"><v>4_1</v></c>',
        '<c r="{r}"><v>４１</v></c>',
        '<c r="{r}" t="inlineStr"><is><t>41</t></is><v>14</v></c>',
        '<c r="{r}"><v>12345678901234567890</v></c>',
    ],
)
def test_a_cell_two_readers_do_not_agree_on_is_named(cell: str) -> None:
    error = refused(with_cell("visits", cell))

    assert (error.rule, error.facts) == ("readers_agree", {"cell": AT})


def test_a_chamber_that_was_killed_is_opened_again() -> None:
    with Chamber(thorough=False) as chamber:
        with pytest.raises(UnreadableFile, match="file_is_whole"):
            chamber.read(b"PK\x03\x04 nothing that can be read")
        read = chamber.read(filled({"visits": "41"}))

    assert isinstance(read, Sheet)
    assert read.cells[AT] == 41


IN_THE_ROOM = """
import os, sys
sys.path.insert(0, {root!r})
from pipeline.collect.sealed import lines, room, workbook
workbook.rehearse(thorough=True)
lines.rehearse()
print(*sorted(sys.modules), file=sys.stderr)
import socket
room._leave_the_network()
room._limit()
for forbidden in (
    lambda: open("/etc/passwd"),
    lambda: open("/tmp/written", "w"),
    lambda: socket.socket(),
    lambda: bytearray(room.MEMORY),
):
    try:
        forbidden()
    except (OSError, MemoryError) as error:
        print(type(error).__name__)
"""


def in_the_room() -> subprocess.CompletedProcess[str]:
    code = IN_THE_ROOM.format(root=str(ROOT))
    return subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)


def test_nothing_can_be_opened_in_the_room() -> None:
    assert in_the_room().stdout.split() == ["OSError", "OSError", "OSError", "MemoryError"]


def test_the_room_loads_the_readers_and_nothing_of_the_project() -> None:
    loaded = {name.split()[-1] for name in in_the_room().stderr.splitlines()[-1].split()}

    assert {name for name in loaded if name.startswith("pipeline")} <= {
        *("pipeline", "pipeline.collect", "pipeline.collect.sealed"),
        *(
            f"pipeline.collect.sealed.{name}"
            for name in ("lines", "outline", "refusal", "room", "shown", "workbook")
        ),
    }
    assert loaded.isdisjoint(
        {"pandas", "pyarrow", "duckdb", "pydantic", "yaml", "great_expectations", "requests"}
    )


def test_limits_are_those_promised() -> None:
    assert room.MEMORY <= 512_000_000
    assert room.SECONDS_OF_WAITING < 10
