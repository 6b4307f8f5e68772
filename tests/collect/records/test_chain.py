"""Records that only grow: a changed byte, a line gone or moved is named, and what was never finished is set aside."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.collect.reader.return_file import read_return
from pipeline.collect.records import invitations
from pipeline.collect.records.edits import Edit, decide, edits
from pipeline.collect.records.ledger import altered, ledger, opened_ledger, quarantine_strays, receive
from pipeline.collect.records.signatures import sign, signatures
from pipeline.collect.records.threads import ASKS, send
from pipeline.errors import PipelineError
from pipeline.project import Project
from tests.collect.records.test_ledger import AT, CENTRE, DEFINITIONS, YEAR, a_workbook

NOW = datetime(2025, 1, 20, tzinfo=UTC)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three versions received and signed, four links given, four questions asked."""
    project = Project.at(tmp_path)
    for visits in "123":
        content = a_workbook(visits)
        with opened_ledger(project) as receipts:
            receipt = receive(project, DEFINITIONS, receipts, content, AT)
            sign(project, receipt, read_return(content, DEFINITIONS, thorough=False), "Kari Li", "leader", AT)
    for year in range(YEAR - 3, YEAR + 1):
        invitations.invite(project, CENTRE, year, NOW, NOW + timedelta(days=1))
        send(project, CENTRE, year, "visits", ASKS, "Gjelder dette hele året?", AT)
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
        place = random.Random(record).randrange(len(lines[1]) - 1)
        lines[1] = lines[1][:place] + bytes([lines[1][place] ^ 128]) + lines[1][place + 1 :]
    elif harm == "two lines swapped":
        lines[1], lines[2] = lines[2], lines[1]
    else:
        del lines[0 if "first" in harm else 1]
    path.write_bytes(b"".join(lines))

    found = altered(project)

    assert found
    assert found[0].startswith(f"raw/{path.name}")


def test_the_last_line_dropped_shows_by_the_file_it_was_given_for(project: Project) -> None:
    lines = project.ledger.read_bytes().splitlines(keepends=True)
    project.ledger.write_bytes(b"".join(lines[:-1]))

    assert altered(project) == [f"raw/{YEAR}/{CENTRE}_p{YEAR}_v3.xlsx: har ingen kvittering."]


def test_every_flipped_bit_of_a_received_file_is_named(project: Project) -> None:
    path = project.raw / ledger(project)[1].file
    content = path.read_bytes()
    path.chmod(0o644)
    for place in random.Random(1).sample(range(len(content)), 50):
        path.write_bytes(content[:place] + bytes([content[place] ^ 128]) + content[place + 1 :])
        (said,) = altered(project)
        assert path.name in said


@pytest.mark.parametrize("record", ["ledger", "signatures", "invitations", "threads"])
def test_a_line_that_never_ended_counts_for_nothing_and_is_set_aside(project: Project, record: str) -> None:
    path: Path = getattr(project, record)
    whole = path.read_bytes()
    path.write_bytes(whole + whole.splitlines()[-1][:40])
    known = (ledger(project), signatures(project), invitations.standing(project))
    assert [len(one) for one in known] == [3, 3, 4]

    (said,) = quarantine_strays(project)

    assert path.name in said
    assert path.read_bytes() == whole
    assert (project.quarantine / f"{path.name}.rest").read_bytes() == whole.splitlines()[-1][:40]
    assert quarantine_strays(project) == altered(project) == []


def test_what_was_left_half_kept_is_set_aside_before_the_next_is_received(project: Project) -> None:
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
    assert len({one.salt for one in standing}) == len(standing)
    kept = project.invitations.read_text("utf-8")
    assert first not in kept
    assert second not in kept


def test_an_explanation_of_what_was_noticed_while_reading_is_a_decision_like_others(project: Project) -> None:
    said = {
        "centre": CENTRE,
        "variable": "",
        "says": "",
        "explain": "rows_are_visible",
        "reason": "Svarene stemmer.",
        "by": "senteret",
        "on": "2025-01-20",
    }
    decide(project, YEAR, Edit.model_validate(said))

    assert len(edits(project, DEFINITIONS).rows) == 1


def test_the_ledger_refuses_to_be_read_when_it_is_no_json(project: Project) -> None:
    project.ledger.write_text("not a line\n" + json.dumps({}) + "\n", "utf-8")

    with pytest.raises(PipelineError, match="line 1"):
        ledger(project)
