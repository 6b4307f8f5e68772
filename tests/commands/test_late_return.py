"""A centre of a county of two is late: the commonest life of an edition, through the commands an analyst uses."""

import csv
import re
from pathlib import Path

import duckdb
import pytest

from pipeline import demonstration, editions
from pipeline.collect.records import years
from pipeline.collect.records.ledger import opened_ledger, receive
from pipeline.commands.audit import audit
from pipeline.commands.receive import receive as receive_files
from pipeline.commands.release import release
from pipeline.commands.report import report
from pipeline.definitions import load
from pipeline.demonstration import Delivery
from pipeline.errors import PublicationRefused
from pipeline.output import Output
from pipeline.project import Project
from tests.commands.test_release import AT, settled, still_open
from tests.examples import is_thorough
from tests.project import a_copy

PRESENT, LATE, COUNTY = "bjork", "heilo", "46"
CENTRES = ("furu", "trost", "svale", PRESENT, LATE, "rogn", "terne", "lavskrike")
PARTNER_AND_COUNTY = """
    -- where one of the two centres of the county is hidden for being small: the other and the county, the first such
    select other.indicator, other.category, other.area, other.value, county.value, small.area
    from statistics.protected as small
    join statistics.protected as other using (year, indicator, category, panel)
    join statistics.protected as county using (year, indicator, category, panel)
    where panel = 'all' and county.area_level = 'county' and county.area = ?
        and small.area_level = 'centre' and other.area_level = 'centre'
        and [small.area, other.area] in ([?, ?], [?, ?])
        and small.status = 'Q' and small.value < 5 and other.value >= 5 and category not like '%unknown%'
    order by all
    limit 1
"""


@pytest.fixture
def small(tmp_path: Path) -> Project:
    """A root of seven centres and one year."""
    project = a_copy(tmp_path / "root", years=1)
    register = project.schemas / "centres.yaml"
    head, *entries = re.split(r"^(?=  \w)", register.read_text("utf-8"), flags=re.MULTILINE)
    last = load(project).survey.last_year
    for number, entry in enumerate(entries):
        if entry.split(":")[0].strip() not in CENTRES and "closed:" not in entry:
            entries[number] = f"{entry.rstrip()}\n    closed: {last - 1}\n"
    register.write_text("".join([head, *entries]), "utf-8")
    return project


def _served(project: Project, id: str) -> dict[str, bytes]:
    """What lies at the address of an edition."""
    folder = project.public.resolve() / "utgaver" / id
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.skipif(not is_thorough(), reason="two editions are protected and attacked: make thorough")
def test_a_late_return_is_released_and_what_the_second_edition_must_not_show_is_refused(
    small: Project, tmp_path: Path
) -> None:
    definitions = load(small)
    late: list[Delivery] = []
    with opened_ledger(small) as receipts:
        for delivery in demonstration.returns(small, definitions):
            if delivery.centre == LATE:
                late.append(delivery)
            else:
                receive(
                    small,
                    definitions,
                    receipts,
                    delivery.content,
                    delivery.received_at,
                    replaceable=definitions.years,
                )
    years.demonstrate(small, definitions, receipts[-1].received_at)
    settled(definitions, small)
    assert f"missing={LATE}" in still_open(definitions, small)
    release("2024-1", at=AT, acknowledge=still_open(definitions, small), root=small.root)

    report(root=small.root)
    at_first = _served(small, "2024-1")
    assert {"index.html", "data/visits.csv", "data/samletall.zip"} <= at_first.keys()
    for delivery in late:
        path = tmp_path / delivery.name
        path.write_bytes(delivery.content)
        receive_files([path], root=small.root, replace=list(definitions.years))
    settled(definitions, small)
    release("2024-2", at=AT, acknowledge=still_open(definitions, small), root=small.root)

    first, second = editions.released(small)
    assert (first.already_disclosed, second.already_disclosed) == ({}, {})
    for edition in (first, second):
        figures = Output(editions.output(small, edition)).series("visitors", COUNTY)
        assert {figure.n_centres for figure in figures.values()} == {edition.number}
    report(root=small.root)
    assert _served(small, "2024-1") == at_first
    with (small.public / "rettinger" / "rettinger.csv").open(encoding="utf-8", newline="") as file:
        corrected = list(csv.DictReader(file))
    whose = {(row["cause"], row["centres"]) for row in corrected if row["area"] in (LATE, COUNTY, "norway")}
    assert whose == {("late", LATE)}
    with duckdb.connect(str(small.build / "warehouse.duckdb"), read_only=True) as connection:
        indicator, category, partner, value, whole, of_few = connection.execute(
            PARTNER_AND_COUNTY, [COUNTY, PRESENT, LATE, LATE, PRESENT]
        ).fetchall()[0]
    with duckdb.connect(str(small.build / "output.duckdb")) as connection:
        for level, area, shown in (("centre", partner, value), ("county", COUNTY, whole)):
            connection.execute(
                "update figure set status = 'A', value = ?"
                " where (area_level, area, indicator, category) = (?, ?, ?, ?)",
                [shown, level, area, indicator, category],
            )
    with pytest.raises(PublicationRefused, match=f"{definitions.centres[of_few].name}.*every reader"):
        audit(root=small.root)
