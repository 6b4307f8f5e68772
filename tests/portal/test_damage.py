"""What is damaged or full is said where it matters, spoils nobody else's page, and loses nothing that was confirmed."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.collect.records.edits import decide
from pipeline.collect.records.ledger import altered, ledger, versions
from pipeline.collect.records.signatures import of, signatures
from pipeline.collect.records.threads import ASKS, NewMessage, send
from pipeline.collect.records.verification import faults
from pipeline.project import Project
from tests.collect.records.faults import Fault, faulty
from tests.portal.counter import Counter, Visitor, old_centres
from tests.processes import children
from tests.returns import a_correction

SIGNED = {"navn": "Kari Li", "rolle": "leader", "godkjent": "x"}


@pytest.fixture
def serving(project: Project) -> Iterator[Counter]:
    with Counter(project) as counter:
        yield counter


def is_well(counter: Counter) -> bool:
    counter.seconds += 60
    answer = counter.visitor().client.get("/helse")
    assert answer.status_code == (200 if answer.json()["ok"] else 503)
    return bool(answer.json()["ok"])


def with_a_draft(counter: Counter, centre: str) -> Visitor:
    visitor = counter.centre(centre)
    visitor.get("senter")
    visitor.post("fil", file=counter.file(centre))
    visitor.get("send")
    return visitor


def ask(counter: Counter, centre: str, text: str) -> None:
    message = NewMessage(centre, counter.year, "listeners", ASKS, text, counter.now.isoformat())
    send(counter.project, message)


def test_a_torn_draft_is_named_to_its_centre_and_spoils_nobody_elses_page(serving: Counter) -> None:
    torn, other = old_centres(serving.definitions)[:2]
    visitor, bystander = with_a_draft(serving, torn), with_a_draft(serving, other)
    assert is_well(serving)
    path = serving.project.drafts / str(serving.year) / torn / "draft.json"
    path.write_bytes(path.read_bytes()[:40])

    assert not is_well(serving)
    assert "er skadet" in visitor.get("senter").text
    assert visitor.get("skjema").status_code == 500
    assert bystander.get("senter").status_code == bystander.get("kontroll").status_code == 200
    assert "utkastet er skadet" in serving.coordinator().get("oversikt").text

    visitor.get("senter")
    visitor.post("forkast")
    assert visitor.get("skjema").status_code == 200
    assert is_well(serving)


def test_a_half_line_spoils_no_page_and_is_mended_by_the_next_message(serving: Counter) -> None:
    centre = old_centres(serving.definitions)[0]
    ask(serving, centre, "Gjelder dette hele året?")
    with serving.project.threads.open("ab") as stream:
        stream.write(b'{"sequence": 2, "sent')
    visitor = serving.centre(centre)

    assert not is_well(serving)
    assert "Gjelder dette hele året?" in visitor.get("senter").text

    ask(serving, centre, "Er det talt to ganger?")
    assert is_well(serving)
    assert "Er det talt to ganger?" in visitor.get("senter").text
    assert altered(serving.project) == []


def with_a_line_damaged(path: Path, number: int) -> str:
    """Harms the text of one line, and gives the sentence that names it."""
    lines = path.read_bytes().splitlines(keepends=True)
    at = lines[number - 1].index(b'"at"' if b'"at"' in lines[number - 1] else b'_at"') + 10
    lines[number - 1] = lines[number - 1][:at] + b"#" + lines[number - 1][at + 1 :]
    path.write_bytes(b"".join(lines))
    return f"raw/{path.name}, line {number}: the line has been changed, moved or removed."


def test_a_damaged_message_spoils_nobody_elses_page_and_its_own_says_so(serving: Counter) -> None:
    project, year = serving.project, serving.year
    hurt, other = old_centres(serving.definitions)[:2]
    for centre, text in ((hurt, "Hvor mange?"), (hurt, "Hele året?"), (other, "Er det talt to ganger?")):
        send(project, NewMessage(centre, year, "listeners", ASKS, text, "2025-01-20T12:00:00+00:00"))
    visitor, bystander, coordinator = serving.centre(hurt), serving.centre(other), serving.coordinator()

    sentence = with_a_line_damaged(project.threads, 2)

    assert not is_well(serving)
    assert faults(project, serving.definitions) == [sentence]
    assert sentence in coordinator.get("oversikt").text
    assert "kan være skadet" not in bystander.get("senter").text
    assert "Er det talt to ganger?" in bystander.text
    assert "kan være skadet" in visitor.get("senter").text
    thread = re.search(r'href="/nb/(trad/[^"]+)"', bystander.text)
    assert thread
    assert "Hvor mange?" in visitor.get(thread[1]).text
    assert "kan være skadet" in visitor.text
    bystander.get(thread[1])
    assert bystander.post(thread[1], {"tekst": "Nei, bare en gang."}).status_code == 200
    assert "Nei, bare en gang." in bystander.text


def test_a_damaged_signature_spoils_nobody_elses_receipt_and_its_own_is_not_made_out_as_unsigned(
    serving: Counter,
) -> None:
    hurt, other, later = old_centres(serving.definitions)[:3]
    visitor, bystander = (with_a_draft(serving, centre) for centre in (hurt, other))
    for delivering in (visitor, bystander):
        assert delivering.post("send", SIGNED).url.path.endswith("kvittering/1")

    sentence = with_a_line_damaged(serving.project.signatures, 1)

    assert not is_well(serving)
    assert faults(serving.project, serving.definitions) == [sentence]
    assert "godkjenningen er skadet" in visitor.get("senter").text
    assert "Godkjenningen av denne versjonen er skadet" in visitor.get("kvittering/1").text
    assert visitor.get("kvittering/1/skjema").status_code == 200
    assert visitor.get("kvittering/1/fil").status_code == visitor.get("kvittering/1/pdf").status_code == 500
    assert "skadet" not in bystander.get("senter").text
    for document in ("", "/fil", "/pdf", "/skjema"):
        assert bystander.get(f"kvittering/1{document}").status_code == 200
    assert with_a_draft(serving, later).post("send", SIGNED).url.path.endswith("kvittering/1")
    assert sentence in serving.coordinator().get("oversikt").text


def test_a_damaged_link_opens_nothing_and_every_other_does(serving: Counter) -> None:
    hurt, other = old_centres(serving.definitions)[:2]
    codes = {centre: serving.code(centre) for centre in (hurt, other)}
    coordinator = serving.coordinator()

    sentence = with_a_line_damaged(serving.project.invitations, 1)

    assert not is_well(serving)
    assert faults(serving.project, serving.definitions) == [sentence]
    assert serving.visitor().enter(codes[other]).get("senter").status_code == 200
    assert "noe i listen vår over lenker er skadet" in serving.visitor().enter(codes[hurt]).text
    assert sentence in coordinator.get("lenker").text
    assert coordinator.post(f"lenker/{hurt}/ny").status_code == 200
    (code,) = re.findall(r"/nb/#([a-z0-9]+)", coordinator.text)
    assert serving.visitor().enter(code).get("senter").status_code == 200


def test_a_slip_in_the_decisions_about_one_centre_spoils_nobody_elses_page(serving: Counter) -> None:
    slipped, other = old_centres(serving.definitions)[:2]
    bystander = with_a_draft(serving, other)
    path = decide(serving.project, serving.year, a_correction(slipped, "visits", "0", "1"))
    path.write_text(path.read_text("utf-8").replace("correct: ", "correct "), "utf-8")

    assert not is_well(serving)
    assert bystander.get("kontroll").status_code == 200
    bystander.get("send")
    assert bystander.post("send", SIGNED).url.path.endswith("kvittering/1")
    visitor = serving.centre(slipped)
    visitor.get("senter")
    assert visitor.post("fil", file=serving.file(slipped)).status_code == 500
    assert "er skadet" in visitor.text
    overview = serving.coordinator().get("oversikt")
    assert overview.status_code == 200
    assert "edits.yaml" in overview.text


def test_a_disk_that_is_full_while_sending_keeps_the_draft_and_gives_no_receipt(serving: Counter) -> None:
    centre = old_centres(serving.definitions)[0]
    visitor = with_a_draft(serving, centre)
    before = len(ledger(serving.project))

    with faulty(Fault("ENOSPC", 1, half=True, lasting=True)) as system:
        refused = visitor.post("send", SIGNED)

    assert system.happened
    assert refused.status_code == 507
    assert "Utkastet er trygt" in visitor.text
    assert len(ledger(serving.project)) == before
    assert visitor.get("send").status_code == 200
    assert visitor.post("send", SIGNED).url.path.endswith("kvittering/1")
    assert altered(serving.project) == []


def test_a_signature_that_could_not_be_kept_is_asked_for_again_and_nothing_is_received_twice(
    serving: Counter,
) -> None:
    """The file and the ledger's line are kept, and then the disk refuses: the receipt is there, without a sign-off."""
    centre = old_centres(serving.definitions)[0]
    outcomes = set()
    visitor = with_a_draft(serving, centre)
    for step in range(2, 40):
        with faulty(Fault("EIO", step)):
            answer = visitor.post("send", SIGNED)
        received = versions(ledger(serving.project), serving.year, centre)
        outcomes.add((answer.status_code, len(received)))
        assert len(received) <= 1
        if received:
            assert "Skjemaet er mottatt" in visitor.text
            break
        visitor.get("send")

    assert outcomes == {(507, 0), (507, 1)}
    visitor.get("send")
    assert visitor.post("send", SIGNED).url.path.endswith("kvittering/1")
    (receipt,) = versions(ledger(serving.project), serving.year, centre)
    assert of(signatures(serving.project), receipt) is not None
    assert altered(serving.project) == []


def test_a_machine_too_busy_to_read_a_file_says_so_and_does_not_blame_the_file(project: Project) -> None:
    limits = project.schemas / "limits.yaml"
    limits.write_text(
        limits.read_text("utf-8").replace("seconds_of_waiting: 7 ", "seconds_of_waiting: 1 "), "utf-8"
    )
    others = children()
    with Counter(project) as counter:
        centre = old_centres(counter.definitions)[0]
        with_a_draft(counter, old_centres(counter.definitions)[1])
        visitor = counter.centre(centre)
        visitor.get("senter")
        for reader in children() - others:
            os.kill(reader, signal.SIGSTOP)

        refused = visitor.post("fil", file=counter.file(centre))

        assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
        assert "Det er ikke funnet noe galt med den" in visitor.text
        for reader in children() - others:
            os.kill(reader, signal.SIGCONT)
        visitor.get("senter")
        assert visitor.post("fil", file=counter.file(centre)).url.path.endswith("kontroll")
