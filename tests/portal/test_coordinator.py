"""Who runs the collection sees who has delivered, what is stuck since when, and all that was said of a cell."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.collect.records.ledger import opened_ledger, receive
from pipeline.collect.records.threads import messages
from pipeline.portal.cells import cell_of, variables_by_cell
from tests.portal.counter import TODAY, Counter, taught

WHY = "Vi holdt flere kurs enn før."


def row(text: str, name: str) -> str:
    return next(re.sub("<[^>]+>", " ", line) for line in text.split("<tr>") if f">{name}<" in line)


def test_every_centre_stands_with_its_state_since_when_and_what_is_left(
    counter: Counter, unused: Iterator[str]
) -> None:
    names = {centre: entry.name for centre, entry in counter.definitions.centres.items()}
    delivered, stuck, drafting, silent = (next(unused) for _ in range(4))
    counter.centre(delivered).deliver(counter.file(delivered))
    with opened_ledger(counter.project) as receipts:  # as the command line does, beside the portal
        odd = counter.file(stuck, taught(4 * counter.listeners(stuck)))
        receive(counter.project, counter.definitions, receipts, odd, TODAY.isoformat())
    visitor = counter.centre(drafting)
    visitor.get("skjema")
    visitor.post("skjema", {"B14": "12"})

    coordinator = counter.coordinator()
    page = coordinator.get("oversikt").text

    assert "levert" in row(page, names[delivered])
    assert "må forklare" in row(page, names[stuck])
    assert "20.01.2025" in row(page, names[stuck])
    assert "utkast lagret" in row(page, names[drafting])
    assert "mangler" in row(page, names[silent])
    reminders = coordinator.get("purring").text
    assert f"fra {names[silent]} ennå" in reminders
    assert f"fra {names[delivered]}" not in reminders
    assert str(4 * counter.listeners(stuck)) not in reminders.replace("\u00a0", "")


def test_a_reminder_after_the_deadline_says_that_it_was(counter: Counter) -> None:
    deadline = counter.services.deadline(counter.year)
    before = counter.now
    in_time = counter.coordinator().get("purring").text
    counter.now = datetime(deadline.year, deadline.month, deadline.day, 12, tzinfo=UTC) + timedelta(days=1)
    late = counter.coordinator().get("purring").text
    counter.now = before

    assert f"Fristen er {deadline:%d.%m.%Y}" in in_time
    assert f"Fristen var {deadline:%d.%m.%Y}" in late


def test_a_thread_holds_what_was_received_said_and_explained(counter: Counter, centre: str) -> None:
    visitor = counter.centre(centre)
    visitor.post("fil", file=counter.file(centre, taught(4 * counter.listeners(centre))))
    field = min(visitor.questions())
    visitor.post("kontroll", dict.fromkeys(visitor.questions(), WHY))
    visitor.get("send")
    visitor.post("send", {"navn": "Kari Li", "rolle": "leader", "godkjent": "x"})
    cell = field.rpartition(".")[2]

    page = counter.coordinator().get(f"trad/{centre}/{cell}").text

    assert page.count(WHY) == 2, "beside the finding, and among the decisions"
    variable = variables_by_cell(counter.services.layout(counter.definitions.form(counter.year)))[cell]
    assert f"<strong>{taught(4 * counter.listeners(centre))[variable]}</strong>" in page
    assert "Hele skjemaet" not in page


def test_a_question_about_an_answer_reaches_its_centre_alone_and_the_answer_comes_back(
    counter: Counter, unused: Iterator[str]
) -> None:
    centre, another = next(unused), next(unused)
    cell = cell_of(counter.services.layout(counter.definitions.form(counter.year)), "sessions")
    visitor, coordinator = counter.centre(centre), counter.coordinator()
    visitor.deliver(counter.file(centre))

    coordinator.get(f"trad/{centre}/{cell}")
    coordinator.post(f"trad/{centre}/{cell}", {"tekst": "Gjelder dette også kurs på nett?"})
    assert "Vi har et spørsmål om dem" in coordinator.get("purring").text

    assert "Gjelder dette også kurs på nett?" not in counter.centre(another).get("senter").text
    assert "Gjelder dette også kurs på nett?" in visitor.get("senter").text
    visitor.get(f"trad/{cell}")
    visitor.post(f"trad/{cell}", {"tekst": "Ja, alle kursene."})
    assert "Gjelder dette også" not in visitor.get("senter").text, "what is answered is no longer asked"
    assert "Ja, alle kursene." in coordinator.get(f"trad/{centre}/{cell}").text
    name = counter.definitions.centres[centre].name
    assert "svar 20.01.2025" in row(coordinator.get("oversikt").text, name)
    assert name not in coordinator.get("purring").text


@pytest.mark.parametrize(
    ("text", "message"),
    [(" ", "Skriv noe"), ("x" * 501, "for lang"), ("Ring 91 23 45 67", "fortelle om en person")],
)
def test_a_message_that_cannot_be_kept_is_answered_and_kept_nowhere(
    counter: Counter, centre: str, text: str, message: str
) -> None:
    visitor = counter.centre(centre)
    visitor.get("trad/skjema")

    visitor.post("trad/skjema", {"tekst": text})

    assert visitor.page.status_code == 422
    assert message in visitor.text
    assert messages(counter.project, counter.year, centre) == []


def test_the_queue_asks_for_what_is_missing_first(counter: Counter, centre: str) -> None:
    page = counter.coordinator().get("sporsmal").text

    assert f"{counter.definitions.centres[centre].name} – Hele skjemaet" in page
    assert "Spørsmål som venter" in page
