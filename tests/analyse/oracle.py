"""Comparison as a person would work it out with paper: slow, plain, and without a line of the program's SQL."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil, exp, floor, log
from statistics import median

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import codes_of

Observed = Mapping[
    tuple[int, str, str, str], float | None
]  # year, centre, indicator, category → what it reported
Asked = Mapping[int, list[tuple[str, str]]]  # year → indicator, category
Key = tuple[int, str, str, str, str]  # year, area level, area, indicator, category


@dataclass(frozen=True)
class Compared:
    """What is said of one cell."""

    value: float | None
    n_centres: int
    n_expected: int
    change: float | None = None
    change_pct: float | None = None
    like_change: float | None = None
    like_change_pct: float | None = None
    n_panel: int = 0
    comparable_since: int | None = None
    index: float | None = None
    missing_least: float | None = None
    missing_most: float | None = None


class Oracle:
    """Every figure of one register and what its centres reported."""

    def __init__(self, definitions: Definitions, asked: Asked, observed: Observed) -> None:
        self.definitions, self.asked, self.observed = definitions, asked, observed
        self.years = list(definitions.years)

    def figures(self) -> Iterator[tuple[Key, Compared]]:
        for year in self.years:
            for level in ("nation", "county", "county_today", "centre"):
                for area, members in self.areas(year, level).items():
                    for indicator, category in self.asked[year]:
                        yield (
                            (year, level, area, indicator, category),
                            self.compared(year, level, area, members, indicator, category),
                        )

    def areas(self, year: int, level: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.expected(year):
            found.setdefault(self.area_of(name, year, level), []).append(name)
        return found

    def area_of(self, name: str, year: int, level: str) -> str:
        if level == "nation":
            return self.definitions.nation.id
        if level == "centre":
            return name
        code = self.definitions.centres[name].county_in(year if level == "county" else self.years[-1])
        while level == "county_today" and not self.definitions.counties[code].valid_in(self.years[-1]):
            (code,) = self.definitions.counties[code].becomes
        return code

    def expected(self, year: int) -> list[str]:
        return [
            name
            for name, one in self.definitions.centres.items()
            if one.opened <= year <= (one.closed or year) and year in self.years
        ]

    def known(self, year: int, name: str, indicator: str, category: str) -> float | None:
        return self.observed.get((year, name, indicator, category))

    def offers(self, year: int, name: str, indicator: str, category: str) -> bool:
        """Whether a centre can be expected in a figure: not in what another has for the whole country."""
        answered = any(
            (at, name, indicator, category) in self.observed for at in range(self.years[0], year + 1)
        )
        centre = self.definitions.centres[name]
        return (
            answered
            or centre.national_service
            or category != self.definitions.indicators[indicator].national_service
        )

    def broken(self, year: int, indicator: str, category: str) -> bool:
        return any(
            one.year == year and (one.breakdown is None or one.breakdown in codes_of(category))
            for one in self.definitions.indicators[indicator].breaks
        )

    def since(self, year: int, indicator: str, category: str) -> int:
        while not self.broken(year, indicator, category) and (indicator, category) in self.asked.get(
            year - 1, []
        ):
            year -= 1
        return year

    def forebears(self, year: int, name: str) -> list[str]:
        """Whom a centre is compared with: itself and those that merged into it, the year before."""
        return [
            other
            for other in self.expected(year - 1)
            if other == name
            or (
                self.definitions.centres[other].merged_into == name
                and self.definitions.centres[other].closed == year - 1
            )
        ]

    def pair(self, year: int, name: str, indicator: str, category: str) -> tuple[float, float] | None:
        now = self.known(year, name, indicator, category)
        before = [self.known(year - 1, one, indicator, category) for one in self.forebears(year, name)]
        if now is None or not before or None in before or self.broken(year, indicator, category):
            return None
        return now, sum(one for one in before if one is not None)

    def total(self, members: list[str], year: int, indicator: str, category: str) -> float | None:
        values = [self.known(year, name, indicator, category) for name in members]
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    def compared(
        self, year: int, level: str, area: str, members: list[str], indicator: str, category: str
    ) -> Compared:
        value = self.total(members, year, indicator, category)
        absent = [name for name in members if self.known(year, name, indicator, category) is None]
        pairs = [one for name in members if (one := self.pair(year, name, indicator, category))]
        earlier = self.areas(year - 1, level).get(area, [])
        like = like_pct = change = change_pct = None
        if pairs and (earlier or level == "centre"):
            like, like_pct = self.difference(sum(now for now, _ in pairs), sum(then for _, then in pairs))
        if level == "centre":
            change, change_pct = like, like_pct
        elif not self.broken(year, indicator, category):
            change, change_pct = self.difference(value, self.total(earlier, year - 1, indicator, category))
        start = self.since(year, indicator, category)
        span = max([start, *self.takeovers(area, year)]) if level == "centre" else start
        return Compared(
            value=value,
            n_centres=len(members) - len(absent),
            n_expected=sum(
                level == "centre" or self.offers(year, name, indicator, category) for name in members
            ),
            change=change,
            change_pct=change_pct,
            like_change=like,
            like_change_pct=like_pct,
            n_panel=len(pairs) if like is not None else 0,
            comparable_since=start,
            index=self.index(year, span, level, area, indicator, category),
            **self.missing(absent, year, start, indicator, category)
            if value is not None and level != "centre"
            else {},
        )

    def takeovers(self, name: str, year: int) -> list[int]:
        return [
            one.closed + 1
            for one in self.definitions.centres.values()
            if one.merged_into == name and one.closed and self.years[0] <= one.closed < year
        ]

    def difference(self, now: float | None, before: float | None) -> tuple[float | None, float | None]:
        if now is None or before is None:
            return None, None
        return now - before, 100 * (now - before) / before if before else None

    def index(
        self, year: int, span: int, level: str, area: str, indicator: str, category: str
    ) -> float | None:
        totals = [
            self.total(self.areas(at, level).get(area, []), at, indicator, category)
            for at in range(span, year + 1)
        ]
        base = next((one for one in totals if one is not None), None)
        return 100 * totals[-1] / base if base and totals[-1] is not None else None

    def missing(
        self, absent: list[str], year: int, start: int, indicator: str, category: str
    ) -> dict[str, float]:
        """The limits of what the absent centres would have added, when they can be worked out for each of them."""
        limits = [self.limits(name, year, start, indicator, category) for name in absent]
        known = [one for one in limits if one is not None]
        if not known or len(known) < len(limits):
            return {}
        middle = sum(one[1] for one in known)
        below = sum((one[1] - one[0]) ** 2 for one in known) ** 0.5
        above = sum((one[2] - one[1]) ** 2 for one in known) ** 0.5
        return {"missing_least": max(middle - below, 0), "missing_most": middle + above}

    def limits(
        self, name: str, year: int, start: int, indicator: str, category: str
    ) -> tuple[float, float, float] | None:
        """The least, the middle and the most one absent centre is likely to have had."""
        years = range(max(year - self.definitions.disclosure.nonresponse_years, start), year)
        known = [at for at in years if self.own(at, name, indicator, category) is not None]
        if not known:
            return None
        last = known[-1]
        back = year - last
        if not self.both(year, back, indicator, category):
            return None
        growth = self.growth(year, back, indicator, category, without="")
        errors = sorted(
            log((now + 1) / (then * self.growth(at, back, indicator, category, without=other) + 1))
            for at in self.years
            if at <= year
            for other, now, then in self.both(at, back, indicator, category)
        )
        share, n = self.definitions.disclosure.nonresponse_confidence, len(errors)
        lowest, highest = floor((n + 1) * (1 - share) / 2), ceil((n + 1) * (1 + share) / 2)
        if lowest < 1 or highest > n:
            return None
        before = self.own(last, name, indicator, category)
        assert before is not None
        least, middle, most = (
            (before * growth + 1) * exp(error) - 1
            for error in (errors[lowest - 1], median(errors), errors[highest - 1])
        )
        return max(least, 0), middle, most

    def own(self, year: int, name: str, indicator: str, category: str) -> float | None:
        return self.known(year, name, indicator, category) if name in self.expected(year) else None

    def both(self, year: int, back: int, indicator: str, category: str) -> list[tuple[str, float, float]]:
        """Each centre known this year and so many years back, with both numbers; nothing across a break."""
        if (indicator, category) not in self.asked.get(year, []):
            return []
        if self.since(year, indicator, category) > year - back:
            return []
        pairs = [
            (
                name,
                self.own(year, name, indicator, category),
                self.own(year - back, name, indicator, category),
            )
            for name in self.expected(year)
        ]
        return [(name, now, then) for name, now, then in pairs if now is not None and then is not None]

    def growth(self, year: int, back: int, indicator: str, category: str, without: str) -> float:
        pairs = [pair for pair in self.both(year, back, indicator, category) if pair[0] != without]
        before = sum(then for _, _, then in pairs)
        return sum(now for _, now, _ in pairs) / before if before else 1
