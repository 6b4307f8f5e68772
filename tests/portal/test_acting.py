"""What a coordinator does without a terminal: gives and closes links, corrects and explains on behalf of a centre."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

from markupsafe import escape

from pipeline.collect.records import invitations
from pipeline.collect.records.edits import decisions
from pipeline.collect.records.ledger import opened_ledger, receive
from pipeline.portal.cells import cell_of
from pipeline.project import Project
from tests.portal.counter import Counter, Visitor, taught

HOSTILE = "\"><script>alert('&')</script>"
WHY = "Senteret ringte og rettet tallet."


def cell(counter: Counter, variable: str) -> str:
    return cell_of(counter.services.layout(counter.definitions.form(counter.year)), variable)


def named_coordinator(counter: Counter, name: str) -> Visitor:
    until = counter.now + timedelta(days=30)
    code = invitations.invite(
        counter.project, invitations.COORDINATOR, counter.year, counter.now, until, name
    )
    return counter.visitor().enter(code)


def code_on(visitor: Visitor) -> str:
    match = re.search(r'<code class="link">([^<]+)</code>', visitor.text)
    assert match
    return match[1].partition("#")[2]


def test_coordinators_have_a_link_each_and_are_named(counter: Counter) -> None:
    kari, ola = named_coordinator(counter, "Kari Li"), named_coordinator(counter, "Ola Dal")

    assert "Kari Li" in kari.get("oversikt").text
    assert "Ola Dal" in ola.get("oversikt").text
    invitations.withdraw(counter.project, invitations.COORDINATOR, counter.year, counter.now, "Kari Li")
    assert kari.get("oversikt").status_code == 403
    assert ola.get("oversikt").status_code == 200


def test_a_new_link_opens_and_the_old_one_and_its_sessions_end(counter: Counter, centre: str) -> None:
    old = counter.code(centre)
    inside, coordinator = counter.visitor().enter(old), counter.coordinator()
    coordinator.get("lenker")

    coordinator.post(f"lenker/{centre}/ny")

    assert counter.definitions.centres[centre].name in coordinator.text
    new = code_on(coordinator)
    assert inside.get("senter").status_code == 403
    assert counter.visitor().enter(old).page.status_code == 403
    assert counter.visitor().enter(new).page.url.path == "/nb/senter"
    assert new not in coordinator.get("lenker").text, "it is shown once"


def test_a_closed_link_opens_nothing(counter: Counter, centre: str) -> None:
    inside, coordinator = counter.centre(centre), counter.coordinator()
    coordinator.get("lenker")

    coordinator.post(f"lenker/{centre}/steng")

    assert coordinator.page.status_code == 200
    assert inside.get("senter").status_code == 403


def test_the_file_for_mail_merge_invites_those_without_a_link_in_both_written_forms(project: Project) -> None:
    with Counter(project) as counter:
        expected = counter.definitions.centres_in(counter.year)
        has_link = expected[0]
        inside, coordinator = counter.centre(has_link), counter.coordinator()
        coordinator.get("lenker")

        content = coordinator.post("lenker/fletting").content.decode("utf-8-sig")

        rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
        names = [counter.definitions.centres[centre].name for centre in expected[1:]]
        assert [row["centre"] for row in rows] == names
        deadline = f"{counter.services.deadline(counter.year):%d.%m.%Y}"
        for row in rows:
            assert row["centre"] in row["text_nb"]
            assert deadline in row["text_nb"]
            assert deadline in row["text_nn"]

        codes = [
            re.findall(r"/(\w\w)/#(\w+)", row["text_nb"] + row["text_nn"]) for row in (rows[0], rows[-1])
        ]
        for (bokmaal, first), (nynorsk, second) in codes:
            assert (bokmaal, nynorsk) == ("nb", "nn")
            assert first == second
            assert counter.visitor().enter(first).page.url.path == "/nb/senter"
        assert inside.get("senter").status_code == 200
        again = coordinator.post("lenker/fletting").content.decode("utf-8-sig")
        assert len(again.splitlines()) == 1, "nobody's link is replaced by asking again"


def test_reminders_come_as_a_file_of_those_who_have_not_delivered(counter: Counter, centre: str) -> None:
    counter.centre(centre).deliver(counter.file(centre))
    coordinator = counter.coordinator()

    page = coordinator.get("purring").text
    content = coordinator.post("purring/fletting").content.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
    names = {row["centre"] for row in rows}
    assert names
    assert counter.definitions.centres[centre].name not in names
    for row in rows:
        assert row["text_nb"].strip() in unescape(page)
        assert row["text_nn"].strip() in unescape(page)
        assert "#" not in row["text_nb"] + row["text_nn"], "no link that opens anything"


def test_an_answer_is_corrected_on_behalf_by_name_and_the_centre_sees_it(
    counter: Counter, centre: str
) -> None:
    visitor, coordinator = counter.centre(centre), named_coordinator(counter, "Kari Li")
    visitor.deliver(counter.file(centre))
    at = cell(counter, "employees")
    coordinator.get(f"trad/{centre}/{at}")

    coordinator.post(f"avgjor/{centre}/{at}", {"rett": "4", "grunn": WHY})

    (decision,) = decisions(counter.project, counter.definitions, counter.year, {centre})
    assert (decision.variable, decision.says, decision.correct, decision.by, decision.reason) == (
        *("employees", "0", "4", "Kari Li", WHY),
    )
    assert WHY in visitor.get("senter").text
    assert "Kari Li" in visitor.get(f"trad/{at}").text


def test_a_query_is_explained_on_behalf(counter: Counter, centre: str) -> None:
    visitor, coordinator = counter.centre(centre), named_coordinator(counter, "Kari Li")
    visitor.deliver(counter.file(centre))
    with_query = counter.file(centre, taught(4 * counter.listeners(centre)))
    from_the_terminal(counter, with_query)
    at = cell(counter, "listeners")
    page = coordinator.get(f"trad/{centre}/{at}").text
    rules = [rule for rule in re.findall(r'name="regel" value="(\w*)"', page) if rule]
    assert rules

    coordinator.post(f"avgjor/{centre}/{at}", {"regel": rules[0], "grunn": WHY})

    assert WHY in unescape(coordinator.text)
    (decision,) = decisions(counter.project, counter.definitions, counter.year, {centre})
    assert (decision.explain, decision.by) == (rules[0], "Kari Li")


def test_a_decision_about_an_answer_that_has_changed_or_cannot_be_kept_is_refused(
    counter: Counter, centre: str
) -> None:
    visitor, coordinator = counter.centre(centre), counter.coordinator()
    visitor.deliver(counter.file(centre))
    at = cell(counter, "employees")
    coordinator.get(f"trad/{centre}/{at}")
    path = f"avgjor/{centre}/{at}"

    stale = coordinator.post(path, {"viste": "7", "rett": "4", "grunn": WHY}).status_code
    for fields in (
        {"rett": "4", "grunn": ""},
        {"rett": "4", "grunn": "Ring 91 23 45 67"},
        {"rett": "", "grunn": WHY},
        {"rett": "4\x00", "grunn": WHY},
        {"rett": "4" * 41, "grunn": WHY},
    ):
        coordinator.get(f"trad/{centre}/{at}")
        assert coordinator.post(path, fields).status_code == 422, fields

    assert stale == 409
    assert decisions(counter.project, counter.definitions, counter.year, {centre}) == []


def with_like_queries(counter: Counter, centres: list[str]) -> None:
    for centre in centres:
        counter.centre(centre).deliver(counter.file(centre))
        from_the_terminal(counter, counter.file(centre, taught(4 * counter.listeners(centre))))


def rule_at(visitor: Visitor, chosen: list[str]) -> str:
    """The rule whose group holds all of these boxes."""
    for group in visitor.text.split("<form ")[1:]:
        if all(f'name="{name}"' in group for name in chosen):
            match = re.search(r'action="/nb/funn/(\w+)"', group)
            assert match
            return match[1]
    raise AssertionError(chosen)


def test_like_findings_are_explained_together_and_each_decision_is_one_of_its_own(
    counter: Counter, unused: Iterator[str]
) -> None:
    centres = [next(unused) for _ in range(3)]
    with_like_queries(counter, centres)
    coordinator = named_coordinator(counter, "Kari Li")
    coordinator.get("funn")
    at = cell(counter, "listeners")
    chosen = {f"velg.{centre}.{at}": str(4 * counter.listeners(centre)) for centre in centres[:2]}
    rule = rule_at(coordinator, [*chosen])
    token = coordinator.hidden()

    refused = {
        422: [
            {"tekst": "", **chosen},
            {"tekst": "Ring 91 23 45 67", **chosen},
            {"tekst": WHY},
            {"tekst": WHY, **chosen, "gjor": "slett"},
        ],
        409: [{"tekst": WHY, **chosen, f"velg.{centres[2]}.{at}": "7"}],
    }
    for status, forms in refused.items():
        for fields in forms:
            answer = coordinator.post(f"funn/{rule}", token | {"gjor": "forklar"} | fields)
            assert answer.status_code == status, fields
    assert decisions(counter.project, counter.definitions, counter.year, set(centres)) == []

    coordinator.post(f"funn/{rule}", token | {"tekst": WHY, "gjor": "forklar"} | chosen)

    made = decisions(counter.project, counter.definitions, counter.year, set(centres))
    assert [(edit.centre, edit.explain, edit.says, edit.reason, edit.by) for edit in made] == [
        (centre, rule, str(4 * counter.listeners(centre)), WHY, "Kari Li") for centre in centres[:2]
    ]
    assert not [name for name in chosen if f'name="{name}"' in coordinator.text]
    assert f'name="velg.{centres[2]}.{at}"' in coordinator.text
    assert WHY in counter.centre(centres[0]).get(f"trad/{at}").text


def test_a_question_about_like_findings_goes_to_each_thread_with_the_name_of_who_asks(
    counter: Counter, unused: Iterator[str]
) -> None:
    centres = [next(unused) for _ in range(2)]
    with_like_queries(counter, centres)
    coordinator = named_coordinator(counter, HOSTILE)
    coordinator.get("funn")
    at = cell(counter, "listeners")
    chosen = {f"velg.{centre}.{at}": str(4 * counter.listeners(centre)) for centre in centres}

    coordinator.post(f"funn/{rule_at(coordinator, [*chosen])}", {"tekst": HOSTILE, "gjor": "spor"} | chosen)

    for centre in centres:
        visitor = counter.centre(centre)
        assert HOSTILE in unescape(visitor.get("senter").text)
        assert f"<h3>{escape(HOSTILE)} <small>" in visitor.get(f"trad/{at}").text
        assert HOSTILE not in visitor.text + coordinator.text


def from_the_terminal(counter: Counter, content: bytes) -> None:

    with opened_ledger(counter.project) as receipts:
        receive(counter.project, counter.definitions, receipts, content, counter.now.isoformat())


def test_only_the_coordinator_gives_links(counter: Counter, unused: Iterator[str]) -> None:
    centre = next(unused)
    visitor = counter.centre(centre)
    visitor.get("senter")

    for path in (f"lenker/{centre}/ny", f"lenker/{centre}/steng", "lenker/fletting"):
        assert visitor.post(path).status_code == 403
    assert visitor.get("lenker").status_code == 403
    assert visitor.get("senter").status_code == 200
