"""A coordinator opens and closes the year in the browser: the record of the command line, by name, with a deadline."""

from datetime import date, timedelta

from pipeline import return_checker
from pipeline.collect.records import years
from pipeline.collect.records.ledger import ledger, versions
from pipeline.project import Project
from tests.portal.counter import Counter, Visitor, old_centres, taught
from tests.portal.test_acting import named_coordinator

SIGNED = {"navn": "Kari Li", "rolle": "leader", "godkjent": "x"}


def prepared(counter: Counter) -> None:
    """The year before is the last that anything was recorded about."""
    before = counter.definitions.until(counter.year - 1)
    years.demonstrate(counter.project, before, counter.now.isoformat())


def moved(coordinator: Visitor, state: str, **fields: str) -> int:
    coordinator.get("aret")
    return coordinator.post("aret", {"tilstand": state, **fields}).status_code


def test_a_prepared_year_is_opened_with_a_deadline_and_then_takes_returns(project: Project) -> None:
    with Counter(project) as counter:
        prepared(counter)
        centre, due = old_centres(counter.definitions)[0], date(counter.year + 1, 3, 3)
        visitor, coordinator = counter.centre(centre), named_coordinator(counter, "Ola Dal")
        too_early = visitor.deliver(counter.file(centre))
        assert "ikke åpnet ennå" in visitor.get("senter").text

        assert moved(coordinator, years.OPEN, frist=due.isoformat()) == 200

        event = years.year_record(project).lines()[-1]
        assert (event.year, event.state, event.by, event.due) == (
            *(counter.year, years.OPEN, "Ola Dal", due.isoformat()),
        )
        assert "Ola Dal" in coordinator.text
        assert (too_early.status_code, versions(ledger(project), counter.year, centre)) == (422, [])
        assert f"Fristen er {due:%d.%m.%Y}" in visitor.get("senter").text
        visitor.get("send")
        visitor.post("send", SIGNED)
        assert visitor.page.url.path == "/nb/kvittering/1"


def test_what_comes_first_after_the_year_was_closed_or_due_is_late_as_at_the_command_line(
    project: Project,
) -> None:
    with Counter(project) as counter:
        in_time, after_close, overdue = old_centres(counter.definitions)[:3]
        counter.centre(in_time).deliver(counter.file(in_time))
        coordinator = counter.coordinator()

        assert moved(coordinator, years.CLOSED) == 200
        counter.now += timedelta(hours=1)
        assert "Innsamlingen er stengt" in counter.centre(after_close).get("senter").text
        counter.centre(after_close).deliver(counter.file(after_close))
        due = counter.now.date() - timedelta(days=1)
        assert moved(coordinator, years.OPEN, frist=due.isoformat()) == 200
        counter.centre(overdue).deliver(counter.file(overdue, taught(counter.listeners(overdue))))

        status = return_checker.status(project, counter.definitions, counter.year)
        late = {centre for centre, standing in status.items() if standing.is_late}
        assert late == {in_time, after_close, overdue}, (
            "a deadline moved before they came makes all of them late"
        )
        assert moved(coordinator, years.OPEN, frist=(due + timedelta(days=30)).isoformat()) == 200
        again = return_checker.status(project, counter.definitions, counter.year)
        assert not any(standing.is_late for standing in again.values())
        assert coordinator.get("oversikt").text.count("for sent") == 0


def test_a_year_that_somebody_else_has_moved_or_a_day_that_is_none_is_refused(project: Project) -> None:
    with Counter(project) as counter:
        kari, ola = counter.coordinator(), named_coordinator(counter, "Ola Dal")
        kari.get("aret")
        assert moved(ola, years.CLOSED) == 200

        assert kari.post("aret", {"tilstand": years.CLOSED}).status_code == 409
        assert moved(kari, years.PUBLISHED) == 409
        for day in ("", "i morgen", f"{counter.year}-06-01"):
            assert moved(kari, years.OPEN, frist=day) == 422
        assert [event.state for event in years.year_record(project).lines()] == [years.CLOSED]
