"""Letters to centres: over TLS or not at all, noted by centre and day; text and address nowhere among the returns."""

import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.collect.records import invitations
from pipeline.collect.records.addresses import addresses, set_address
from pipeline.collect.records.letters import FILE, INVITATION, MAIL, REMINDER, letters
from pipeline.definitions import load
from pipeline.errors import DefinitionError
from pipeline.portal.services import PortalServices
from pipeline.project import Project
from tests.portal.counter import Counter, old_centres
from tests.portal.mail_server import MailServer, text_of
from tests.portal.test_acting import named_coordinator


def at(centre: str) -> str:
    return f"post@{centre}.example"


@contextmanager
def posting(project: Project, folder: Path, **server: object) -> Iterator[tuple[MailServer, Counter]]:
    with MailServer(folder, **server) as mail:  # type: ignore[arg-type]
        mail.configure(project)
        with Counter(project) as counter:
            yield mail, counter


def test_invitations_go_to_those_without_a_link_and_are_noted_by_name(
    project: Project, tmp_path: Path
) -> None:
    with posting(project, tmp_path) as (mail, counter):
        invited, another, silent = old_centres(counter.definitions)[:3]
        coordinator = named_coordinator(counter, "Ola Dal")
        coordinator.get("lenker")
        for centre in (invited, another):
            coordinator.post(f"lenker/{centre}/adresse", {"adresse": at(centre)})
        counter.centre(another)

        coordinator.post("lenker/epost")

        (letter,) = mail.letters
        assert letter["To"] == at(invited)
        assert counter.definitions.centres[invited].name in coordinator.text
        (bokmaal, code), (nynorsk, same) = re.findall(r"/(nb|nn)/#(\w+)", text_of(letter))
        assert (bokmaal, nynorsk, code) == ("nb", "nn", same)
        counter.now += timedelta(days=2)
        assert counter.visitor().enter(code).page.url.path == "/nb/senter"
        (noted,) = letters(project, counter.year)
        assert (noted.centre, noted.kind, noted.means, noted.by) == (invited, INVITATION, MAIL, "Ola Dal")
        coordinator = named_coordinator(counter, "Ola Dal")
        text = coordinator.get("oversikt").text
        assert "invitert 20.01.2025" in text
        assert "lenken åpnet 22.01.2025" in text
        coordinator.get("lenker")
        coordinator.post("lenker/epost")
        assert len(mail.letters) == 1, "whoever has a link keeps it"
        assert silent not in {link.centre for link in invitations.standing(project)}
    assert [line for line in mail.heard if line.startswith("clear") and "EHLO" not in line.upper()] == [
        "clear STARTTLS"
    ]
    written = b"".join(path.read_bytes() for path in project.raw.rglob("*") if path.is_file())
    assert not [secret for secret in (at(invited), code) if secret.encode() in written]
    assert stat.S_IMODE(project.addresses.stat().st_mode) == 0o600


def test_an_address_the_server_refuses_is_named_and_its_link_closed(project: Project, tmp_path: Path) -> None:
    with posting(project, tmp_path, refused=("post@",)) as (mail, counter):
        centre = old_centres(counter.definitions)[0]
        set_address(project, centre, at(centre))
        coordinator = counter.coordinator()
        coordinator.get("lenker")

        coordinator.post("lenker/epost")

        assert f"tok ikke imot adressen til: {counter.definitions.centres[centre].name}" in coordinator.text
        assert mail.letters == []
        assert letters(project, counter.year) == []
        assert {link.centre for link in invitations.standing(project)} == {invitations.COORDINATOR}


def test_nothing_is_sent_to_a_server_without_tls_or_with_another_certificate(
    project: Project, tmp_path: Path
) -> None:
    with posting(project, tmp_path, has_tls=False) as (mail, counter):
        centre = old_centres(counter.definitions)[0]
        set_address(project, centre, at(centre))
        coordinator = counter.coordinator()
        for is_forged in (False, True):
            if is_forged:
                mail.has_tls = True
                forged = tmp_path / "forged"
                forged.mkdir()
                with MailServer(forged) as other:
                    counter.services.mail = counter.services.mail.model_copy(
                        update={"ca_file": str(other.certificate)}
                    )
            coordinator.get("lenker")

            coordinator.post("lenker/epost")

            assert "E-posttjeneren svarte ikke" in coordinator.text
        assert mail.letters == []
        assert not [line for line in mail.heard if "MAIL" in line or "AUTH" in line]
        assert {link.centre for link in invitations.standing(project)} == {invitations.COORDINATOR}


def test_a_reminder_holds_no_figure_and_goes_to_nobody_twice_on_a_day(
    project: Project, tmp_path: Path
) -> None:
    with posting(project, tmp_path) as (mail, counter):
        reminded, unchosen = old_centres(counter.definitions)[:2]
        for centre in (reminded, unchosen):
            set_address(project, centre, at(centre))
        coordinator = counter.coordinator()

        for _ in range(2):
            coordinator.get("purring")
            coordinator.post("purring/epost", {f"senter.{reminded}": "x"})
        assert "Ingen ble sendt" in coordinator.text
        (letter,) = mail.letters
        assert letter["To"] == at(reminded)
        deadline = f"{counter.services.deadline(counter.year):%d.%m.%Y}"
        known = {*re.findall(r"\d+", f"{deadline} {counter.year} {counter.address}")}
        assert set(re.findall(r"\d+", text_of(letter))) <= known
        assert "#" not in text_of(letter)

        counter.now += timedelta(days=1)
        coordinator = counter.coordinator()
        coordinator.get("purring")
        coordinator.post("purring/epost", {f"senter.{reminded}": "x"})
        coordinator.post("purring/fletting")

        assert [letter["To"] for letter in mail.letters] == [at(reminded)] * 2
        noted = [(letter.kind, letter.means) for letter in letters(project, counter.year)]
        assert noted[:2] == [(REMINDER, MAIL)] * 2
        assert set(noted[2:]) == {(REMINDER, FILE)}


@pytest.mark.parametrize(
    "address",
    [
        "post",
        "post@",
        "a@b",
        "a b@c.no",
        "a@b.no, c@d.no",
        "a@b.no\nBcc: c@d.no",
        "<a@b.no>",
        f"{'x' * 250}@b.no",
    ],
)
def test_what_is_no_single_address_is_not_kept(counter: Counter, centre: str, address: str) -> None:
    coordinator = counter.coordinator()
    coordinator.get("lenker")

    answer = coordinator.post(f"lenker/{centre}/adresse", {"adresse": address})

    assert answer.status_code == 422
    assert "Skriv én e-postadresse" in coordinator.text
    assert centre not in addresses(counter.project)


def test_without_a_mail_server_no_letter_is_sent_and_a_password_others_can_read_is_refused(
    project: Project, tmp_path: Path
) -> None:
    with Counter(project) as counter:
        coordinator = counter.coordinator()
        assert "Bruk filen" in coordinator.get("lenker").text
        assert coordinator.post("lenker/epost").status_code == 404
        assert coordinator.post("purring/epost").status_code == 404
    with MailServer(tmp_path) as mail:
        mail.configure(project, mode=0o640)
    with pytest.raises(DefinitionError, match="chmod 600 mail"):
        PortalServices(project, load(project), "http://portal.example")
