"""Years that exist only as a sheet become returns whose figures are the sums of the sheet, each with its cell."""

import csv
import random
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from pipeline.collect import source
from pipeline.collect.history import ImportMap
from pipeline.collect.records.ledger import ledger
from pipeline.commands import app
from pipeline.definitions import load
from pipeline.definitions.meta import tables
from pipeline.errors import AlteredFile, DefinitionError
from pipeline.project import Project
from pipeline.warehouse import Warehouse
from tests.project import HERE, a_copy

CENTRES = {
    "Senter Gran": "gran",
    "Senter Furu": "furu",
    "Senter Rogn": "rogn",
    "Senter Rype": "rype",
    "Senter Hegg": "hegg",
}
COLUMNS = {"Besøk": "visits", "Samtaler": "conversations", "Kvinner": "persons_contacting[sex=female]"}
YEARS = range(2009, 2019)
MAP = """
title: Samleoversikt
layout: wide
year_column: År
centre_column: Senter
centres: {%s}
answers: {Besøk: visits, Samtaler: conversations, Kvinner: "persons_contacting[sex=female]"}
ignored: [Merknad]
""" % ", ".join(f"{name}: {id}" for name, id in CENTRES.items())  # noqa: UP031 - braces are YAML's


def a_sheet(folder: Path, years: range = YEARS) -> tuple[Path, pd.DataFrame]:
    """Years of five centres, as somebody kept them in a workbook."""
    chance = random.Random(7)
    rows = [
        [year, name, *(chance.randrange(5, 900) for _ in COLUMNS), "kladd"]
        for year in years
        for name in CENTRES
    ]
    rows[3][2], rows[4][3], rows[0][4] = "?", None, "–"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["År", "Senter", *COLUMNS, "Merknad"])
    for row in rows:
        sheet.append(row)
    book.save(folder / "history.xlsx")
    return folder / "history.xlsx", pd.DataFrame(rows, columns=["year", "name", *COLUMNS, "note"])


def brought_in(project: Project, sheet: Path, mapping: str) -> Result:
    file = sheet.with_name("map.yaml")
    file.write_text(mapping, "utf-8")
    return CliRunner().invoke(app, ["import", str(sheet), "--map", str(file), "--root", str(project.root)])


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return a_copy(tmp_path / "root", years=None)


def warehouse_of(project: Project) -> Warehouse:
    definitions, receipts = load(project), ledger(project)
    warehouse = Warehouse()
    warehouse.write("meta", tables(definitions))
    for batch in source.source(project, definitions, receipts):
        warehouse.add("source", batch)
    warehouse.build(project.models, "input", "processed")
    return warehouse


def test_ten_years_of_five_centres_are_the_sums_of_the_sheet(project: Project, tmp_path: Path) -> None:
    sheet, rows = a_sheet(tmp_path)

    answer = brought_in(project, sheet, MAP)

    assert answer.exit_code == 0, answer.exception
    assert len(answer.output.splitlines()) == len(rows) == len(ledger(project))
    with warehouse_of(project) as warehouse:
        answers, imported = warehouse.table("input.answer"), warehouse.table("source.imported")
    for column, variable in COLUMNS.items():
        ours = answers[answers["variable"] == variable].groupby("year")["value"].sum().astype(float)
        by_hand = pd.to_numeric(rows[column], errors="coerce").groupby(rows["year"]).sum()
        assert ours.to_dict() == by_hand.to_dict()
    states = imported.set_index(["year", "centre", "variable"])["state"]
    assert states[2009, "rype", "visits"] == "not_counted"
    assert states[2009, "hegg", "conversations"] == "not_asked"
    assert states[2009, "gran", "persons_contacting[sex=female]"] == "not_offered"
    assert set(imported["location"]) >= {"line 2, «Besøk»", "line 51, «Kvinner»"}


def test_the_same_sheet_is_received_once_and_another_mapping_makes_the_next_versions(
    project: Project, tmp_path: Path
) -> None:
    sheet, _ = a_sheet(tmp_path, YEARS[:1])
    brought_in(project, sheet, MAP)
    first = ledger(project)

    brought_in(project, sheet, MAP)
    again = ledger(project)
    brought_in(project, sheet, MAP.replace("Besøk: visits, ", "").replace("[Merknad]", "[Merknad, Besøk]"))

    assert again == first
    assert {receipt.version for receipt in ledger(project)[len(first) :]} == {2}
    assert {receipt.sent_sha256 for receipt in ledger(project)} == {
        path.name for path in project.imports.iterdir()
    }


def test_a_sheet_that_is_changed_afterwards_is_named_and_nothing_is_built_of_it(
    project: Project, tmp_path: Path
) -> None:
    sheet, _ = a_sheet(tmp_path, YEARS[:1])
    brought_in(project, sheet, MAP)
    (kept,) = project.imports.glob("*/sheet.xlsx")
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes() + b"\n")

    verified = CliRunner().invoke(app, ["verify", "--root", str(project.root)])

    assert "the sheet or its mapping is not as it was imported" in str(verified.exception)
    with pytest.raises(AlteredFile):
        warehouse_of(project)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("Besøk: visits", "Besok: visits", "The sheet has no column «Besok»"),
        (
            "ignored: [Merknad]",
            "ignored: []",
            "Column «Merknad» of the sheet is neither among `answers` nor `ignored`",
        ),
        ("Senter Gran: gran, ", "", "line 2, «Besøk»: «Senter Gran» is no centre that reports for 2009"),
        ("Besøk: visits", "Besøk: vists", "the form of 2009 does not ask «vists»"),
        ("Samtaler: conversations", "Samtaler: visits", "gran, 2009: «visits» stands 2 times"),
        ("layout: wide", "layout: long", "`question_column` and `value_column`"),
        ("year_column: År", "year: 2009\nyear_column: År", "either `year` or `year_column`"),
    ],
)
def test_a_wrong_mapping_is_answered_and_nothing_is_kept(
    project: Project, tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    sheet, _ = a_sheet(tmp_path, YEARS[:1])

    answer = brought_in(project, sheet, MAP.replace(old, new))

    assert isinstance(answer.exception, DefinitionError)
    assert sentence in str(answer.exception)
    assert not project.imports.exists()
    assert ledger(project) == []


def test_a_long_csv_is_read_line_by_line(project: Project, tmp_path: Path) -> None:
    lines = [
        ("aar", "senter", "spm", "tall"),
        ("2012", "gran", "besøk", "41"),
        ("2012", "gran", "samtaler", "12"),
    ]
    sheet = tmp_path / "long.csv"
    with sheet.open("w", encoding="latin-1", newline="") as out:
        csv.writer(out, delimiter=",").writerows(lines)
    mapping = """
title: Eksport
layout: long
delimiter: ","
encoding: latin-1
year_column: aar
centre_column: senter
question_column: spm
value_column: tall
answers: {besøk: visits, samtaler: conversations}
"""

    brought_in(project, sheet, mapping)

    with warehouse_of(project) as warehouse:
        answers = warehouse.table("input.answer").set_index("variable")["value"]
    assert (float(answers["visits"]), float(answers["conversations"])) == (41, 12)


def test_the_page_about_importing_names_every_key_of_a_mapping() -> None:
    page = (HERE / "docs" / "import.md").read_text("utf-8")
    assert [key for key in ImportMap.model_fields if key not in page] == []
