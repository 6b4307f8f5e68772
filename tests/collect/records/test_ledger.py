"""A receipt is given only for what is kept; what is kept is never changed."""

import json
import shutil
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.collect.form.writer import workbook
from pipeline.collect.reader.return_file import read_upload
from pipeline.collect.records.ledger import ledger, opened_ledger, receive
from pipeline.definitions import load
from pipeline.errors import PipelineError, UnreadableFile
from pipeline.model import Receipt
from pipeline.project import Project
from tests.collect.reader.hostile import PLANTED
from tests.collect.reader.test_honest import UNSEEN
from tests.collect.reader.test_upload import SEVERAL_PLACES
from tests.returns import ROOT

DEFINITIONS = load(Project.at(ROOT))
YEAR = DEFINITIONS.survey.last_year
CENTRE = DEFINITIONS.centres_in(YEAR)[0]
AT = "2025-02-01T09:00:00+00:00"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.at(tmp_path)


def a_workbook(visits: str = "0", year: int = YEAR, centre: str = CENTRE) -> bytes:
    answers = {variable.id: "0" for variable in DEFINITIONS.form(year).variables()} | {"visits": visits}
    return workbook(DEFINITIONS, year, centre, "nb", None, answers)


def delivered(project: Project, *contents: bytes) -> list[Receipt]:
    with opened_ledger(project) as receipts:
        return [receive(project, DEFINITIONS, receipts, content, AT) for content in contents]


def files_of(project: Project) -> set[str]:
    return {path.name for path in project.raw.rglob("*") if path.is_file() and path.name != ".lock"}


def test_the_bytes_are_kept_under_centre_year_and_version(project: Project) -> None:
    content = a_workbook()

    (receipt,) = delivered(project, content)

    assert receipt.file == f"{YEAR}/{CENTRE}_p{YEAR}_v1.xlsx"
    assert (project.raw / receipt.file).read_bytes() == content


def test_a_correction_is_the_next_version_and_the_earlier_one_stays(project: Project) -> None:
    first, second = delivered(project, a_workbook("1"), a_workbook("2"))

    assert (first.version, second.version) == (1, 2)
    assert files_of(project) == {f"{CENTRE}_p{YEAR}_v1.xlsx", f"{CENTRE}_p{YEAR}_v2.xlsx", "ledger.jsonl"}


def test_a_published_return_is_replaced_only_where_somebody_has_said_so(project: Project) -> None:
    published = YEAR - 1
    first, again = a_workbook("1", published), a_workbook("2", published)
    delivered(project, first)

    with opened_ledger(project) as receipts:
        with pytest.raises(UnreadableFile, match="published_return_is_kept") as refusal:
            receive(project, DEFINITIONS, receipts, again, AT)
        same = receive(project, DEFINITIONS, receipts, first, AT)
        second = receive(project, DEFINITIONS, receipts, again, AT, replaceable=[published])

    assert refusal.value.facts["year"] == str(published)
    assert (same.version, second.version) == (1, 2)


def test_a_return_of_a_year_to_come_is_not_received(project: Project) -> None:
    with pytest.raises(UnreadableFile, match="year_is_opened"):
        delivered(project, a_workbook(year=YEAR + 1))

    assert not files_of(project)


def test_the_same_bytes_twice_give_the_same_receipt(project: Project) -> None:
    content = a_workbook()

    first, second = delivered(project, content, content)

    assert first == second
    assert len(ledger(project)) == 1


@pytest.mark.parametrize("kind", UNSEEN)
def test_a_receipt_names_the_file_as_it_was_sent_and_as_it_is_stored(project: Project, kind: str) -> None:
    plain = a_workbook()
    sent = UNSEEN[kind][0](plain)

    first, again = delivered(project, sent, sent)

    stored = (project.raw / first.file).read_bytes()
    assert (first.sent_sha256, first.sha256) == (sha256(sent).hexdigest(), sha256(stored).hexdigest())
    assert stored != sent
    assert again == first
    assert delivered(project, stored) == [first], "what the centre fetched and sends is no new version"
    (other,) = delivered(project, plain)
    assert sha256(plain).hexdigest() in (other.sent_sha256, other.sha256)


def test_what_is_kept_cannot_be_written_over_by_accident(project: Project) -> None:
    (receipt,) = delivered(project, a_workbook())

    assert (project.raw / receipt.file).stat().st_mode & 0o222 == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7 ...",
        b"\xd0\xcf\x11\xe0 encrypted",
        b"PK\x03\x04 not really a zip",
        b"a;b;c\n1;2;3\n",
        b"x" * (DEFINITIONS.limits.file + 1),
    ],
)
def test_what_is_no_return_of_ours_is_refused_and_nothing_is_kept(project: Project, content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        delivered(project, content)

    assert files_of(project) == set()


def test_an_archive_that_lies_about_its_size_is_weighed_by_what_comes_out(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 30_000_000)

    with pytest.raises(UnreadableFile):
        read_upload(bomb.read_bytes(), DEFINITIONS)


def test_a_centre_that_does_not_report_that_year_is_told_so(project: Project) -> None:
    closed, entry = next((name, entry) for name, entry in DEFINITIONS.centres.items() if entry.closed)
    year = entry.closed + 1

    with pytest.raises(UnreadableFile, match="centre_reports_that_year"):
        delivered(project, a_workbook(year=year, centre=closed))


def test_real_and_demonstration_returns_are_never_mixed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    register = tmp_path / "schemas" / "centres.yaml"
    register.write_text(
        register.read_text("utf-8").replace("demonstration: true", "demonstration: false"), "utf-8"
    )
    project = Project.at(tmp_path)
    real = load(project)
    answers = {variable.id: "0" for variable in real.form(YEAR).variables()}
    delivered(project, a_workbook())

    with pytest.raises(UnreadableFile, match="returns_are_of_one_sort"), opened_ledger(project) as receipts:
        receive(project, real, receipts, workbook(real, YEAR, CENTRE, "nb", None, answers), AT)


def test_an_identity_number_leaves_no_trace_wherever_it_stood(project: Project) -> None:
    refused = 0
    for plant in SEVERAL_PLACES.values():
        with opened_ledger(project) as receipts, pytest.raises(UnreadableFile):
            receive(project, DEFINITIONS, receipts, plant(PLANTED), AT, "skjema.xlsx")
        refused += 1
    (receipt,) = delivered(project, a_workbook())

    everything = b"".join(path.read_bytes() for path in project.root.rglob("*") if path.is_file())
    assert refused >= 14
    assert files_of(project) == {Path(receipt.file).name, "ledger.jsonl"}
    assert not any(trace.encode() in everything for trace in (PLANTED, PLANTED.replace(" ", "")))


@pytest.mark.parametrize("change", ["flip", "drop", "swap"])
def test_a_ledger_that_was_changed_is_named_by_its_line(project: Project, change: str) -> None:
    delivered(project, *(a_workbook(str(visits)) for visits in range(3)))
    lines = project.ledger.read_text("utf-8").splitlines()
    if change == "flip":
        lines[1] = json.dumps(json.loads(lines[1]) | {"centre": "another"})
    elif change == "drop":
        del lines[1]
    else:
        lines[0], lines[1] = lines[1], lines[0]
    project.ledger.write_text("\n".join(lines) + "\n", "utf-8")

    with pytest.raises(PipelineError, match="line"):
        ledger(project)
