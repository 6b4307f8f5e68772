"""A hostile file costs its own request, a few seconds and a bounded memory; the next honest one is read as before."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Timer
from time import monotonic

import pytest

from pipeline.collect.reader.client import SandboxedReader, SheetContent
from pipeline.collect.reader.definitions import reading_limits
from pipeline.collect.reader.return_file import read_received
from pipeline.definitions import Definitions
from pipeline.errors import ReaderFailure, UnreadableFile
from tests.collect.reader.crafted import (
    AT,
    DEFINITIONS,
    SHEET,
    answer,
    edited,
    filled,
    parts,
    read_return,
    with_cell,
)
from tests.collect.reader.threats import READING, many_cells
from tests.processes import children

ROOT = Path(__file__).parents[3]
LIMITS = reading_limits(DEFINITIONS)


Reading = Callable[[bytes, Definitions], object]


def refused(content: bytes, reading: Reading = read_return) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        reading(content, DEFINITIONS)
    return caught.value


@pytest.mark.parametrize("kind", READING)
def test_a_hostile_file_in_raw_is_refused_though_it_was_never_judged(kind: str) -> None:
    make, rule = READING[kind]

    assert rule in (None, refused(make(), read_received).rule)


@pytest.mark.parametrize("kind", READING)
def test_a_hostile_file_costs_only_its_own_request(kind: str) -> None:
    make, _ = READING[kind]
    content, honest = make(), filled({"visits": "41"})

    started = monotonic()
    refused(content)
    took = monotonic() - started

    assert took < LIMITS.seconds_of_waiting + 3
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


def test_a_worker_that_was_killed_is_started_again() -> None:
    with SandboxedReader(LIMITS, thorough=False) as sandboxed_reader:
        with pytest.raises(UnreadableFile, match="file_is_whole"):
            sandboxed_reader.read(b"PK\x03\x04 nothing that can be read")
        read = sandboxed_reader.read(filled({"visits": "41"}))

    assert isinstance(read, SheetContent)
    assert read.cells[AT] == 41


IMPATIENT = replace(LIMITS, seconds_of_waiting=1)


def started_worker(sandboxed_reader: SandboxedReader) -> int:
    """The process that was started; it gets no processor, as on a machine with too much to do."""
    before = children()
    sandboxed_reader.open()
    (worker,) = children() - before
    os.kill(worker, signal.SIGSTOP)
    return worker


def test_a_machine_that_is_slow_to_start_the_reader_does_not_take_it_from_the_time_of_the_file() -> None:
    with SandboxedReader(IMPATIENT, thorough=True) as sandboxed_reader:
        worker = started_worker(sandboxed_reader)
        Timer(5, os.kill, (worker, signal.SIGCONT)).start()

        read = sandboxed_reader.read(filled({"visits": "41"}))

    assert isinstance(read, SheetContent)
    assert read.cells[AT] == 41


def test_a_reader_that_never_gets_ready_is_said_to_be_ours_and_the_file_is_not_blamed() -> None:
    with SandboxedReader(replace(IMPATIENT, seconds_of_starting=1), thorough=True) as sandboxed_reader:
        started_worker(sandboxed_reader)

        with pytest.raises(ReaderFailure, match="did not start within 1 s"):
            sandboxed_reader.read(filled())


def test_a_reader_that_dies_before_it_is_ready_is_said_to_be_ours() -> None:
    with SandboxedReader(LIMITS, thorough=True) as sandboxed_reader:
        os.kill(started_worker(sandboxed_reader), signal.SIGKILL)

        with pytest.raises(ReaderFailure, match="ended before it was ready"):
            sandboxed_reader.read(filled())


def test_a_reader_that_was_ended_between_two_files_is_said_to_be_ours_and_is_started_again() -> None:
    with SandboxedReader(LIMITS, thorough=True) as sandboxed_reader:
        worker = started_worker(sandboxed_reader)
        os.kill(worker, signal.SIGCONT)
        sandboxed_reader.read(filled())
        os.kill(worker, signal.SIGKILL)

        with pytest.raises(ReaderFailure, match="that reads files ended"):
            sandboxed_reader.read(filled())

        assert isinstance(sandboxed_reader.read(filled()), SheetContent)


def test_a_file_there_was_no_time_for_is_not_blamed() -> None:
    with (
        SandboxedReader(replace(LIMITS, seconds_of_waiting=0), thorough=True) as sandboxed_reader,
        pytest.raises(ReaderFailure, match="not read within 0 s"),
    ):
        sandboxed_reader.read(filled())


def test_a_reader_that_stands_still_is_ended_and_the_next_file_is_read_by_another() -> None:
    with SandboxedReader(IMPATIENT, thorough=False) as sandboxed_reader:
        worker = started_worker(sandboxed_reader)
        os.kill(worker, signal.SIGCONT)
        sandboxed_reader.read(filled())
        os.kill(worker, signal.SIGSTOP)

        with pytest.raises(ReaderFailure, match="not read within 1 s"):
            sandboxed_reader.read(filled())

        assert isinstance(sandboxed_reader.read(filled()), SheetContent)


IN_THE_WORKER = """
import os, sys
sys.path.insert(0, {root!r})
sys.modules["numpy"] = None
from pipeline.collect.reader import sandbox, worker
from pipeline.collect.reader.limits import ReadingLimits
limits = {limits!r}
worker.rehearse(limits, thorough=True)
print(*sorted(name for name, module in sys.modules.items() if module), file=sys.stderr)
import socket
sandbox.leave_the_network()
sandbox.confine(limits)
for forbidden in (
    lambda: open("/etc/passwd"),
    lambda: open("/tmp/written", "w"),
    lambda: socket.socket(),
    lambda: bytearray(limits.memory),
):
    try:
        forbidden()
    except (OSError, MemoryError) as error:
        print(type(error).__name__)
"""


def in_the_worker() -> subprocess.CompletedProcess[str]:
    code = IN_THE_WORKER.format(root=str(ROOT), limits=LIMITS)
    return subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)


def test_nothing_can_be_opened_in_the_worker() -> None:
    assert in_the_worker().stdout.split() == ["OSError", "OSError", "OSError", "MemoryError"]


def test_the_worker_loads_the_readers_and_nothing_of_the_project() -> None:
    loaded = {name.split()[-1] for name in in_the_worker().stderr.splitlines()[-1].split()}

    assert {name for name in loaded if name.startswith("pipeline")} <= {
        *("pipeline", "pipeline.collect", "pipeline.collect.reader", "pipeline.errors"),
        *(
            f"pipeline.collect.reader.{name}"
            for name in (
                "archive",
                "csv_file",
                "frames",
                "limits",
                "number_format",
                "package",
                "personal_data",
                "runs",
                "sandbox",
                "sheet",
                "styles",
                "text_judge",
                "unseen_parts",
                "workbook",
                "worker",
                "xml_stream",
            )
        ),
    }
    assert loaded.isdisjoint(
        {
            "numpy",
            "pandas",
            "pyarrow",
            "duckdb",
            "pydantic",
            "yaml",
            "great_expectations",
            "requests",
            "xlsxwriter",
        }
    )


def test_limits_are_those_promised() -> None:
    assert LIMITS.memory <= 512_000_000
    assert LIMITS.seconds_of_waiting < 10


# Run in a process of its own: each kind of file goes through the client, and the process says what it has in memory.
IN_THE_CLIENT = """
import json, os, sys
from pathlib import Path
from pipeline.collect.reader import return_file
from pipeline.collect.reader.client import sandboxed_reader
from pipeline.collect.reader.definitions import reading_limits
from pipeline.definitions import load
from pipeline.errors import UnreadableFile
from pipeline.project import Project

definitions = load(Project.at(Path(sys.argv[1])))
opening = ("zipfile.", "zlib.", "pyexpat.", "csv.", "openpyxl.", "python_calamine.")
events = []

def watched(function):
    def called(*arguments, **options):
        events.append(function.__qualname__)
        return function(*arguments, **options)
    return called

import csv, xml.parsers.expat, zipfile, zlib
for module, name in ((zlib, "decompressobj"), (zlib, "decompress"), (zipfile, "ZipFile"), (csv, "reader"),
                     (xml.parsers.expat, "ParserCreate")):
    setattr(module, name, watched(getattr(module, name)))
for path in sys.argv[2:]:
    content = Path(path).read_bytes()
    for reading in (return_file.read_upload, return_file.read_received):
        try:
            reading(content, definitions)
        except UnreadableFile:
            pass
worker = sandboxed_reader(reading_limits(definitions), thorough=True)._worker
mapped = {
    "client": Path("/proc/self/maps").read_text(),
    "worker": Path(f"/proc/{worker.pid}/maps").read_text(),
}
json.dump({"opened here": events, **mapped}, sys.stdout)
"""
READERS = ("pyexpat", "_python_calamine", "_csv")


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="the kernel of this machine does not tell")
def test_the_bytes_of_an_upload_are_opened_in_the_worker_alone(tmp_path: Path) -> None:
    for number, content in enumerate((filled({"visits": "41"}), b"skjema;Skjema;1\n", many_cells())):
        (tmp_path / str(number)).write_bytes(content)
    paths = [str(path) for path in sorted(tmp_path.iterdir())]

    ran = subprocess.run(
        [sys.executable, "-c", IN_THE_CLIENT, str(ROOT), *paths],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT)},
    )
    report = json.loads(ran.stdout)

    assert report["opened here"] == []
    assert [reader for reader in READERS if reader in report["worker"]] == list(READERS)
    assert "_python_calamine" not in report["client"]
