"""Notebooks only look: they run to their end on the finished exports and leave them as they were."""

import hashlib
from pathlib import Path

import jupytext
import pytest
from nbclient import NotebookClient

from pipeline.project import Project
from tests.returns import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))


def contents(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.resolve().iterdir()}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_to_its_end_and_changes_nothing(path: Path, built: Project) -> None:
    notebook = jupytext.read(path)
    before = contents(built.build)

    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": built.root}}
    ).execute()

    pictures = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "application/vnd.plotly.v1+json" in output.get("data", {})
    ]
    assert len(pictures) >= 3
    assert contents(built.build) == before


def test_outputs_of_notebooks_are_not_kept() -> None:
    assert NOTEBOOKS
    assert not list((ROOT / "notebooks").glob("*.ipynb"))
