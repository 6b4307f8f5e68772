"""The pages of places: one for each centre and one for each county, former counties included."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from pipeline.definitions.areas import CentreCounty
from pipeline.definitions.schema_models import Indicator
from pipeline.disseminate.pages import centre_contact, marks, tables
from pipeline.disseminate.pages.readings import FigureGroup, Presentation
from pipeline.disseminate.pages.site import Page, Site
from pipeline.output import Series
from pipeline.text import alphabetical, listed, spans


class _Scope(NamedTuple):
    """Which series of an area: its years, and whether a county is meant with its present borders."""

    area: str
    years: range
    today: bool = False


def centre_address(id: str) -> str:
    """Where the page of a centre lies."""
    return f"sentre/{id}/"


def sheet_address(id: str) -> str:
    """Where a centre on one sheet of paper lies."""
    return f"{centre_address(id)}ark/"


def county_address(code: str) -> str:
    """Where the page of a county lies."""
    return f"fylke/{code}/"


def centre(site: Site, id: str, lang: str) -> Page:
    """Gives the page of one centre: what it is, its newest key figures, and its whole series."""
    words, entry = site.words[lang], site.definitions.centres[id]
    years = _span(entry.reports_in, site.years)
    closed = ""
    if entry.closed:
        successor = site.definitions.centres[entry.merged_into].name if entry.merged_into else ""
        key = "area.centre.former.merged" if successor else "area.centre.former"
        closed = words(key, year=str(entry.closed), name=successor)
    content = {
        "lead": "",
        "former": closed,
        "sheet": sheet_address(id) if id in site.reporting_centres else "",
        "centres": [card] if (card := centre_contact.card(site, id, lang)) else [],
        "facts": centre_facts(site, id, lang),
        **_figures(site, id, entry.name, years, lang, {}),
    }
    summary = words("area.centre.summary", name=entry.name)
    return Page(centre_address(id), lang, entry.name, summary, "area.html", content)


def county(site: Site, code: str, lang: str) -> Page:
    """Gives the page of one county while it had this code, with links to what it came from and became."""
    words, entry = site.words[lang], site.definitions.counties[code]
    name = site.county_name(code, lang)
    years = _span(entry.valid_in, site.years)
    former = "" if entry.until is None else words("area.county.former", year=str(entry.until))
    centres = _centres_of(site, code)
    content = {
        "lead": "" if centres else words("area.county.centres.none"),
        "former": former,
        "sheet": "",
        "centres": centre_contact.of_county(site, code, lang) if entry.valid_in(site.years[-1]) else [],
        "facts": _county_facts(site, code, lang),
        **_figures(site, code, name, years, lang, _delivered(site, code, lang)),
    }
    summary = words("area.county.summary", name=entry.label[lang])
    return Page(county_address(code), lang, name, summary, "area.html", content)


def _span(existed: Callable[[int], bool], years: range) -> range:
    """The years of the statistic from the first to the last in which the place existed."""
    own = [year for year in years if existed(year)]
    return range(own[0], own[-1] + 1) if own else years


def _figures(
    site: Site, area: str, name: str, years: range, lang: str, coverage: dict[int, str]
) -> dict[str, Any]:
    """The figures of an area, one for each part of the form; of a present county in both readings of its borders."""
    words = site.words[lang]
    groups = []
    for id, title, indicators in site.sections(lang):
        reported = [indicator for indicator in indicators if site.output.series(indicator.id, area)]
        readings = []
        if reported:
            caption = words("table.of_section", section=title, area=name)
            reading = _section(site, id, words("area.was"), caption, reported, _Scope(area, years), lang)
            if coverage:
                table = tables.with_column(reading.table, words("area.county.coverage"), coverage)
                reading = replace(reading, table=table)
            readings.append(reading)
        readings += _today(site, id, title, indicators, area, lang)
        if readings:
            groups.append(
                FigureGroup(f"del-{id}", title, readings, years=site.years if len(readings) > 1 else years)
            )
    tiles = [
        {
            **site.tile(indicator, area, lang),
            "picture": {
                **site.line_picture(indicator, area, years, lang),
                "id": f"nokkel-{indicator.id}",
                "table": f"tabell-{indicator.section}",
            },
        }
        for indicator in site.key_figures
        if site.output.series(indicator.id, area)
    ]
    return {"tiles": tiles, "figures": groups, "breakdowns": words("area.breakdowns")}


def _section(
    site: Site, id: str, title: str, caption: str, indicators: Sequence[Indicator], scope: _Scope, lang: str
) -> Presentation:
    """One part of the form for one area: a small picture of each indicator, and all of them in one table."""
    area, years, today = scope
    columns = [
        marks.column(site, indicator, area, indicator.label[lang], today=today) for indicator in indicators
    ]
    table = tables.by_year(f"tabell-{id}", caption, columns, years, site.words[lang], units=True)
    pictures = [
        {
            **site.line_picture(indicator, area, years, lang, today=today),
            "table": table.id,
            "link": f"statistikk/{indicator.id}/",
        }
        for indicator in indicators
    ]
    return Presentation(id, title, table, pictures=pictures)


def _today(
    site: Site, id: str, title: str, indicators: Sequence[Indicator], area: str, lang: str
) -> list[Presentation]:
    """The other reading of a present county: its present centres through all the years, where that tells more."""
    series = [
        (site.output.series(indicator.id, area), site.output.series(indicator.id, area, today=True))
        for indicator in indicators
    ]
    if all(_same(own_years, today) for own_years, today in series):
        return []
    words = site.words[lang]
    name = site.definitions.counties[area].label[lang]
    caption = words("table.of_section_today", section=title, area=name)
    return [
        _section(
            site,
            f"{id}-i-dag",
            words("area.now"),
            caption,
            indicators,
            _Scope(area, site.years, today=True),
            lang,
        )
    ]


def _same(own_years: Series, today: Series) -> bool:
    """Whether the two readings say the same; nothing at all is said of a county that is no more."""
    return not today or dict(own_years) == dict(today)


def centre_facts(site: Site, id: str, lang: str) -> list[dict[str, Any]]:
    """Gives what stands on the register: each a term and its lines, a line being words and perhaps a link."""
    words, entry, centres = site.words[lang], site.definitions.centres[id], site.definitions.centres
    first = site.years[0]

    def lay_in(period: CentreCounty) -> str:
        name = site.definitions.counties[period.county].label[lang]
        return (
            words("area.centre.county.since", county=name, year=str(period.since))
            if period.since > first
            else name
        )

    counties = [(lay_in(period), f"fylke/{period.county}/") for period in entry.counties]
    opened = str(entry.opened) if entry.opened > first else words("area.centre.since_start", year=str(first))
    taken_over = [
        (
            words("area.centre.merged_from.since", name=other.name, year=str((other.closed or 0) + 1)),
            f"sentre/{key}/",
        )
        for key, other in centres.items()
        if other.merged_into == id
    ]
    facts = [
        (words("area.centre.county"), counties),
        (words("area.centre.opened"), [(opened, "")]),
        (words("area.centre.closed"), [(str(entry.closed), "")] if entry.closed else []),
        (
            words("area.centre.merged"),
            [(centres[entry.merged_into].name, f"sentre/{entry.merged_into}/")] if entry.merged_into else [],
        ),
        (words("area.centre.merged_from"), taken_over),
        (
            words("area.centre.national_service"),
            [(words("area.centre.national_service.text"), "")] if entry.national_service else [],
        ),
        (words("area.centre.delivered"), [(_deliveries(site, id, lang), "")]),
    ]
    return [{"term": term, "lines": lines} for term, lines in facts if lines]


def _deliveries(site: Site, id: str, lang: str) -> str:
    words, frame = site.words[lang], site.output.coverage()
    own = frame[frame["centre"] == id]
    missing = [str(year) for year in own.loc[own["state"] != "delivered", "year"].tolist()]
    if not missing:
        return words("area.centre.delivered.all", years=spans(own["year"].tolist()))
    given, expected = str(len(own) - len(missing)), str(len(own))
    return words("area.centre.delivered.some", n=given, of=expected, years=listed(missing, words("and")))


def _county_facts(site: Site, code: str, lang: str) -> list[dict[str, Any]]:
    words, counties = site.words[lang], site.definitions.counties
    entry = counties[code]
    became = [(site.county_name(successor, lang), f"fylke/{successor}/") for successor in entry.becomes]
    was = [
        (site.county_name(earlier, lang), f"fylke/{earlier}/")
        for earlier, other in sorted(counties.items())
        if code in other.becomes
    ]
    centres = [
        (f"{site.definitions.centres[id].name} ({period})", f"sentre/{id}/")
        for id, period in _centres_of(site, code).items()
    ]
    facts = [
        (words("area.county.code"), [(code, "")]),
        (words("area.county.becomes", year=str((entry.until or 0) + 1)), became),
        (words("area.county.was"), was),
        (words("area.county.centres"), centres),
        (words("area.county.towns"), [(", ".join(entry.towns), "")] if entry.towns else []),
        (words("area.county.events"), [(event, "") for event in _events(site, code, lang)]),
    ]
    return [{"term": term, "lines": lines} for term, lines in facts if lines]


def _events(site: Site, code: str, lang: str) -> Iterator[str]:
    """What has changed who is in the county's figures: centres opened, closed, or taken over, oldest first."""
    words, centres, years = site.words[lang], site.definitions.centres, site.years
    events = []
    for id in _centres_of(site, code):
        entry = centres[id]
        if entry.opened > years[0] and entry.county_in(entry.opened) == code:
            events.append((entry.opened, words("area.event.opened", name=entry.name, year=str(entry.opened))))
        if entry.closed and entry.county_in(entry.closed) == code:
            successor = centres[entry.merged_into].name if entry.merged_into else ""
            key = "area.event.merged" if successor else "area.event.closed"
            text = words(
                key, name=entry.name, successor=successor, year=str(entry.closed), after=str(entry.closed + 1)
            )
            events.append((entry.closed + 1, text))
    yield from (text for _, text in sorted(events))


def _centres_of(site: Site, code: str) -> dict[str, str]:
    """Centre → the years it has lain in the county, by name."""
    periods = {}
    for id, entry in sorted(site.definitions.centres.items(), key=lambda item: alphabetical(item[1].name)):
        years = [
            year
            for year in site.years
            if entry.reports_in(year)
            and entry.county_in(year) == code
            and site.definitions.counties[code].valid_in(year)
        ]
        if years:
            periods[id] = spans(range(years[0], years[-1] + 1))
    return periods


def _delivered(site: Site, code: str, lang: str) -> dict[int, str]:
    """Year → `2 av 3`: centres of the county that have delivered, of those expected."""
    words, frame = site.words[lang], site.output.coverage()
    own = frame[frame["county"] == code]
    expected = Counter(own["year"].tolist())
    given = Counter(own.loc[own["state"] == "delivered", "year"].tolist())
    return {year: words("coverage", n=str(given[year]), of=str(n)) for year, n in expected.items()}


def index(site: Site, lang: str) -> dict[str, Any]:
    """Gives the lists of places for the written pages: centres open and closed, counties present and former."""
    centres = sorted(site.definitions.centres.items(), key=lambda item: alphabetical(item[1].name))
    last = site.years[-1]
    return {
        "counties": centre_contact.by_county(site, lang),
        "closed": [_listed_centre(site, id, lang) for id, entry in centres if not entry.reports_in(last)],
        "present": [_listed_county(site, code, lang) for code in site.definitions.counties_in(last)],
        "former": [
            _listed_county(site, code, lang)
            for code, county_entry in sorted(site.definitions.counties.items())
            if not county_entry.valid_in(last)
        ],
    }


def _listed_centre(site: Site, id: str, lang: str) -> dict[str, str]:
    words, entry = site.words[lang], site.definitions.centres[id]
    county = site.definitions.counties[entry.county_in(entry.closed or site.years[-1])].label[lang]
    notes = [county]
    if entry.merged_into:
        notes.append(words("area.merged.word", name=site.definitions.centres[entry.merged_into].name))
    if entry.closed:
        notes.append(words("area.closed.word", year=str(entry.closed)))
    return {"label": entry.name, "link": f"sentre/{id}/", "note": ", ".join(notes)}


def _listed_county(site: Site, code: str, lang: str) -> dict[str, str]:
    entry = site.definitions.counties[code]
    last = min(site.years[-1], entry.until or site.years[-1])
    lying = [id for id in _centres_of(site, code) if site.definitions.centres[id].reports_in(last)]
    names = [site.definitions.centres[id].name for id in lying]
    note = ", ".join(names) or site.words[lang]("area.county.centres.none")
    until = f" ({site.words[lang]('area.county.until', year=str(entry.until))})" if entry.until else ""
    return {"label": entry.label[lang] + until, "link": f"fylke/{code}/", "note": note}
