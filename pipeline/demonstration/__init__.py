"""Demonstration returns: real files from plainly fictional centres, with the real national totals."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.collect.form.layout import as_number
from pipeline.collect.form.writer import TICK, csv_form, workbook
from pipeline.collect.records import years
from pipeline.collect.records.ledger import opened_ledger, receive
from pipeline.collect.source import published_lines
from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import NO_ACTIVITY, variable
from pipeline.demonstration.figures import Chance, YearOfFigures, sizes
from pipeline.demonstration.plan import Plan, contradictions, read_plan
from pipeline.demonstration.ties import Tie, ties
from pipeline.errors import DefinitionError, PipelineError
from pipeline.model import Receipt
from pipeline.project import Project

Answers = Mapping[str, str]  # answer → its text


@dataclass(frozen=True)
class Delivery:
    """A file as a centre sends it, ready for `receive`."""

    centre: str
    year: int
    name: str
    content: bytes
    received_at: str


def undelivered(deliveries: Iterable[Delivery], receipts: Collection[Receipt]) -> Iterator[Delivery]:
    """The deliveries that were not received before, and supersede nothing that was.

    `receipts` are those given before the demonstration began. Where something came in that is no demonstration of ours
    nothing more is delivered; where an earlier run was cut off it goes on after the last version it had delivered.
    """
    newest = {(receipt.centre, receipt.year): receipt.sha256 for receipt in receipts}
    for delivery in deliveries:
        key, sha256 = (delivery.centre, delivery.year), hashlib.sha256(delivery.content).hexdigest()
        if newest.get(key) == sha256:
            del newest[key]  # what follows is a later version
        elif key not in newest:
            yield delivery


def receive_all(project: Project, definitions: Definitions, deliveries: Iterable[Delivery]) -> Iterator[int]:
    """Receives them as when a centre sends them, and publishes every year; yields how many returns there are."""
    with opened_ledger(project) as receipts:
        for delivery in deliveries:
            receive(
                project,
                definitions,
                receipts,
                delivery.content,
                delivery.received_at,
                replaceable=definitions.years,
            )
            yield len(receipts)
        last_received = max((receipt.received_at for receipt in receipts), default="")
    years.demonstrate(project, definitions, last_received)


def returns(
    project: Project, definitions: Definitions, *, seed: int = 1, centres: int | None = None
) -> Iterator[Delivery]:
    """The demonstration returns of every year, in the order they are received; the same seed gives the same bytes.

    `centres` keeps only the first so many centres of the register; national sums are the published ones even so.

    Raises: PipelineError when the plan, the register and the published figures cannot be brought together.
    """
    published = published_lines(project.published)
    return deliveries(definitions, read_plan(project), published, seed=seed, centres=centres)


def deliveries(
    definitions: Definitions,
    plan: Plan,
    published: Iterable[Mapping[str, str]],
    *,
    seed: int = 1,
    centres: int | None = None,
) -> Iterator[Delivery]:
    """The same from a plan and rows of published figures that are already in hand."""
    if problems := contradictions(plan, definitions):
        raise DefinitionError(problems)
    chosen, held, chance = _first_centres(definitions, centres), ties(definitions, published), Chance(seed)
    earlier: Mapping[str, Answers] = {}
    for year in definitions.years:
        answers = _year(definitions, plan, held, chance, year, chosen)
        sent = [
            delivery
            for centre in answers
            for delivery in _sent(
                definitions, plan, chance, year, centre, answers[centre], earlier.get(centre, {})
            )
        ]
        yield from sorted(sent, key=lambda delivery: delivery.received_at)
        earlier = answers


def _first_centres(definitions: Definitions, centres: int | None) -> frozenset[str]:
    register = tuple(definitions.centres)
    if centres is not None and not 1 <= centres <= len(register):
        raise PipelineError(
            f"schemas/centres.yaml has {len(register)} centres; ask for 1 to {len(register)} of them, not {centres}."
        )
    return frozenset(register[:centres])


def _year(
    definitions: Definitions,
    plan: Plan,
    held: tuple[Tie, ...],
    chance: Chance,
    year: int,
    chosen: frozenset[str],
) -> Mapping[str, Answers]:
    """The right answers of each centre that sends a return for the year."""
    expected = {
        centre: size for centre, size in sizes(definitions, plan, chance, year).items() if centre in chosen
    }
    missing = {event.centre for event in plan.missing if event.year == year}
    reporting = [centre for centre in expected if centre not in missing]
    if not reporting:
        return _tied(definitions, held, year, {})
    drawn = YearOfFigures(definitions, plan, held, chance, year, expected, reporting)
    answers = drawn.answers()
    tied = drawn.tied()
    form = definitions.form(year)
    for event in plan.not_counted:
        names = [
            answer.id
            for answer in form.variables()
            if answer.measure == event.measure
            and (event.breakdown is None or event.breakdown in answer.codes)
        ]
        if year in event.years and event.centre in answers and not tied.intersection(names):
            answers[event.centre] |= dict.fromkeys(
                names, plan.not_counted_text[_language(plan, chance, event.centre)]
            )
    return _tied(definitions, held, year, answers)


def _tied(
    definitions: Definitions, held: tuple[Tie, ...], year: int, answers: Mapping[str, Answers]
) -> Mapping[str, Answers]:
    """The answers; nothing leaves before its national sums are the published ones."""
    form = definitions.form(year)

    def made(measure: str, *cells: str) -> float:
        names = [answer.id for cell in cells for answer in definitions.answers(form, variable(measure, cell))]
        return sum(as_number(texts[name]) or 0 for texts in answers.values() for name in names)

    for tie in (tie for tie in held if tie.year == year):
        own, slack = made(tie.measure, *tie.cells), 0.0005
        if tie.part_of:
            own, slack = 100 * own / max(made(tie.measure, tie.part_of), 1), 0.5
        if own < tie.value - slack or (own > tie.value + slack and not tie.at_least):
            raise PipelineError(
                f"raw/published.csv says {tie.value:.10g} for {tie.measure} ({'+'.join(tie.cells)}) in {year}, but the "
                f"demonstration makes {own:.10g}. Look at schemas/demonstration.yaml."
            )
    return answers


def _sent(
    definitions: Definitions,
    plan: Plan,
    chance: Chance,
    year: int,
    centre: str,
    answers: Answers,
    last_year: Answers,
) -> Iterator[Delivery]:
    """What a centre sends for a year: one file, or one with slips and then one without."""
    lang = _language(plan, chance, centre)
    if (centre, year) in {(event.centre, event.year) for event in plan.nil}:
        answers = {NO_ACTIVITY: TICK}
    form = f"samletall_{year}_{centre}"
    at = _received(plan, chance, year, centre)
    for event in plan.corrected:
        if (event.centre, event.year) == (centre, year):
            slips = {name: slip.format(answer=answers[name]) for name, slip in event.slips.items()}
            content, suffix = _file(definitions, plan, year, centre, lang, last_year, {**answers, **slips})
            yield Delivery(centre, year, form + suffix, content, _moment(at))
            form, at = f"{form}_rettet", at + timedelta(days=event.days)
    content, suffix = _file(definitions, plan, year, centre, lang, last_year, answers)
    yield Delivery(centre, year, form + suffix, content, _moment(at))


def _file(
    definitions: Definitions,
    plan: Plan,
    year: int,
    centre: str,
    lang: str,
    last_year: Answers,
    answers: Answers,
) -> tuple[bytes, str]:
    if year in plan.csv_years:
        return csv_form(definitions, year, centre, lang, answers), ".csv"
    return workbook(definitions, year, centre, lang, last_year, answers), ".xlsx"


def _received(plan: Plan, chance: Chance, year: int, centre: str) -> datetime:
    deadline = datetime(year + 1, plan.deadline.month, plan.deadline.day, tzinfo=UTC)
    draw = chance.generator("received", centre, year)
    late = sum(event.days for event in plan.late if (event.centre, event.year) == (centre, year))
    days = late or -int(draw.integers(0, 30))
    return deadline + timedelta(days=days, hours=int(draw.integers(7, 15)), minutes=int(draw.integers(60)))


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _language(plan: Plan, chance: Chance, centre: str) -> str:
    return "nn" if chance.uniform("language", centre) < plan.nynorsk else "nb"
