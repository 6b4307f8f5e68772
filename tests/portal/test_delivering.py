"""A centre delivers: what it sends is what is kept, what it signed is what it saw, and its receipt holds anywhere."""

import re
from collections.abc import Iterator

import pytest

from pipeline.collect.records import years
from pipeline.collect.records.drafts import fingerprint
from pipeline.collect.records.ledger import altered, ledger, versions
from pipeline.collect.records.signatures import signatures
from pipeline.collect.source import latest, received_return
from pipeline.definitions.schema_models import NO_ACTIVITY
from pipeline.portal.cells import cell_of
from pipeline.project import Project
from pipeline.text import number
from tests.portal.counter import Counter, Visitor, old_centres, served, taught

WHY = "Vi holdt flere kurs enn før."
PERSONAL = "Kari Nordmann, 01017012345"


def received(counter: Counter, centre: str) -> list[str]:
    return [receipt.sha256 for receipt in versions(ledger(counter.project), counter.year, centre)]


def cell(counter: Counter, variable: str) -> str:
    form = counter.definitions.form(counter.year)
    return cell_of(counter.services.layout(form), variable)


def heading(visitor: Visitor) -> str:
    match = re.search(r"<h1>(.*?)</h1>", visitor.text)
    return match[1] if match else ""


def test_an_uploaded_file_is_kept_byte_for_byte_and_signed_by_role(counter: Counter, centre: str) -> None:
    content = counter.file(centre)
    visitor = counter.centre(centre)

    visitor.deliver(content)

    (receipt,) = versions(ledger(counter.project), counter.year, centre)
    assert (counter.project.raw / receipt.file).read_bytes() == content
    (signature,) = (signature for signature in signatures(counter.project) if signature.centre == centre)
    assert (signature.receipt, signature.role) == (receipt.line, "leader")
    assert heading(visitor) == f"Kvittering {receipt.sequence}"
    assert receipt.line in visitor.text
    assert counter.services.drafts.find(counter.year, centre) is None
    assert altered(counter.project) == []


def test_a_mistake_is_corrected_and_an_odd_number_explained_on_one_page(
    counter: Counter, centre: str
) -> None:
    visitor = counter.centre(centre)
    wrong = taught(3 * counter.listeners(centre)) | {"employees": "ca. 4"}
    visitor.post("fil", file=counter.file(centre, wrong))
    assert visitor.text.count('class="card finding fatal"') == 1
    assert len(visitor.questions()) == 1
    fields = dict.fromkeys(visitor.questions(), WHY)

    visitor.post("kontroll", {**fields, f"svar.{cell(counter, 'employees')}": "4"})

    assert "Ingenting må rettes eller forklares" in visitor.text
    assert WHY in visitor.text
    visitor.get("send")
    visitor.post("send", {"navn": "Kari Li", "rolle": "board", "godkjent": "x"})
    answers = {
        answer.variable: answer.text
        for answer in latest(counter.project, counter.definitions, centre, counter.year)
    }
    assert answers == {
        variable.id: "0" for variable in counter.definitions.form(counter.year).variables()
    } | wrong | {
        "employees": "4",
        NO_ACTIVITY: "",
    }
    visitor.get("senter")
    assert "Skjemaet er levert" in visitor.text


def test_a_form_filled_in_here_becomes_a_workbook_of_its_own_version(counter: Counter, centre: str) -> None:
    visitor = counter.centre(centre, "nn")
    visitor.get("skjema")
    boxes = re.findall(r'<input id="([A-Z]+\d+)" name="\1"', visitor.form())
    visitor.get("skjema")
    answers = {cell(counter, name): text for name, text in taught(counter.listeners(centre) + 3).items()}

    visitor.post("skjema", dict.fromkeys(boxes, "0") | answers | {"videre": "1"})
    assert heading(visitor) == "Kontroll av skjemaet"
    visitor.get("send")
    visitor.post("send", {"navn": "Kari Li", "rolle": "deputy", "godkjent": "x"})

    (receipt,) = versions(ledger(counter.project), counter.year, centre)
    sent = received_return(counter.project, counter.definitions, receipt)
    assert receipt.file.endswith(".xlsx")
    assert sent.language == "nn"
    assert {answer.variable: answer.text for answer in sent.answers}["listeners"] == str(
        counter.listeners(centre) + 3
    )


def test_only_a_name_and_a_role_sign(counter: Counter, centre: str) -> None:
    visitor = counter.centre(centre)
    visitor.get("senter")
    visitor.post("fil", file=counter.file(centre))
    visitor.get("send")
    for name in ("", " ", "K", "0101 9912345", "kari@senter.no", "<b>Kari", "K" * 81):
        visitor.post("send", {"navn": name, "rolle": "leader", "godkjent": "x"})
        assert visitor.page.status_code == 422, name
        assert "Skriv navnet ditt, velg rolle" in visitor.text
    assert versions(ledger(counter.project), counter.year, centre) == []

    visitor.post("send", {"navn": " Åse-Lill  O'Dea ", "rolle": "deputy", "godkjent": "x"})

    assert "Åse-Lill O&#39;Dea, stedfortreder for daglig leder" in visitor.text


def test_a_year_without_activity_is_one_tick_and_a_signature(counter: Counter, centre: str) -> None:
    visitor = counter.centre(centre)
    visitor.get("ingen")

    visitor.post("ingen", {"grunn": "Senteret var stengt hele året."})
    visitor.get("send")
    visitor.post("send", {"navn": "Kari Li", "rolle": "leader", "godkjent": "x"})

    visitor.get("senter")
    assert "Skjemaet er levert. Det er levert uten aktivitet. Dere trenger ikke gjøre noe mer." in re.sub(
        "<[^>]+>", "", visitor.text
    )


def test_a_correction_is_the_next_version_and_taking_it_back_another(counter: Counter, centre: str) -> None:
    first, second = counter.file(centre), counter.file(centre, taught(counter.listeners(centre) + 1))
    visitor = counter.centre(centre)

    for content in (first, second, first):
        visitor.deliver(content)
    visitor.deliver(first)

    hashes = received(counter, centre)
    assert len(hashes) == 3
    assert hashes[0] == hashes[2] != hashes[1]
    assert len([signature for signature in signatures(counter.project) if signature.centre == centre]) == 3


def test_what_is_published_is_replaced_only_by_a_centre_that_says_why(project: Project) -> None:
    with served(project) as counter:
        centre = old_centres(counter.definitions)[0]
        visitor = counter.centre(centre)
        visitor.deliver(counter.file(centre))
        years.demonstrate(project, counter.definitions, counter.now.isoformat())

        visitor.get("senter")
        visitor.post("fil", file=counter.file(centre, taught(counter.listeners(centre) + 1)))
        asked = visitor.text
        visitor.get("send")
        unanswered = visitor.text
        visitor.get("kontroll")
        visitor.post("kontroll", dict.fromkeys(visitor.questions(), WHY))
        visitor.get("send")
        visitor.post("send", {"navn": "Kari Li", "rolle": "leader", "godkjent": "x"})

        assert f"Tallene for {counter.year} er publisert" in asked
        assert 'name="rolle"' not in unanswered
        assert len(received(counter, centre)) == 2


def test_nothing_is_sent_while_something_must_be_corrected_or_explained(
    counter: Counter, centre: str
) -> None:
    visitor = counter.centre(centre)
    visitor.post("fil", file=counter.file(centre, taught(3 * counter.listeners(centre))))
    visitor.get("send")
    assert 'name="rolle"' not in visitor.text
    draft = counter.services.drafts.find(counter.year, centre)
    assert draft
    content = counter.services.drafts.content(draft)

    answer = visitor.post(
        "send",
        {
            "versjon": fingerprint(content),
            "etter": "0",
            "navn": "Kari Li",
            "rolle": "leader",
            "godkjent": "x",
        },
    )

    assert answer.status_code == 409
    assert received(counter, centre) == []


@pytest.mark.parametrize("overtaken", ["draft", "ledger"])
def test_a_version_that_is_no_longer_the_one_looked_at_is_not_sent(
    counter: Counter, centre: str, overtaken: str
) -> None:
    visitor, colleague = counter.centre(centre), counter.visitor()
    colleague.client.cookies = visitor.client.cookies
    visitor.post("fil", file=counter.file(centre))
    visitor.get("send")
    signing = visitor.hidden()
    colleague.get("senter")
    if overtaken == "draft":
        colleague.post("fil", file=counter.file(centre, taught(counter.listeners(centre) + 1)))
    else:
        colleague.get("send")
        colleague.post("send", {"navn": "Kari Li", "rolle": "leader", "godkjent": "x"})
        colleague.get("senter")
        colleague.post("fil", file=counter.file(centre))

    before = received(counter, centre)
    answer = visitor.post("send", {**signing, "navn": "Kari Li", "rolle": "leader", "godkjent": "x"})

    assert answer.status_code == 409
    assert received(counter, centre) == before


def test_sending_twice_gives_the_same_receipt(counter: Counter, centre: str) -> None:
    visitor = counter.centre(centre)
    visitor.post("fil", file=counter.file(centre))
    visitor.get("send")
    signing = {**visitor.hidden(), "navn": "Kari Li", "rolle": "leader", "godkjent": "x"}

    first, second = visitor.post("send", signing), visitor.post("send", signing)

    assert first.url == second.url
    assert heading(visitor).startswith("Kvittering")
    assert len(received(counter, centre)) == 1


def test_a_file_for_another_centre_is_turned_away_and_nothing_of_it_kept(
    counter: Counter, centre: str, unused: Iterator[str]
) -> None:
    visitor = counter.centre(centre)

    answer = visitor.post("fil", file=counter.file(next(unused)))

    assert answer.status_code == 422
    assert "et annet senter" in visitor.text
    assert counter.services.drafts.find(counter.year, centre) is None


def test_a_refused_file_is_told_of_in_the_words_of_the_command_line(counter: Counter, centre: str) -> None:
    visitor = counter.centre(centre)

    answer = visitor.post("fil", file=b"%PDF-1.7 something")

    assert answer.status_code == 422
    assert "Vi tar imot Excel-filer" in visitor.text


def test_nothing_that_may_tell_of_a_person_is_written_down(counter: Counter, centre: str) -> None:
    visitor = counter.centre(centre)
    box = cell(counter, "employees")
    visitor.get("skjema")

    answer = visitor.post("skjema", {box: PERSONAL, cell(counter, "visits"): "12"})
    assert answer.status_code == 422
    assert "kan fortelle om en person" in visitor.text
    visitor.post("fil", file=counter.file(centre, taught(3 * counter.listeners(centre))))
    visitor.post("kontroll", dict.fromkeys(visitor.questions(), PERSONAL))
    assert "kan fortelle om en person" in visitor.text
    visitor.post("kontroll", {f"svar.{box}": PERSONAL})

    files = [path for path in counter.project.root.rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(files) > 100
    assert [
        path for path in files if b"Nordmann" in path.read_bytes() or b"01017012345" in path.read_bytes()
    ] == []


def test_a_draft_saved_in_another_window_is_not_overwritten(counter: Counter, centre: str) -> None:
    visitor = counter.centre(centre)
    visitor.get("skjema")
    shown = visitor.hidden()
    visits = cell(counter, "visits")
    visitor.post("skjema", {**shown, visits: "12"})

    answer = visitor.post("skjema", {**shown, visits: "13"})

    assert answer.status_code == 409
    draft = counter.services.drafts.find(counter.year, centre)
    assert draft
    assert draft.answers["visits"] == "12"


def test_a_draft_outlives_the_portal_and_the_session_does_not(counter: Counter, centre: str) -> None:
    visitor = counter.centre(centre)
    visitor.get("skjema")
    visitor.post("skjema", {cell(counter, "visits"): "12"})

    with Counter(counter.project) as later:
        returning = later.visitor()
        returning.client.cookies = visitor.client.cookies
        assert returning.get("skjema").status_code == 403
        returning.enter(later.code(centre))
        form = returning.form()

    assert f'name="{cell(counter, "visits")}" value="12"' in form


def test_last_year_stands_beside_each_box_and_each_total(counter: Counter, centre: str) -> None:
    visitor = counter.centre(centre)
    assert visitor.form().count(f"i fjor {number(counter.listeners(centre), 'nb')}<") == 2

    visitor.post("fil", file=counter.file(centre, taught(counter.listeners(centre) * 11 // 10)))
    visitor.get("sammenlign")

    assert f"+{number(counter.listeners(centre) // 10, 'nb')}" in visitor.text
    assert "(+10\u00a0%)" in visitor.text
