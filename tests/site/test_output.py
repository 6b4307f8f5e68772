import shutil
from pathlib import Path

import duckdb
import pytest

from pipeline.disclosure.audit.editions import read
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


def test_an_edition_made_before_a_measure_existed_is_read_without_it(
    published: Published, copied: Path
) -> None:
    with duckdb.connect(str(copied)) as connection:
        connection.execute("DELETE FROM figure WHERE indicator <> 'visits'")
        connection.execute("UPDATE figure SET missing_least = NULL, missing_most = NULL")
    silent = Output(copied)
    with duckdb.connect(str(copied)) as connection:
        for table, column in (
            ("figure", "missing_least"),
            ("figure", "missing_most"),
            ("edition", "ledger_root"),
            ("edition", "receipt_keys"),
        ):
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    old = Output(copied)

    nation = published.definitions.nation.id
    assert old.series("visits", nation) == silent.series("visits", nation) != {}
    assert read(old, published.definitions) == read(silent, published.definitions)
    assert old.edition() == silent.edition() | {"ledger_root": "", "receipt_keys": ""}
