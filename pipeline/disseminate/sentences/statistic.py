"""The released figures with what they mean: the series of a subject, and which of its years can be compared."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isclose

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import TOTAL, Break, Indicator, Unit, codes_of
from pipeline.disseminate.sentences.sentence import CellAddress, Number, Subject, Written
from pipeline.output import HIDDEN, MISSING, SHOWN, Figure, Output, Series
from pipeline.text import alphabetical, rounded

SHARES = ("change_pct", "like_change_pct")
CENTRES = ("n_centres", "n_expected", "n_panel")


@dataclass(frozen=True)
class Statistic:
    """Released figures and the definitions behind them."""

    definitions: Definitions
    output: Output

    def series(self, subject: Subject) -> Series:
        """Gives the figures of a subject by year."""
        return self.output.series(subject.indicator, subject.area, subject.category, today=subject.today)

    def indicator(self, subject: Subject) -> Indicator:
        """Gives the indicator a subject is counted by."""
        return self.definitions.indicators[subject.indicator]

    def unit(self, subject: Subject) -> Unit:
        """Gives the one unit of every number about a subject."""
        return self.definitions.units[self.indicator(subject).unit]

    def number(self, subject: Subject, year: int, measure: str) -> Number | None:
        """Gives a number as it stands in the released figure; None where the figure has none to show."""
        figure = self.series(subject).get(year)
        if figure is None or (figure.status != SHOWN and measure not in CENTRES):
            return None
        value: float | None = getattr(figure, measure)
        return (
            None
            if value is None
            else Number(CellAddress(subject, year, measure), value, self._written(subject, measure))
        )

    def difference(self, subject: Subject, year: int, base: int) -> Number | None:
        """Gives the change from an earlier year when both are shown."""
        new, old = self.number(subject, year, "value"), self.number(subject, base, "value")
        if new is None or old is None:
            return None
        return Number(CellAddress(subject, year, "change_from", base), new.value - old.value, new.written)

    def share(self, part: Subject, whole: Subject, year: int) -> Number | None:
        """Gives what per cent a category is of a whole when both are shown and there is something to divide."""
        of, all_of = self.number(part, year, "value"), self.number(whole, year, "value")
        if of is None or all_of is None or not all_of.value:
            return None
        measure = "share" if whole.category == TOTAL else "share_without_national_service"
        return Number(CellAddress(part, year, measure), 100 * of.value / all_of.value, "share")

    def volume(self, subject: Subject, year: int) -> Number | None:
        """Gives what per cent of last year's figure the centres that reported both years had; None where not known."""
        figure, before = self.series(subject).get(year), self.number(subject, year - 1, "value")
        if figure is None or before is None or not before.value or not figure.like_change_pct:
            return None
        reported = 100 * (figure.like_change or 0) / figure.like_change_pct
        return Number(CellAddress(subject, year, "volume"), min(100, 100 * reported / before.value), "share")

    def is_headline(self, subject: Subject, year: int) -> bool:
        """Whether enough of the centres, and of what they had the year before, are in a figure for it to be told."""
        figure, wanted = self.series(subject)[year], self.definitions.claims.headline
        volume = self.volume(subject, year) if figure.n_centres < figure.n_expected else None
        return figure.n_centres >= wanted.centres * figure.n_expected and (
            volume is None or volume.value >= 100 * wanted.volume
        )

    def not_received(self, subject: Subject, year: int) -> tuple[str, ...]:
        """Gives the names of the centres of an area that are in none of the year's figures, in order of name."""
        if subject.area in self.definitions.centres:
            return ()
        frame, register = self.output.coverage(), self.definitions.centres
        own = frame[(frame["year"] == year) & (frame["state"] != "delivered")]["centre"]
        absent = set(own) & set(self._centres(subject, year))
        return tuple(sorted((register[centre].name for centre in absent), key=alphabetical))

    def rests_on_constructed(self, subject: Subject, first: int, last: int) -> bool:
        """Whether a national claim over these years stands on figures that were constructed, not published."""
        if subject.area != self.definitions.nation.id or not self.output.edition()["demonstration"]:
            return False
        published = self.output.published_years(subject.indicator, subject.category)
        return any(year not in published for year in range(first, last + 1))

    def predecessors(self, subject: Subject, year: int) -> tuple[str, ...]:
        """Gives the centres a centre is compared with, when it took over others that year; nothing otherwise."""
        if subject.area not in self.definitions.centres:
            return ()
        centres = self.definitions.predecessors(year, subject.area)
        return centres if len(centres) > 1 else ()

    def broken(self, subject: Subject, since: int | None) -> Break | None:
        """Gives the break a comparable span begins with; None when it begins with no break."""
        breaks = self.indicator(subject).breaks_of(subject.category)
        return next((known_break for known_break in breaks if known_break.year == since), None)

    def same_centres(self, subject: Subject, year: int, earlier: int) -> bool:
        """Whether two figures years apart hold the same centres, all of them, mergers counted in."""
        series = self.series(subject)
        if any(
            series[compared_year].n_centres < series[compared_year].n_expected
            for compared_year in (year, earlier)
        ):
            return False
        now, then = self._centres(subject, year), set(self._centres(subject, earlier))
        came_from = [self.definitions.lineage(year, centre).get(earlier, ()) for centre in now]
        return (
            all(came_from) and {centre for earlier_centres in came_from for centre in earlier_centres} == then
        )

    def parts(self, subject: Subject, breakdown: str, year: int) -> Iterator[tuple[str, Figure]]:
        """Gives the codes of a breakdown that stood beside each other that year, sums of others left out."""
        codes = self.definitions.codelists[breakdown].codes
        figures = {
            code: figure
            for code in codes
            if (figure := self.series(subject._replace(category=f"{breakdown}={code}")).get(year)) is not None
            and figure.status in (SHOWN, HIDDEN, MISSING)
        }
        sums = {codes[code].part_of for code in figures}
        return ((code, figure) for code, figure in figures.items() if code not in sums)

    def overlaps(self, subject: Subject, year: int) -> bool:
        """Whether the category's breakdown adds up to more than the total that year: its groups are then not parts."""
        codes, whole = codes_of(subject.category), subject._replace(category=TOTAL)
        total = self.number(whole, year, "value")
        if len(codes) != 1 or total is None:
            return False
        added = sum(figure.value or 0 for name in codes for _, figure in self.parts(whole, name, year))
        return rounded(added, total.written) > rounded(total.value, total.written)

    def _written(self, subject: Subject, measure: str) -> Written:
        return "growth" if measure in SHARES else "count" if measure in CENTRES else self.unit(subject).type

    def _centres(self, subject: Subject, year: int) -> Iterable[str]:
        if subject.area in self.definitions.centres:
            return (subject.area,)
        expected = self.definitions.centres_in(year)
        if subject.area == self.definitions.nation.id:
            return expected
        register = self.definitions.centres
        lies_in = (
            self.definitions.present_county
            if subject.today
            else lambda centre: register[centre].county_in(year)
        )
        return [centre for centre in expected if lies_in(centre) == subject.area]


def same_units(figure: Figure) -> bool:
    """Whether a change rests on the same centres in both years, those that took over others counted with them.

    As many as the year before are not enough: a county may have lost one centre and got another.
    """
    if figure.change is None or figure.like_change is None or figure.n_panel != figure.n_answered:
        return False
    return isclose(figure.like_change, figure.change, abs_tol=1e-6)


def newest(series: Series, before: int | None = None) -> int | None:
    """Gives the newest year with a figure of what is offered, before a year if one is given; None where none is."""
    return max(
        (
            year
            for year, figure in series.items()
            if figure.status == SHOWN and figure.n_expected and (before is None or year < before)
        ),
        default=None,
    )
