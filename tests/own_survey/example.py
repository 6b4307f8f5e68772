"""The survey of docs/own-survey.md, made as its page says: an empty root, and the files of its own laid over it."""

import re
import shutil
from pathlib import Path

from typer.testing import CliRunner

from pipeline.collect.form.writer import csv_form
from pipeline.collect.records import years
from pipeline.collect.records.ledger import opened_ledger, receive
from pipeline.commands import app
from pipeline.definitions import Definitions, load
from pipeline.project import Project
from tests.project import HERE

OWN = HERE / "docs" / "own-survey" / "schemas"
REPLACED = ("codelists", "forms", "indicators", "words", "pages")
ANSWERS = {
    ("fyret", 2023): (40, 30, 20, 11, 30),
    ("bryggen", 2023): (60, 10, 5, 25, 40),
    ("fyret", 2024): (50, 35, 22, 12, 33),
    ("bryggen", 2024): (55, 12, 6, 24, 3),
}  # centre, year → visits to workshop, exercise and café; participants under and over 75


def an_own_survey(folder: Path) -> Project:
    CliRunner().invoke(app, ["init", str(folder), "--empty"], catch_exceptions=False)
    project = Project.at(folder)
    reading = re.search(
        r"^reading:.*", (project.schemas / "rules.yaml").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert reading
    for name in REPLACED:
        shutil.rmtree(project.schemas / name)
    shutil.copytree(OWN, project.schemas, dirs_exist_ok=True)
    rules = project.schemas / "rules.yaml"
    rules.write_text(rules.read_text("utf-8") + reading.group(), "utf-8")
    return project


def collected(project: Project) -> Definitions:
    """Every return of ANSWERS as the csv form its centre would send."""
    definitions = load(project)
    with opened_ledger(project) as receipts:
        for (centre, year), (workshop, exercise, cafe, under, over) in ANSWERS.items():
            answers = {
                "visits": workshop + exercise + cafe,
                "visits[activity=workshop]": workshop,
                "visits[activity=exercise]": exercise,
                "visits[activity=cafe]": cafe,
                "participants": under + over,
                "participants[age=under_75]": under,
                "participants[age=over_75]": over,
            }
            texts = {name: str(number) for name, number in answers.items()}
            content = csv_form(definitions, year, centre, "nb", texts)
            receive(project, definitions, receipts, content, f"{year + 1}-01-20T12:00:00+00:00")
    years.demonstrate(project, definitions, receipts[-1].received_at)
    return definitions
