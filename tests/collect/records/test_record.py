"""Records that only grow: a changed byte, a line gone or moved is named, and what was never finished is quarantined."""

import hashlib
import inspect
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from pipeline.collect import records
from pipeline.collect.reader.return_file import read_received
from pipeline.collect.records import invitations
from pipeline.collect.records.edits import Edit, decide, edits
from pipeline.collect.records.ledger import (
    all_records,
    altered,
    ledger,
    ledger_record,
    opened_ledger,
    quarantine_strays,
    receive,
)
from pipeline.collect.records.record import Line, Record, bound
from pipeline.collect.records.signatures import sign, signatures
from pipeline.collect.records.threads import ASKS, NewMessage, send, thread_record
from pipeline.collect.records.verification import faults
from pipeline.errors import PipelineError
from pipeline.project import Project
from tests.collect.records.test_ledger import AT, CENTRE, DEFINITIONS, YEAR, a_workbook

OTHER = DEFINITIONS.centres_in(YEAR)[1]
NOW = datetime(2025, 1, 20, tzinfo=UTC)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three versions received and signed, four links given, four questions asked."""
    project = Project.at(tmp_path)
    for visits in "123":
        content = a_workbook(visits)
        with opened_ledger(project) as receipts:
            receipt = receive(project, DEFINITIONS, receipts, content, AT)
            sign(project, receipt, read_received(content, DEFINITIONS), "Kari Li", "leader", AT)
    for year in range(YEAR - 3, YEAR + 1):
        invitations.invite(project, CENTRE, year, NOW, NOW + timedelta(days=1))
        send(project, NewMessage(CENTRE, year, "visits", ASKS, "Gjelder dette hele året?", AT))
    assert altered(project) == []
    return project


@pytest.mark.parametrize("record", ["ledger", "signatures", "invitations", "threads"])
@pytest.mark.parametrize(
    "harm", ["a flipped bit", "a line dropped", "the first line dropped", "two lines swapped"]
)
def test_a_record_that_was_changed_is_named_with_the_line(project: Project, record: str, harm: str) -> None:
    path: Path = getattr(project, record)
    lines = path.read_bytes().splitlines(keepends=True)
    if harm == "a flipped bit":
        offset = random.Random(record).randrange(len(lines[1]) - 1)
        lines[1] = lines[1][:offset] + bytes([lines[1][offset] ^ 128]) + lines[1][offset + 1 :]
    elif harm == "two lines swapped":
        lines[1], lines[2] = lines[2], lines[1]
    else:
        del lines[0 if "first" in harm else 1]
    path.write_bytes(b"".join(lines))

    damaged = altered(project)

    assert damaged
    assert damaged[0].startswith(f"raw/{path.name}")


@pytest.mark.parametrize("record", ["ledger", "signatures", "invitations", "threads"])
def test_a_forged_line_with_its_own_hash_recomputed_is_betrayed_by_the_next(
    project: Project, record: str
) -> None:
    path: Path = getattr(project, record)
    lines = path.read_bytes().splitlines()
    forged = bound(json.loads(lines[1]) | {"centre": DEFINITIONS.centres_in(YEAR)[1]})
    path.write_bytes(b"\n".join([lines[0], json.dumps(forged).encode(), *lines[2:]]) + b"\n")

    assert altered(project) == [f"raw/{path.name}, line 3: the line has been changed, moved or removed."]


def _half_line(project: Project) -> None:
    with project.threads.open("ab") as stream:
        stream.write(b'{"sequence": 5, "half')


def _number_given_twice(project: Project) -> None:
    last = json.loads(project.ledger.read_bytes().splitlines()[-1])
    again = bound(last | {"received_at": "2025-03-01T09:00:00+00:00"})
    with project.ledger.open("ab") as stream:
        stream.write(json.dumps(again).encode() + b"\n")


def _last_line_removed_with_its_file(project: Project) -> None:
    lines = project.ledger.read_bytes().splitlines(keepends=True)
    (project.raw / json.loads(lines[-1])["file"]).unlink()
    project.ledger.write_bytes(b"".join(lines[:-1]))


def _unknown_key(project: Project) -> None:
    first = json.loads(project.ledger.read_bytes().splitlines()[0])
    project.ledger.write_bytes(json.dumps(bound(first | {"colour": "red"})).encode() + b"\n")


def _newer_schema(project: Project) -> None:
    first = json.loads(project.ledger.read_bytes().splitlines()[0])
    project.ledger.write_bytes(json.dumps(bound(first | {"schema": 9})).encode() + b"\n")


def _invitation_of_nobody(project: Project) -> None:
    invitations.invite(project, "nobody", YEAR, NOW, NOW + timedelta(days=1))


def _question_to_nobody(project: Project) -> None:
    send(project, NewMessage("nobody", YEAR, "visits", ASKS, "Gjelder dette hele året?", AT))


def _version_skipped(project: Project) -> None:
    path = project.received(YEAR, CENTRE, 9, ".csv")
    path.write_bytes(b"x")
    sha256 = hashlib.sha256(b"x").hexdigest()
    values = {"received_at": AT, "centre": CENTRE, "year": YEAR, "version": 9}
    file = path.relative_to(project.raw).as_posix()
    ledger_record(project).append(
        {**values, "sha256": sha256, "sent_sha256": sha256, "file": file, "demonstration": True}
    )


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (_half_line, "raw/threads.jsonl: the last line is not whole."),
        (_number_given_twice, "raw/ledger.jsonl, line 4: number 3 is given twice."),
        (
            _last_line_removed_with_its_file,
            f"raw/signatures.jsonl, line 3: the receipt it signs ({CENTRE}, {YEAR}, version 3) is not in the ledger.",
        ),
        (_unknown_key, "raw/ledger.jsonl, line 1: unknown key «colour»."),
        (
            _newer_schema,
            "raw/ledger.jsonl, line 1: schema 9 is not known here, only up to 3; use a newer program.",
        ),
        (_invitation_of_nobody, f"raw/invitations.jsonl, line 5: «nobody» does not report for {YEAR}."),
        (_question_to_nobody, f"raw/threads.jsonl, line 5: «nobody» does not report for {YEAR}."),
        (_version_skipped, f"raw/ledger.jsonl, line 4: version 9 of {CENTRE}, {YEAR}; it should be 4."),
    ],
)
def test_what_one_record_cannot_say_of_itself_another_does(
    project: Project, harm: Callable[[Project], None], sentence: str
) -> None:
    assert faults(project, DEFINITIONS) == []

    harm(project)

    assert faults(project, DEFINITIONS) == [sentence]


def test_a_ledger_from_before_lines_said_their_schema_is_read_and_goes_on(project: Project) -> None:
    """As the program of the autumn wrote it."""
    previous, old = "", []
    for line in map(json.loads, project.ledger.read_bytes().splitlines()):
        content = {key: value for key, value in line.items() if key not in ("schema", "sent_sha256")}
        old.append(bound({**content, "previous": previous}))
        previous = old[-1]["line"]
    project.ledger.write_bytes(b"".join(json.dumps(line).encode() + b"\n" for line in old))
    project.signatures.unlink()

    with opened_ledger(project) as receipts:
        receipt = receive(project, DEFINITIONS, receipts, a_workbook("9"), AT)

    assert (receipt.sequence, receipt.version, receipt.previous) == (4, 4, previous)
    assert altered(project) == []
    assert all(line.sent_sha256 == line.sha256 for line in ledger(project))
    assert [line.get("schema") for line in ledger_record(project).raw_lines()] == [None, None, None, 3]


@dataclass(frozen=True)
class Weather:
    """A made-up record that had another key in its first schema."""

    sequence: int
    degrees: int
    previous: str
    line: str


def test_lines_of_an_earlier_schema_are_migrated_when_read_and_stay_as_they_are_on_disk(
    tmp_path: Path,
) -> None:
    @dataclass(frozen=True)
    class EarlierWeather:
        sequence: int
        celsius: str
        previous: str
        line: str

    path = tmp_path / "weather.jsonl"
    Record(path, EarlierWeather).append({"celsius": "-4"})
    before = path.read_bytes()

    def in_degrees(line: Line) -> Line:
        return {"degrees": int(line.pop("celsius")), **line}

    record = Record(path, Weather, (in_degrees,))
    record.append({"degrees": 7})

    assert [line.degrees for line in record.lines()] == [-4, 7]
    assert path.read_bytes().startswith(before)
    assert [line["schema"] for line in record.raw_lines()] == [1, 2]


def test_every_record_there_is_is_verified_and_mended(tmp_path: Path) -> None:
    project = Project.at(tmp_path)
    modules = [
        import_module(f"{records.__name__}.{module.name}") for module in iter_modules(records.__path__)
    ]
    paths = {
        name: function(project).path
        for module in modules
        for name, function in vars(module).items()
        if name.endswith("_record") and inspect.isfunction(function)
    }

    assert len(paths) >= 6
    assert set(paths.values()) == {record.path for record in all_records(project)}


def with_line(path: Path, number: int, change: Callable[[bytes], bytes]) -> bytes:
    """Changes one line, and gives it as it was."""
    lines = path.read_bytes().splitlines()
    before, lines[number - 1] = lines[number - 1], change(lines[number - 1])
    path.write_bytes(b"\n".join(lines) + b"\n")
    return before


def torn(line: bytes) -> bytes:
    return line.replace(b"2", b"#", 1)


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_damaged_line_spoils_no_other_is_gone_on_from_and_holds_again_when_it_is_mended(
    project: Project, number: int
) -> None:
    before = with_line(project.threads, number, torn)
    sentence = f"raw/threads.jsonl, line {number}: the line has been changed, moved or removed."

    send(project, NewMessage(CENTRE, YEAR, "visits", ASKS, "Er det talt to ganger?", AT))

    record = thread_record(project)
    assert [message.sequence for message in record.read().lines] == [n for n in range(1, 6) if n != number]
    assert faults(project, DEFINITIONS) == [sentence]
    with_line(project.threads, number, lambda _: before)
    assert faults(project, DEFINITIONS) == []
    assert len(record.lines()) == 5


def test_every_damaged_line_is_named(project: Project) -> None:
    for number in (1, 3):
        with_line(project.threads, number, torn)

    assert faults(project, DEFINITIONS) == [
        f"raw/threads.jsonl, line {number}: the line has been changed, moved or removed." for number in (1, 3)
    ]


@pytest.mark.parametrize(
    ("change", "may_lack"),
    [
        (torn, {CENTRE}),
        (lambda line: line.replace(b'"centre"', b'"c#ntre"'), {CENTRE, OTHER}),
        (lambda line: line.replace(CENTRE.encode(), b"#ran"), {CENTRE, OTHER}),
        (lambda _: b"\0" * 50, {CENTRE, OTHER}),
        (lambda line: line[:40] + b"\n" + line[41:], {CENTRE, OTHER}),
    ],
)
def test_who_may_have_lost_something_by_a_damaged_line_is_who_it_may_have_named(
    project: Project, change: Callable[[bytes], bytes], may_lack: set[str]
) -> None:
    with_line(project.threads, 2, change)

    reading = thread_record(project).read()

    assert {centre for centre in (CENTRE, OTHER) if reading.may_lack(centre, DEFINITIONS.centres)} == may_lack
    assert [message.sequence for message in reading.lines] == [1, 3, 4]


@pytest.mark.parametrize(
    ("change", "opened"),
    [
        (torn, {YEAR - 2, YEAR - 1, YEAR}),  # it names the link it withdrew
        (lambda _: b"\0" * 50, {YEAR}),  # it may have withdrawn any of those that were given before
    ],
)
def test_a_link_that_a_damaged_line_may_have_withdrawn_opens_nothing(
    project: Project, change: Callable[[bytes], bytes], opened: set[int]
) -> None:
    invitations.withdraw(project, CENTRE, YEAR - 3, NOW)
    invitations.withdraw(project, CENTRE, YEAR, NOW)
    invitations.invite(project, CENTRE, YEAR, NOW, NOW + timedelta(days=1))

    with_line(project.invitations, 5, change)

    assert {invitation.year for invitation in invitations.standing(project)} == opened


def test_a_link_stays_open_when_the_line_that_says_it_was_opened_is_damaged(project: Project) -> None:
    link = invitations.standing(project)[0]
    invitations.note_opened(project, link, NOW)

    with_line(project.invitations, 5, lambda line: line.replace(b'"at"', b'"#t"'))

    assert link in invitations.standing(project)
    assert len(faults(project, DEFINITIONS)) == 1


def test_the_last_line_dropped_shows_by_the_file_it_was_given_for(project: Project) -> None:
    lines = project.ledger.read_bytes().splitlines(keepends=True)
    project.ledger.write_bytes(b"".join(lines[:-1]))

    assert altered(project) == [
        f"raw/{YEAR}/{CENTRE}_p{YEAR}_v3.xlsx: has no receipt.",
        f"raw/signatures.jsonl, line 3: the receipt it signs ({CENTRE}, {YEAR}, version 3) is not in the ledger.",
    ]


def test_every_flipped_bit_of_a_received_file_is_named(project: Project) -> None:
    path = project.raw / ledger(project)[1].file
    content = path.read_bytes()
    path.chmod(0o644)
    for offset in random.Random(1).sample(range(len(content)), 50):
        path.write_bytes(content[:offset] + bytes([content[offset] ^ 128]) + content[offset + 1 :])
        (sentence,) = altered(project)
        assert path.name in sentence


@pytest.mark.parametrize("record", ["ledger", "signatures", "invitations", "threads"])
def test_a_line_that_never_ended_counts_for_nothing_and_is_quarantined(project: Project, record: str) -> None:
    path: Path = getattr(project, record)
    whole = path.read_bytes()
    path.write_bytes(whole + whole.splitlines()[-1][:40])
    records = (ledger(project), signatures(project), invitations.standing(project))
    assert [len(lines) for lines in records] == [3, 3, 4]

    (sentence,) = quarantine_strays(project)

    assert path.name in sentence
    assert path.read_bytes() == whole
    assert (project.quarantine / f"{path.name}.rest").read_bytes() == whole.splitlines()[-1][:40]
    assert quarantine_strays(project) == altered(project) == []


def test_what_was_left_half_written_is_quarantined_before_the_next_is_received(project: Project) -> None:
    folder = project.raw / str(YEAR)
    orphan, unfinished = folder / f"{CENTRE}_p{YEAR}_v4.xlsx", folder / f"{CENTRE}_p{YEAR}_v5.xlsx.unfinished"
    orphan.write_bytes(b"nobody was told")
    unfinished.write_bytes(b"half")

    with opened_ledger(project) as receipts:
        receipt = receive(project, DEFINITIONS, receipts, a_workbook("4"), AT)

    assert receipt.version == 4
    assert (project.raw / receipt.file).read_bytes() == a_workbook("4")
    assert {path.read_bytes() for path in project.quarantine.iterdir()} == {b"nobody was told", b"half"}
    assert altered(project) == []


def test_a_new_link_closes_the_one_before_and_no_code_is_kept(project: Project) -> None:
    first = invitations.invite(project, CENTRE, YEAR, NOW, NOW + timedelta(days=1))
    second = invitations.invite(project, CENTRE, YEAR, NOW, NOW + timedelta(days=1))
    standing = invitations.standing(project)

    assert invitations.opened_by(standing, first, NOW) is None
    opened = invitations.opened_by(standing, f" {second[:10]}-{second[10:].upper()} ", NOW)
    assert opened
    assert (opened.centre, opened.year) == (CENTRE, YEAR)
    assert invitations.opened_by(standing, second, NOW + timedelta(days=1)) is None
    assert len({invitation.salt for invitation in standing}) == len(standing)
    text = project.invitations.read_text("utf-8")
    assert first not in text
    assert second not in text


def test_an_explanation_of_what_was_noticed_while_reading_is_a_decision_like_others(project: Project) -> None:
    decision = {
        "centre": CENTRE,
        "variable": "",
        "says": "",
        "explain": "rows_are_visible",
        "reason": "Svarene stemmer.",
        "by": "senteret",
        "on": "2025-01-20",
    }
    decide(project, YEAR, Edit.model_validate(decision))

    assert len(edits(project, DEFINITIONS).rows) == 1


def test_the_ledger_refuses_to_be_read_when_it_is_no_json(project: Project) -> None:
    project.ledger.write_text("not a line\n" + json.dumps({}) + "\n", "utf-8")

    with pytest.raises(PipelineError, match="line 1"):
        ledger(project)
