"""Another survey is its schemas alone: a site from them says nothing of this one, and no kind of rule must be there."""

import re
from pathlib import Path

import pandas as pd
import pytest

from pipeline.definitions import load
from pipeline.disclosure import suppress
from pipeline.errors import DefinitionError
from pipeline.project import Project
from tests.own_survey.example import OWN, an_own_survey
from tests.project import HERE, silent_count

WORDS_OF_THIS_SURVEY = re.compile(
    r"incest|overgrep|seksuel|sexual|abuse|utsatt|utsett|survivor|hjelpetelefon|helpline|bufdir|smiso"
    r"|henvendelse|førespurnad|selvhjelp|sjølvhjelp|800 57 000|pårørende|pårørande",
    re.IGNORECASE,
)


def test_no_page_or_file_speaks_of_another_survey(made: Project) -> None:
    spoken = [
        f"{file.relative_to(made.public)}: {match.group()}"
        for file in made.public.rglob("*")
        if file.suffix in {".html", ".json", ".jsonld", ".csv", ".px", ".xml", ".txt"}
        for match in WORDS_OF_THIS_SURVEY.finditer(file.read_text("utf-8"))
    ]

    assert len(list(made.public.rglob("index.html"))) > 40
    assert spoken == []


def test_its_figures_are_the_sums_of_what_was_sent(made: Project) -> None:
    figures = pd.read_parquet(made.build / "output.figure.parquet").set_index(
        ["year", "area_level", "indicator", "category"]
    )["value"]

    assert figures[2023, "nation", "visits", "total"] == 165
    assert figures[2024, "nation", "visits", "activity=workshop"] == 105
    assert pd.isna(figures[2024, "centre", "participants", "age=over_75"]).any()  # three persons


def test_where_no_return_counts_there_is_nothing_to_hide(made: Project, tmp_path: Path) -> None:
    frames = {name: pd.read_parquet(made.build / f"{name}.parquet") for name in suppress.READ}
    cells = frames["statistics.cell"]
    frames["statistics.cell"] = cells.assign(value=cells["value"].where(cells["value"].isna()), status="O")

    decided = suppress.suppress_cells(frames, [], load(made).disclosure, tmp_path, silent_count)

    assert set(decided["status"]) == {"O"}


def test_its_page_shows_files_that_are_there() -> None:
    page = (HERE / "docs" / "own-survey.md").read_text("utf-8")

    named = set(re.findall(r"`((?:codelists|forms|indicators|words)/[\w/.]+|\w+\.yaml)`", page))
    written = {path.relative_to(OWN).as_posix() for path in OWN.rglob("*.yaml")}
    assert {name for name in written if "/" not in name} <= named
    assert {name for name in named if "/" in name and "<" not in name} <= written


def test_a_rule_example_from_before_the_first_form_is_named(tmp_path: Path) -> None:
    project = an_own_survey(tmp_path / "root")
    rules = project.schemas / "rules.yaml"
    rules.write_text(
        rules.read_text("utf-8").replace(
            'breaks: {visits: ""}', 'breaks: {year: 1999, answers: {visits: ""}}'
        ),
        "utf-8",
    )

    with pytest.raises(DefinitionError, match=r"answer_is_given\.breaks: no form was in use in 1999"):
        load(project)
