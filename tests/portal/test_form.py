"""The form as a list of tasks: what is left, what is wrong, what can be undone, and nobody overwritten."""

import re
from collections.abc import Callable

import pytest

from pipeline.collect.records.edits import decisions
from pipeline.portal.cells import cell_of, variables_by_cell
from pipeline.project import Project
from tests.portal.counter import Counter, Visitor, old_centres, taught

WHY, BETTER = "Vi holdt flere kurs enn før.", "Vi fikk en ny stilling i mars."


def cell(counter: Counter, variable: str) -> str:
    return cell_of(counter.services.layout(counter.definitions.form(counter.year)), variable)


def answers(counter: Counter, centre: str) -> dict[str, str]:
    draft = counter.services.drafts.find(counter.year, centre)
    return draft.answers if draft else {}


def sections(counter: Counter) -> list[str]:
    return [section.id for section in counter.definitions.form(counter.year).sections]


def menu(visitor: Visitor) -> list[str]:
    listed = visitor.text.partition('class="menu"')[2].partition("</nav>")[0]
    return re.findall(r'href="/nb/([^"]+)"', listed)


def test_who_comes_back_half_way_sees_what_is_left_and_no_blank_in_red(counter: Counter, centre: str) -> None:
    visitor = counter.centre(centre)
    visitor.get("skjema")
    visitor.post(
        "skjema", {cell(counter, "visits"): "12", cell(counter, "employees"): "ca. 4", "videre": "1"}
    )

    check = visitor.text
    assert check.count('class="card finding fatal"') == 1
    assert "Ikke fylt ut ennå" in check
    tasks = visitor.get("skjema").text
    first = re.search(r'main" href="/nb/(skjema/\w+)#(\w+)"', tasks)
    assert first
    assert f'id="{first[2]}" name="{first[2]}" value=""' in visitor.get(first[1]).text
    form = visitor.form()
    assert form.count('aria-invalid="true"') == 1
    assert form.count("Dette må rettes") == 1
    assert re.search(rf'<li><a href="#{cell(counter, "employees")}">', form)


def test_every_section_leads_to_the_next_and_the_last_to_what_is_left(counter: Counter, centre: str) -> None:
    visitor = counter.centre(centre)
    visitor.get(f"skjema/{sections(counter)[0]}")
    seen = []
    for _ in sections(counter):
        visitor.post("skjema", {"videre": "1"})
        seen.append(visitor.page.url.path.removeprefix("/nb/"))

    assert seen == [*(f"skjema/{section}" for section in sections(counter)[1:]), "skjema"]


@pytest.mark.parametrize("page", ["the section", "the whole form"])
def test_the_rest_is_0_fills_what_is_blank_alone_and_can_be_undone(
    counter: Counter, centre: str, page: str
) -> None:
    visitor = counter.centre(centre)
    visitor.get("skjema")
    visitor.post("skjema", {cell(counter, "employees"): "4"})
    section = next(
        section.id
        for section in counter.definitions.form(counter.year).sections
        if any(question.measure == "employees" for question in section.questions)
    )
    before = answers(counter, centre)
    visitor.get("skjema" if page == "the whole form" else f"skjema/{section}")

    visitor.post("skjema", {"resten": "1"})

    after = answers(counter, centre)
    assert after["employees"] == "4"
    zeros = {name for name, text in after.items() if text == "0"} - {
        name for name, text in before.items() if text == "0"
    }
    n_boxes = visitor.get(f"skjema/{section}").text.count('<input id="')
    assert len(zeros) > 100 if page == "the whole form" else 0 < len(zeros) < n_boxes
    visitor.post("angre")
    assert answers(counter, centre) == before


@pytest.mark.parametrize("act", ["ingen", "forkast", "fil"])
def test_what_wipes_a_form_can_be_undone(counter: Counter, centre: str, act: str) -> None:
    visitor = counter.centre(centre)
    visitor.get("skjema")
    visitor.post("skjema", {cell(counter, name): text for name, text in taught(300).items()})
    before = answers(counter, centre)
    visitor.get("senter")

    visitor.post(act, {"grunn": WHY}, file=counter.file(centre) if act == "fil" else None)
    assert answers(counter, centre) != before
    visitor.get("senter")
    assert "Angre" in visitor.text
    visitor.post("angre")

    assert answers(counter, centre) == before


@pytest.mark.parametrize("act", ["ingen", "forkast", "fil", "angre", "skjema", "kontroll"])
def test_nothing_newer_is_overwritten_from_a_page_that_is_older(
    counter: Counter, centre: str, act: str
) -> None:
    visitor, colleague = counter.centre(centre), counter.visitor()
    colleague.client.cookies = visitor.client.cookies
    visitor.get("skjema")
    visitor.post("skjema", {cell(counter, "visits"): "12"})
    visitor.get("senter")
    shown = visitor.hidden()
    colleague.get("skjema")
    colleague.post("skjema", {"resten": "1"})
    newer = answers(counter, centre)

    answer = visitor.post(act, {**shown, "grunn": WHY}, file=counter.file(centre) if act == "fil" else None)

    assert answer.status_code == 409
    assert answers(counter, centre) == newer


def test_a_saved_explanation_can_be_changed(counter: Counter, centre: str) -> None:
    visitor = counter.centre(centre)
    visitor.post("fil", file=counter.file(centre, taught(4 * counter.listeners(centre))))
    visitor.post("kontroll", dict.fromkeys(visitor.questions(), WHY))
    fields = re.findall(r'name="(endre\.[^"]+)"', visitor.text)
    assert fields

    visitor.post("kontroll", dict.fromkeys(fields, BETTER))

    assert BETTER in visitor.text
    assert WHY not in visitor.text
    assert BETTER in visitor.get("send").text


def test_every_answer_stands_on_the_page_that_is_signed(counter: Counter, centre: str) -> None:
    visitor = counter.centre(centre)
    visitor.post("fil", file=counter.file(centre))

    page = visitor.get("send").text

    asked = counter.definitions.form(counter.year).variables()
    assert len(re.findall(r'<tr[^>]*><th scope="row">', page)) == len(asked)
    for section in sections(counter):
        assert f'href="/nb/skjema/{section}"' in page


def test_a_return_without_activity_from_an_active_centre_meets_last_years_numbers(
    counter: Counter, centre: str
) -> None:
    visitor = counter.centre(centre)
    listeners = f"{counter.listeners(centre):,}".replace(",", "\u00a0")
    assert f"<strong>{listeners}</strong>" in visitor.get("ingen").text

    for reason in ("", "Ring 91 23 45 67", "x" * 501, "\u202eno"):
        visitor.get("ingen")
        assert visitor.post("ingen", {"grunn": reason}).status_code == 422, reason
    assert answers(counter, centre) == {}
    visitor.get("ingen")
    visitor.post("ingen", {"grunn": BETTER})

    assert BETTER in visitor.get("send").text
    (decision,) = decisions(counter.project, counter.definitions, counter.year, {centre})
    assert (decision.variable, decision.reason) == ("", BETTER)


def test_a_centre_without_activity_last_year_is_not_asked_why(project: Project) -> None:
    with Counter(project) as counter:
        silent = next(
            centre
            for centre in counter.definitions.centres_in(counter.year)
            if centre not in old_centres(counter.definitions)
        )
        visitor = counter.centre(silent)
        assert "textarea" not in visitor.get("ingen").text

        visitor.post("ingen")

    assert visitor.page.url.path == "/nb/kontroll"


STATES: dict[str, Callable[[Counter, Visitor, str], object]] = {
    "nothing begun": lambda _, visitor, __: visitor.get("senter"),
    "half filled in": lambda counter, visitor, _: (
        visitor.get("skjema"),
        visitor.post("skjema", {cell(counter, "visits"): "12"}),
    ),
    "thrown away": lambda counter, visitor, _: (
        visitor.get("skjema"),
        visitor.post("skjema", {cell(counter, "visits"): "12"}),
        visitor.get("senter"),
        visitor.post("forkast"),
    ),
    "delivered": lambda counter, visitor, centre: visitor.deliver(counter.file(centre)),
}


@pytest.mark.parametrize("state", STATES)
def test_the_menu_leads_only_where_there_is_something(counter: Counter, centre: str, state: str) -> None:
    visitor = counter.centre(centre)
    STATES[state](counter, visitor, centre)
    visitor.get("senter")

    listed = menu(visitor)

    assert len(listed) >= 3
    assert [path for path in listed if visitor.get(path).status_code != 200] == []


def test_a_centre_with_an_open_question_is_not_told_that_all_is_done(counter: Counter, centre: str) -> None:
    visitor, coordinator = counter.centre(centre), counter.coordinator()
    visitor.deliver(counter.file(centre))
    done = "Dere trenger ikke gjøre noe mer"
    assert done in visitor.get("senter").text

    coordinator.get(f"trad/{centre}/skjema")
    coordinator.post(f"trad/{centre}/skjema", {"tekst": "Er alle kursene med?"})

    assert done not in visitor.get("senter").text
    assert "Er alle kursene med?" in visitor.text


def test_a_centre_begins_a_thread_and_the_coordinator_sees_it(counter: Counter, centre: str) -> None:
    visitor, coordinator = counter.centre(centre), counter.coordinator()
    visitor.get("trad/skjema")

    visitor.post("trad/skjema", {"tekst": "Skal kurs på nett være med?"})

    page = coordinator.get("oversikt").text
    row = next(line for line in page.split("<tr>") if counter.definitions.centres[centre].name in line)
    assert "skrev 20.01.2025" in row
    assert "Skal kurs på nett være med?" in coordinator.get(f"trad/{centre}/skjema").text


def test_every_box_of_the_form_stands_in_one_section(counter: Counter, centre: str) -> None:
    boxes = re.findall(r'<input id="([A-Z]+\d+)"', counter.centre(centre).form())

    cells = variables_by_cell(counter.services.layout(counter.definitions.form(counter.year)))
    assert set(boxes) < cells.keys()
    assert len(boxes) == len(set(boxes)) == len(cells) - 1, "all but the tick for no activity"
