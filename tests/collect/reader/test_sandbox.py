"""A hostile file costs its own request, a few seconds and a bounded memory; the next honest one is read as before."""

import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from pipeline.collect.reader.client import SandboxedReader, Sheet
from pipeline.collect.reader.definitions import bounds
from pipeline.collect.reader.return_file import read_return
from pipeline.errors import UnreadableFile
from tests.collect.reader.crafted import (
    AT,
    DEFINITIONS,
    SHEET,
    answer,
    edited,
    filled,
    parts,
    with_cell,
)
from tests.collect.reader.threats import READING

ROOT = Path(__file__).parents[3]
BOUNDS = bounds(DEFINITIONS)


def refused(content: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        read_return(content, DEFINITIONS)
    return caught.value


@pytest.mark.parametrize("kind", READING)
def test_a_hostile_file_costs_only_its_own_request(kind: str) -> None:
    make, rule = READING[kind]
    content, honest = make(), filled({"visits": "41"})

    started = monotonic()
    error = refused(content)
    took = monotonic() - started

    assert rule in (None, error.rule)
    assert took < BOUNDS.seconds_of_waiting + 3
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
    with SandboxedReader(BOUNDS, thorough=False) as sandboxed_reader:
        with pytest.raises(UnreadableFile, match="file_is_whole"):
            sandboxed_reader.read(b"PK\x03\x04 nothing that can be read")
        read = sandboxed_reader.read(filled({"visits": "41"}))

    assert isinstance(read, Sheet)
    assert read.cells[AT] == 41


IN_THE_ROOM = """
import os, sys
sys.path.insert(0, {root!r})
from pipeline.collect.reader import csv_lines, workbook, worker
from pipeline.collect.reader.limits import Bounds
bounds = {bounds!r}
workbook.rehearse(bounds, thorough=True)
csv_lines.rehearse()
print(*sorted(sys.modules), file=sys.stderr)
import socket
worker._leave_the_network()
worker._limit(bounds)
for forbidden in (
    lambda: open("/etc/passwd"),
    lambda: open("/tmp/written", "w"),
    lambda: socket.socket(),
    lambda: bytearray(bounds.memory),
):
    try:
        forbidden()
    except (OSError, MemoryError) as error:
        print(type(error).__name__)
"""


def in_the_room() -> subprocess.CompletedProcess[str]:
    code = IN_THE_ROOM.format(root=str(ROOT), bounds=BOUNDS)
    return subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)


def test_nothing_can_be_opened_in_the_room() -> None:
    assert in_the_room().stdout.split() == ["OSError", "OSError", "OSError", "MemoryError"]


def test_the_room_loads_the_readers_and_nothing_of_the_project() -> None:
    loaded = {name.split()[-1] for name in in_the_room().stderr.splitlines()[-1].split()}

    assert {name for name in loaded if name.startswith("pipeline")} <= {
        *("pipeline", "pipeline.collect", "pipeline.collect.reader"),
        *(
            f"pipeline.collect.reader.{name}"
            for name in (
                "limits",
                "csv_lines",
                "sheet_features",
                "worker_refusal",
                "worker",
                "number_format",
                "workbook",
            )
        ),
    }
    assert loaded.isdisjoint(
        {"pandas", "pyarrow", "duckdb", "pydantic", "yaml", "great_expectations", "requests"}
    )


def test_limits_are_those_promised() -> None:
    assert BOUNDS.memory <= 512_000_000
    assert BOUNDS.seconds_of_waiting < 10
