"""The list of verbs: it is true, and a verb costs nothing until it is used."""

import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import commands

ROOT = Path(__file__).parents[2]
HEAVY = {"analyse", "disseminate", "validation", "output"}
HEAVY_LIBRARIES = {"great_expectations", "highspy", "jinja2", "markdown_it", "openpyxl"}
LOADED_BY = """
import sys
from pipeline.cli import main
try:
    main()
finally:
    print(*sys.modules)
"""


def loaded_by(*words: str) -> set[str]:
    """What a run of the command has imported when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED_BY, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("verb", commands.VERBS)
def test_a_verb_says_in_the_list_what_it_says_of_itself(verb: str) -> None:
    module, line = commands.VERBS[verb]

    own = inspect.getdoc(getattr(import_module(f"pipeline.commands.{module}"), commands.function_of(verb)))

    assert own
    assert own.splitlines()[0] == line


def test_every_verb_is_listed_without_being_imported() -> None:
    listed = CliRunner().invoke(commands.app, ["--help"])

    assert listed.exit_code == 0
    assert all(f" {verb} " in listed.output for verb in commands.VERBS)
    assert loaded_by("--help").isdisjoint(
        f"pipeline.commands.{module}" for module, _ in commands.VERBS.values()
    )


def test_a_word_that_is_no_verb_is_met_with_the_one_that_was_meant() -> None:
    said = CliRunner().invoke(commands.app, ["chek"])

    assert said.exit_code == 2
    assert "'check'" in said.output


def test_a_check_fetches_nothing_of_the_main_job(tmp_path: Path) -> None:
    empty = tmp_path / "empty.xlsx"
    empty.write_bytes(b"")

    loaded = loaded_by("check", str(empty), "--root", str(ROOT))

    assert "pipeline.return_checker" in loaded
    assert loaded.isdisjoint({*HEAVY_LIBRARIES, *(f"pipeline.{room}" for room in HEAVY)})
