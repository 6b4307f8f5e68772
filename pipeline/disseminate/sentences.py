"""Sentences made from released figures: every number in them is a cell, and none is written across a break.

A first, small grammar: level, change from the year before, and how many centres are in the figure.
"""

from collections.abc import Sequence

from pipeline.definitions.kinds import Break, Unit
from pipeline.output import SHOWN, Figure, Series
from pipeline.text import Phrases, in_language, number, percent, whole_or_decimals


def newest(series: Series) -> int | None:
    """Gives the newest year with a shown figure; None when there is none."""
    return max((year for year, figure in series.items() if figure.status == SHOWN), default=None)


def amount(figure: Figure, unit: Unit, words: Phrases) -> str:
    """Gives `36 846 henvendelser`: the value and its unit in words."""
    value = whole_or_decimals(figure.value, words.lang, unit.type)
    return f"{value} {in_language(unit.one if figure.value == 1 else unit.many, words.lang)}"


def level(series: Series, year: int, unit: Unit, words: Phrases) -> str:
    """Gives what the figure was that year, with its unit; says so when it is not shown."""
    figure = series[year]
    if figure.status != SHOWN:
        return words("say.not_shown." + figure.status, year=str(year))
    return words("say.level", year=str(year), amount=amount(figure, unit, words))


def change(series: Series, year: int, unit: Unit, breaks: Sequence[Break], words: Phrases) -> str:
    """Gives the change from the year before in number and per cent, or why there is none to give."""
    figure, before = series[year], series.get(year - 1)
    if figure.status != SHOWN:
        return ""
    if any(one.year == year for one in breaks):
        return words("say.break", year=str(year), before=str(year - 1))
    if before is None or before.status == "M":
        return words("say.first", year=str(year))
    if figure.change is None:
        return words("say.no_change", year=str(year), before=str(year - 1))
    if figure.change == 0:
        return words("say.unchanged", before=str(year - 1))
    direction = ("more" if figure.change > 0 else "fewer") + ("" if unit.type == "count" else ".amount")
    told = words(
        "say." + direction,
        difference=whole_or_decimals(abs(figure.change), words.lang, unit.type),
        before=str(year - 1),
    )
    share = "" if figure.change_pct is None else f" ({percent(figure.change_pct, words.lang, signed=True)})"
    return told + share + "."


def coverage(series: Series, year: int, words: Phrases) -> str:
    """Gives `23 av 24 sentre er med i tallet`; nothing where only one centre could be in it."""
    figure = series[year]
    if figure.n_expected == 1:
        return ""
    key = "say.coverage.all" if figure.n_centres == figure.n_expected else "say.coverage"
    return words(key, n=number(figure.n_centres, words.lang), of=number(figure.n_expected, words.lang))


def lead(series: Series, unit: Unit, breaks: Sequence[Break], words: Phrases) -> list[str]:
    """Gives the sentences a page opens with: level, change and coverage of the newest year that is shown."""
    year = newest(series)
    if year is None:
        return [words("say.nothing")]
    told = [
        level(series, year, unit, words),
        change(series, year, unit, breaks, words),
        coverage(series, year, words),
    ]
    return [sentence for sentence in told if sentence]
