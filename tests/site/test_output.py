import shutil
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import PipelineError
from pipeline.output import Output
from tests.site.conftest import Published


@pytest.fixture
def copied(published: Published, tmp_path: Path) -> Path:
    return Path(shutil.copy(published.project.root / "output.duckdb", tmp_path / "output.duckdb"))


def test_a_hidden_figure_with_a_value_stops_everything(copied: Path) -> None:
    with duckdb.connect(str(copied)) as connection:
        connection.execute("UPDATE figure SET value = 3 WHERE status = 'Q'")
    with pytest.raises(PipelineError, match="status and value disagree"):
        Output(copied)


def test_output_is_read_and_never_written(copied: Path) -> None:
    before = copied.read_bytes()
    Output(copied).figures()
    assert copied.read_bytes() == before
    assert not copied.with_suffix(".duckdb.wal").exists()


def test_figures_are_found_by_indicator_area_and_category(published: Published) -> None:
    output, nation = published.output, published.definitions.nation.id
    years = output.series("contacts", nation)
    assert list(years) == list(published.definitions.years)
    assert output.series("contacts", "nowhere") == {}
    assert "channel=phone" in output.categories("contacts", nation)


def test_an_edition_says_what_it_is(published: Published) -> None:
    edition = published.output.edition()
    assert edition["demonstration"]
    assert edition["last_year"] == published.definitions.years[-1]
