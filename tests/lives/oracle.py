"""What the figures of a life are, worked out from its definitions and texts alone, as a person would with paper."""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import TOTAL, Form, Indicator, Variable, codes_of
from tests.analyse.oracle import Compared, Key, Oracle
from tests.lives.life import NOT_OFFERED, Answers, Life

Cell = tuple[int, str, str, str]  # year, centre, indicator, category
STAFF = "centre"  # the section of the form that a tick for no activity does not answer


class Paper(Oracle):
    """Every figure of a life; `offered` says of each answered cell whether the centre offers what it counts."""

    def __init__(self, life: Life) -> None:
        asked = {year: sorted(_asked(life.definitions, year)) for year in life.definitions.years}
        observed: dict[Cell, float | None] = {}
        self.offered: dict[Cell, bool] = {}
        for (centre, year), answers in life.counted().items():
            for indicator, name in asked[year]:
                value, offered = _answered(life.definitions, answers, year, indicator, name)
                observed[year, centre, indicator, name] = value
                self.offered[year, centre, indicator, name] = offered
        super().__init__(life.definitions, asked, observed)

    def figures(self) -> Iterator[tuple[Key, Compared]]:
        """All but where nobody offers what is counted: there is nothing to count then."""
        for key, compared in super().figures():
            if compared.n_expected:
                yield key, compared

    def compared(
        self, year: int, level: str, area: str, members: list[str], indicator: str, category: str
    ) -> Compared:
        """As for all centres; but only those are expected that offer what is counted."""
        figure = super().compared(year, level, area, members, indicator, category)
        earlier = self.areas(year - 1, level).get(area, [])
        if level != "centre" and self.unreported(earlier, year - 1, indicator, category):
            figure = replace(figure, like_change=None, like_change_pct=None, n_panel=0)
        offering = [name for name in members if self.offers(year, name, indicator, category)]
        known = [name for name in offering if self.known(year, name, indicator, category) is not None]
        if known:
            return replace(figure, n_centres=len(known), n_expected=len(offering))
        return Compared(None, 0, len(offering), comparable_since=figure.comparable_since)

    def total(self, members: list[str], year: int, indicator: str, category: str) -> float | None:
        """As for all centres; but what others do not offer is no number where those who do have not reported."""
        if self.unreported(members, year, indicator, category):
            return None
        return super().total(members, year, indicator, category)

    def unreported(self, members: list[str], year: int, indicator: str, category: str) -> bool:
        """Whether somebody offers what is counted, and none of them has a number of it."""
        offering = [name for name in members if self.offers(year, name, indicator, category)]
        known = [name for name in offering if self.known(year, name, indicator, category) is not None]
        return bool(offering) and not known

    def offers(self, year: int, name: str, indicator: str, category: str) -> bool:
        """By the centre's own return, else by its newest one before; the helpline also by the register."""
        for at in range(year, self.years[0] - 1, -1):
            if (at, name, indicator, category) in self.offered:
                return self.offered[at, name, indicator, category]
        helpline = self.definitions.indicators[indicator].national_service
        return category != helpline or self.definitions.centres[name].national_service

    def broken_between(self, indicator: str, category: str, since: int | None) -> bool:
        """Whether a comparable span begins with a break, or with the first year of asking."""
        asked_before = (indicator, category) in self.asked.get((since or 0) - 1, [])
        return since is None or not asked_before or self.broken(since, indicator, category)

    def pairs(self, year: int, level: str, area: str, indicator: str, category: str) -> tuple[int, int]:
        """How many are in a matched sample: those that offer it, and all."""
        members = self.areas(year, level).get(area, [])
        all_of = [name for name in members if self.pair(year, name, indicator, category)]
        return sum(self.offers(year, name, indicator, category) for name in all_of), len(all_of)


def cells_of(definitions: Definitions, indicator: Indicator) -> list[str]:
    """The total of an indicator and each present code of each breakdown."""
    return [TOTAL] + [
        f"{breakdown}={code}"
        for breakdown in indicator.breakdowns
        for code, entry in definitions.codelists[breakdown].codes.items()
        if entry.becomes is None
    ]


def answers_to(definitions: Definitions, form: Form, measure: str, name: str) -> list[Variable]:
    """The answers of a form that a cell is the sum of: its total, or those of the smallest table that divides so."""
    variables = [answer for answer in form.variables() if answer.measure == measure]
    if name == TOTAL:
        return [answer for answer in variables if answer.table is None]
    ((breakdown, code),) = codes_of(name).items()
    dividing = [answer for answer in variables if breakdown in answer.codes]
    fewest = min((len(answer.codes) for answer in dividing), default=0)
    codes = definitions.codelists[breakdown].codes
    matching = []
    for answer in dividing:
        present = codes[answer.codes[breakdown]].becomes or answer.codes[breakdown]
        if len(answer.codes) == fewest and code in (present, codes[present].part_of):
            matching.append(answer)
    return matching


def _asked(definitions: Definitions, year: int) -> Iterator[tuple[str, str]]:
    form = definitions.form(year)
    for indicator in definitions.indicators.values():
        for name in cells_of(definitions, indicator):
            if all(answers_to(definitions, form, source, name) for source in indicator.sources):
                yield indicator.id, name


def _answered(
    definitions: Definitions, answers: Answers, year: int, indicator: str, name: str
) -> tuple[float | None, bool]:
    """The value, None where any part of it is not known; and whether any part of it is offered."""
    entry, form = definitions.indicators[indicator], definitions.form(year)
    texts = [answers[a.id] for source in entry.sources for a in answers_to(definitions, form, source, name)]
    nil = bool(answers.get("no_activity")) and entry.section != STAFF
    texts = ["0" if text == "" and nil else text for text in texts]
    known = all(text == NOT_OFFERED or text.isdigit() for text in texts)
    value = float(sum(int(text) for text in texts if text != NOT_OFFERED)) if known else None
    return value, any(text != NOT_OFFERED for text in texts)
