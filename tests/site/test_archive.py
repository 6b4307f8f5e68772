"""Editions and what was corrected between them, on the pages that say so."""

import shutil
from pathlib import Path

import duckdb

from pipeline.disseminate import pages
from pipeline.disseminate.archive import Released
from pipeline.output import Output
from tests.site import released
from tests.site.conftest import Published
from tests.site.reading import elements


def _corrected(published: Published, folder: Path) -> tuple[Released, Released, tuple[float, float]]:
    """The same figures twice, but for one."""
    first = published.project.root / "output.duckdb"
    second = folder / "second.duckdb"
    shutil.copyfile(first, second)
    year, nation = published.definitions.years[-1], published.definitions.nation.id
    old = published.output.series("visits", nation)[year].value or 0
    with duckdb.connect(str(second)) as connection:
        connection.execute(
            "UPDATE figure SET value = ? WHERE indicator = 'visits' AND year = ? AND area = ? AND category = 'total'",
            [old + 321, year, nation],
        )
    years = (published.definitions.years[0], year)
    made = [
        Released(f"utgave-{name}", f"{year + 1}-06-0{day}T08:00:00+02:00", *years, 0, Output(file))
        for name, day, file in (("en", 1, first), ("to", 2, second))
    ]
    return made[0], made[1], (old, old + 321)


def test_a_corrected_figure_stands_with_the_old_and_the_new(published: Published, tmp_path: Path) -> None:
    first, second, (old, new) = _corrected(published, tmp_path)
    project = released.made(tmp_path / "again", published.project)
    folder = pages.publish(project, published.definitions, published.output, released=(first, second))
    page = elements((folder / "en" / "rettinger" / "index.html").read_text("utf-8"))
    (row,) = (one for one in page if one.tag == "tr" and one.inside("tbody"))
    told = [one.text for one in row.children]
    assert f"{old:,.0f}" in told
    assert f"{new:,.0f}" in told
    assert told[-1] == "utgave-to"
    editions = (folder / "utgaver" / "index.html").read_text("utf-8")
    assert editions.index("utgave-to") < editions.index("utgave-en")


def test_without_editions_or_dates_the_pages_say_so_plainly(published: Published) -> None:
    for page, words in (
        ("en/utgaver", "No edition has been released yet"),
        ("en/rettinger", "No figure has been corrected"),
        ("en/kalender", "No date has been set yet"),
    ):
        main = next(one for one in published.pages[page] if one.tag == "main")
        assert words in main.text


def test_earlier_reports_lead_to_their_sources(published: Published) -> None:
    links = {one["href"] for one in published.pages["utgaver"] if one.tag == "a"}
    assert {one.source for one in published.definitions.releases.reports} <= links
