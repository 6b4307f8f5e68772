"""The lines people copy do what they say, against the site served on this machine."""

import subprocess
from collections.abc import Iterator
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from re import DOTALL, findall
from threading import Thread

import duckdb
import pandas as pd
import pytest

from pipeline.project import Project

ADDRESS = "https://oyriket.example/"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def served(made: Project) -> Iterator[str]:
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=str(made.public.resolve()))
    ) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def recipes(made: Project) -> dict[str, str]:
    page = (made.public / "nedlasting" / "index.html").read_text("utf-8")
    pairs = findall(r'data-recipe="([^"]+)"><code>(.*?)</code>', page, DOTALL)
    return {unescape(title): unescape(code) for title, code in pairs}


def test_every_recipe_names_the_statistics_own_address_and_files_that_are_there(
    made: Project, recipes: dict[str, str]
) -> None:
    assert len(recipes) == 6
    for title, code in recipes.items():
        files = findall(rf"{ADDRESS}([\w./]+)", code)
        assert files, title
        assert all((made.public / file).is_file() for file in files), title


def test_pandas_reads_the_national_totals(recipes: dict[str, str], served: str) -> None:
    *before, last = recipes["Python (pandas)"].replace(ADDRESS, served).splitlines()
    scope: dict[str, object] = {}
    exec("\n".join(before), scope)  # noqa: S102 - what the page tells people to run

    figures = eval(last, scope)  # noqa: S307

    assert isinstance(figures, pd.DataFrame)
    assert figures["value"].tolist() == [165, 180]


def test_duckdb_asks_the_file_as_it_lies(made: Project, recipes: dict[str, str]) -> None:
    """Its extension for http comes from the network, which the tests do without: the same lines over the folder."""
    figures = duckdb.sql(recipes["DuckDB"].replace(ADDRESS, f"{made.public.resolve()}/")).df()

    assert set(figures["area_level"]) == {"nation"}


def test_curl_fetches_the_whole(recipes: dict[str, str], served: str, tmp_path: Path) -> None:
    subprocess.run(
        ["sh", "-c", recipes["curl"].replace(ADDRESS, served)],  # noqa: S607
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )

    assert {path.name for path in tmp_path.iterdir()} == {"samletall.zip", "samletall.bib"}
