"""Notebooks only look: they run to their end on a finished build, leave it as it was, and carry their pictures."""

import hashlib
import re
from pathlib import Path

import jupytext
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from pipeline.project import Project
from tests.returns import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))


def contents(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.resolve().iterdir()}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_to_its_end_changes_nothing_and_is_a_page_with_its_figures(
    path: Path, built: Project, tmp_path: Path
) -> None:
    notebook = jupytext.read(path)
    before = contents(built.build)

    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": built.root}}
    ).execute()

    pictures = sum(
        "application/vnd.plotly.v1+json" in output.get("data", {})
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )
    page, _ = HTMLExporter().from_notebook_node(notebook)
    (tmp_path / f"{path.stem}.html").write_text(page, "utf-8")
    assert pictures >= 1
    assert len(re.findall(r"Plotly\.newPlot\(", page)) >= pictures
    assert "plotly.js v" in page  # the library too: a page opened without network draws
    assert contents(built.build) == before


def test_outputs_of_notebooks_are_not_kept() -> None:
    assert len(NOTEBOOKS) >= 5
    assert not list((ROOT / "notebooks").glob("*.ipynb"))
