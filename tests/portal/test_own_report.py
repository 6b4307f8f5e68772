"""A centre's own report: all its own figures, and of the others nothing that has not been released."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import editions
from pipeline.collect.source import latest
from pipeline.output import Output
from pipeline.project import Project
from pipeline.text import number, whole_or_decimals
from tests.portal.counter import Counter

AT = "2025-06-02T08:00:00+02:00"


@pytest.fixture
def counter(built: Project, tmp_path: Path) -> Iterator[Counter]:
    """A portal of a project whose figures are built and not released."""
    shutil.copytree(built.root, tmp_path / "root", symlinks=True)
    with Counter(Project.at(tmp_path / "root")) as serving:
        yield serving


def cells(text: str) -> list[str]:
    return [re.sub("<[^>]+>", "", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", text)]


def test_the_nation_stands_beside_a_centre_once_it_is_released_and_no_other_centre_ever(
    counter: Counter,
) -> None:
    centre = counter.definitions.centres_in(counter.year)[0]
    visitor = counter.centre(centre)

    alone = visitor.get("rapport").text
    editions.freeze(counter.project, "first", AT, {}, {})
    beside = visitor.get("rapport").text

    assert "Det finnes ingen publiserte landstall ennå" in alone
    assert "firedelen" not in alone
    own = cells(alone)[::2]
    assert len(own) > 50
    answers = {
        answer.variable: answer.text
        for answer in latest(counter.project, counter.definitions, centre, counter.year)
    }
    assert number(float(answers["contacts"]), "nb") in own
    assert set(cells(alone)[1::2]) == {".."}
    assert cells(beside)[::2] == own
    output = Output(editions.output(counter.project, editions.released(counter.project)[0]))
    nation = {
        whole_or_decimals(figure.value, "nb", counter.definitions.units[indicator.unit].type)
        for indicator in counter.definitions.indicators.values()
        for figure in output.series(indicator.id, counter.definitions.nation.id).values()
        if figure.value is not None
    }
    national = set(cells(beside)[1::2]) - {".."}
    assert national
    assert national <= nation
    assert "firedelen av sentrene med publiserte tall" in beside
