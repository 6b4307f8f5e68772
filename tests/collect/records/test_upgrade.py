"""What an earlier program wrote is read by this one, verified, and gone on from.

tests/collect/records/data/before_schemas is what the program wrote before lines said their schema: two versions, the
second signed; a link that holds and one withdrawn; a question answered; a correction; a draft begun.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.collect.records import invitations, keys, threads
from pipeline.collect.records.drafts import Drafts
from pipeline.collect.records.edits import decisions
from pipeline.collect.records.ledger import keep, ledger, opened_ledger
from pipeline.collect.records.receipts import signed_receipt
from pipeline.collect.records.signatures import of, sign, signatures
from pipeline.collect.records.verification import faults
from pipeline.collect.source import received_return, source_with
from pipeline.portal.public import verify_receipt
from pipeline.project import Project
from tests.collect.records.crash_table import AT, DEFINITIONS, received_file
from tests.returns import ROOT

WRITTEN = Path(__file__).parent / "data" / "before_schemas"
CENTRE, OTHER, YEAR = "furu", "hegg", 2024
THEN = datetime(2025, 1, 20, 12, tzinfo=UTC)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(WRITTEN, tmp_path / "root")
    shutil.copy(ROOT / "raw" / "published.csv", tmp_path / "root" / "raw" / "published.csv")
    return Project.at(tmp_path / "root")


def test_everything_an_earlier_program_wrote_is_read_as_it_meant_it(project: Project) -> None:
    last = ledger(project)[-1]
    draft = Drafts(project, DEFINITIONS).find(YEAR, OTHER)
    signature = of(signatures(project), last)

    assert faults(project, DEFINITIONS) == []
    assert [receipt.version for receipt in ledger(project)] == [1, 2]
    assert "2" in {answer.text for answer in received_return(project, DEFINITIONS, last).answers}
    assert signature is not None
    assert (signature.name, signature.version) == ("Kari Li", 2)
    assert [(link.centre, link.year) for link in invitations.standing(project)] == [(CENTRE, YEAR)]
    assert [message.by for message in threads.messages(project, YEAR, CENTRE)] == ["coordinator", "centre"]
    assert [(edit.says, edit.correct) for edit in decisions(project, DEFINITIONS, YEAR)] == [("2", "3")]
    assert draft is not None
    assert draft.answers == {"visits": "7"}
    assert len(source_with(project, DEFINITIONS, ledger(project))["return"].rows) == 2


def test_this_program_goes_on_where_an_earlier_one_ended(project: Project) -> None:
    received, drafts = received_file(9), Drafts(project, DEFINITIONS)
    begun = drafts.find(YEAR, OTHER)
    assert begun is not None

    with opened_ledger(project) as receipts:
        third = keep(project, DEFINITIONS, receipts, received, AT)
        sign(project, third, received.sent, "Kari Li", "leader", AT)
    code = invitations.invite(project, CENTRE, YEAR, THEN, THEN.replace(month=2))
    threads.send(
        project, threads.NewMessage(CENTRE, YEAR, "visits", threads.ASKS, "Er det talt to ganger?", AT)
    )
    drafts.fill(begun, {"visits": "8"}, THEN)
    content = signed_receipt(project, ledger(project)[0], {})

    assert (third.sequence, third.version) == (3, 3)
    assert faults(project, DEFINITIONS) == []
    assert invitations.opened_by(invitations.standing(project), code, THEN) is not None
    assert len(threads.messages(project, YEAR, CENTRE)) == 3
    assert verify_receipt.faults(content, tuple(keys.public_keys(project))) == []
