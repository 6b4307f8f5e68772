"""The state of each year: a record that only grows, raw/years.jsonl, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pipeline import editions
from pipeline.collect.records import files
from pipeline.collect.records.record import Record
from pipeline.definitions import Definitions
from pipeline.errors import PipelineError
from pipeline.project import Project

PREPARED, OPEN, CLOSED, REVIEW, PUBLISHED = "prepared", "open", "closed", "review", "published"
_FROM = {  # state → the states a year may come from
    OPEN: (PREPARED, CLOSED, REVIEW),
    CLOSED: (OPEN, REVIEW),
    REVIEW: (CLOSED,),
}


@dataclass(frozen=True)
class YearEvent:
    """One line of raw/years.jsonl: the state a year came into, when, and by whom; `due` where a deadline was set."""

    sequence: int
    year: int
    state: str
    at: str
    by: str
    previous: str
    line: str
    due: str = ""


def year_record(project: Project) -> Record[YearEvent]:
    """raw/years.jsonl. Grain: one year that came into a state."""
    return Record(project.years, YearEvent)


def states(project: Project, definitions: Definitions) -> dict[int, str]:
    """The state of every year of the statistic.

    As recorded last. Of a year nothing is recorded about: published when it was final before there were editions, an
    edition covers it, or a later year has a state; else prepared, or open where no state was ever recorded.
    Raises: DamagedRecord; AlteredFile when an edition is not as it was released.
    """
    recorded = {event.year: event.state for event in year_record(project).lines()}
    last_final = max(
        definitions.releases.final_until or 0,
        *(edition.last_year for edition in editions.released(project)),
        max(recorded, default=0) - 1,
        0,
    )
    untouched = PREPARED if recorded else OPEN
    return {
        year: recorded.get(year, PUBLISHED if year <= last_final else untouched) for year in definitions.years
    }


def next_states(state: str) -> list[str]:
    """The states a year may be moved to from this one."""
    return [target for target, sources in _FROM.items() if state in sources]


def deadlines(project: Project) -> dict[int, date]:
    """The last day a return is in time, of the years it was set for, as far as that can be read."""
    events = year_record(project).read().lines
    return {event.year: date.fromisoformat(event.due) for event in events if event.due}


def last_published(states_by_year: Mapping[int, str]) -> int | None:
    """The last of the years that are published without a gap from the first; None while the first is not."""
    return _last(states_by_year, (PUBLISHED,))


def last_reviewed(states_by_year: Mapping[int, str]) -> int | None:
    """The last of the years that are published or in review without a gap from the first; None as above."""
    return _last(states_by_year, (PUBLISHED, REVIEW))


def closed_at(project: Project, year: int) -> datetime | None:
    """When the year was closed last; None while it is not closed."""
    moments = [event for event in year_record(project).lines() if event.year == year]
    if not moments or moments[-1].state in (PREPARED, OPEN):
        return None
    closings = [datetime.fromisoformat(event.at) for event in moments if event.state == CLOSED]
    return closings[-1] if closings else None


def move(
    project: Project,
    definitions: Definitions,
    year: int,
    state: str,
    by: str,
    at: str,
    *,
    due: date | None = None,
) -> YearEvent:
    """Writes down that a year has come into a state. `due`: a deadline of its own, also for a year that stays open.

    Raises: PipelineError when the statistic has no such year, or a year does not come into the state from the one it is
    in; StorageFailure.
    """
    with files.locked(project.raw):
        if year not in definitions.years:
            raise PipelineError(
                f"{year} is none of the years of the statistic, {definitions.years[0]}–{definitions.years[-1]}. "
                "Set last_year in schemas/survey.yaml first."
            )
        now = states(project, definitions)[year]
        if due is not None and (state != OPEN or due.year <= year):
            raise PipelineError(f"{due}: a deadline is set while {year} is open, and comes after that year.")
        if now not in _FROM[state] and not (due and now == OPEN):
            raise PipelineError(
                f"{year} is {now}; only a year that is {' or '.join(_FROM[state])} becomes {state}."
            )
        return _recorded(project, year, state, by, at, due)


def publish(project: Project, definitions: Definitions, edition: editions.Edition) -> None:
    """Every year of an edition that was in review is published."""
    with files.locked(project.raw):
        for year, state in states(project, definitions).items():
            if state == REVIEW and edition.first_year <= year <= edition.last_year:
                _recorded(project, year, PUBLISHED, f"edition {edition.id}", edition.released_at)


def demonstrate(project: Project, definitions: Definitions, at: str) -> None:
    """Every year of a demonstration is published, where nobody has recorded another state."""
    with files.locked(project.raw):
        if not year_record(project).lines():
            _recorded(project, definitions.survey.last_year, PUBLISHED, "samletall demo", at)


def _recorded(
    project: Project, year: int, state: str, by: str, at: str, due: date | None = None
) -> YearEvent:
    event = {"year": year, "state": state, "at": at, "by": by}
    return year_record(project).append(event | ({"due": due.isoformat()} if due else {}))


def _last(states_by_year: Mapping[int, str], reached: tuple[str, ...]) -> int | None:
    last = None
    for year in sorted(states_by_year):
        if states_by_year[year] not in reached:
            break
        last = year
    return last
