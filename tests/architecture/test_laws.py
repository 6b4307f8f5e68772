"""Each law holds in this tree, and each is broken once on a copy to prove that it would be seen."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from tests.architecture import drawing, laws, naming

ROOT = Path(__file__).parents[2]
LAWS = (*laws.LAWS, *naming.LAWS, drawing.the_house_is_drawn_as_it_stands)
LOOKED_AT = (
    *(
        "pipeline",
        "schemas",
        "notebooks",
        "requirements",
        "docs",
        "tests",
        "warehouse/models",
        "warehouse/contracts",
        "warehouse/views",
    ),
    *("site/pages", "site/templates", "site/assets", "site/locale"),
    *(
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "LICENSE",
        "Makefile",
        "pyproject.toml",
        "package.json",
        "package-lock.json",
    ),
)
BREACHES = [
    (laws.modules_are_named_for_their_subject, "pipeline/utils.py", ""),
    (laws.modules_are_named_for_their_subject, "pipeline/collect/read_helpers.py", ""),
    (laws.modules_are_named_for_their_subject, "tests/common/counting.py", ""),
    (laws.names_in_the_program_say_what_they_hold, "pipeline/model.py", "df = 1"),
    (laws.names_in_the_program_say_what_they_hold, "pipeline/model.py", "class FindingManager: ..."),
    (laws.the_program_knows_no_year, "pipeline/flow/building.py", "FIRST = 2009"),
    (laws.the_program_knows_no_year, "pipeline/flow/building.py", "# the form of 2023 asks once a day"),
    (
        laws.sql_stands_in_models_or_in_the_two_rooms_that_run_it,
        "pipeline/flow/building.py",
        "q = f'select 1 from {x}'",
    ),
    (laws.sql_stands_in_models_or_in_the_two_rooms_that_run_it, "pipeline/process/count.sql", "select 1"),
    (laws.every_query_opens_with_its_purpose, "warehouse/models/input/bare.sql", "select 1"),
    (
        laws.every_model_has_a_contract_that_says_what_a_row_is,
        "warehouse/models/input/bare.sql",
        "-- Answers.\nselect 1",
    ),
    (laws.no_error_is_swallowed_whole, "pipeline/flow/building.py", "try: ...\nexcept: ..."),
    (
        laws.no_error_is_swallowed_whole,
        "pipeline/flow/building.py",
        "try: ...\nexcept (ValueError, Exception): ...",
    ),
    (
        laws.no_error_is_swallowed_whole,
        "pipeline/flow/building.py",
        "with contextlib.suppress(Exception): ...",
    ),
    (laws.modules_are_short_enough_to_read, "pipeline/flow/building.py", "\n" * (laws.LONGEST_MODULE + 1)),
    (laws.every_yaml_key_is_given_once, "schemas/units.yaml", "units: {a: 1}\n"),
    (laws.every_yaml_key_is_given_once, "schemas/codelists/made_up.yaml", "codes:\n  a: {nb: x, nb: y}\n"),
    (
        laws.pages_load_nothing_from_elsewhere,
        "site/templates/x.html",
        "<script defer\n src='//cdn.example/a.js'>",
    ),
    (
        laws.pages_load_nothing_from_elsewhere,
        "site/templates/x.html",
        '<link rel="stylesheet" href="https://a.example">',
    ),
    (
        laws.pages_load_nothing_from_elsewhere,
        "site/assets/x.css",
        "@import url(https://fonts.example/a.css);",
    ),
    (laws.pages_load_nothing_from_elsewhere, "site/assets/x.js", 'await fetch("https://a.example/b.json")'),
    (laws.notebooks_are_kept_without_their_output, "notebooks/x.ipynb", '{"cells": [{"outputs": ["1"]}]}'),
    (laws.locks_name_versions_and_hashes_but_no_host, "requirements/runtime.lock", "loose==1.0\n"),
    (
        laws.locks_name_versions_and_hashes_but_no_host,
        "requirements/runtime.lock",
        "--index-url https://a.example\n",
    ),
    (laws.the_readme_is_short, "README.md", "\n" * (laws.LONGEST_README + 1)),
    (laws.every_path_in_the_prose_exists, "README.md", "\nSee `schemas/nothing/<id>.yaml`."),
    (laws.every_path_in_the_prose_exists, "README.md", "\nSee [the plan](docs/plan.md)."),
    (laws.every_path_in_the_prose_exists, "CONTRIBUTING.md", "\nSee [the plan](docs/plan.md)."),
    (laws.every_command_in_the_prose_exists, "CONTRIBUTING.md", "\nRun `make magic`."),
    (laws.every_command_in_the_prose_exists, "README.md", "\nRun `make magic`."),
    (laws.every_command_in_the_prose_exists, "README.md", "\n```\nsamletall conjure 2024\n```"),
    (
        laws.imports_keep_their_contracts,
        "pipeline/process/finding_text.py",
        "import pipeline.collect.reader.return_file",
    ),
    (laws.imports_keep_their_contracts, "pipeline/disseminate/charts/chart_dicts.py", "import plotly"),
    (
        laws.imports_keep_their_contracts,
        "pipeline/disseminate/charts/chart_dicts.py",
        "import pipeline.warehouse",
    ),
    (laws.imports_keep_their_contracts, "pipeline/flow/building.py", "import duckdb"),
    (laws.imports_keep_their_contracts, "pipeline/process/finding_text.py", "import great_expectations"),
    (laws.imports_keep_their_contracts, "pipeline/disseminate/pages/tables.py", "import jinja2"),
    (laws.imports_keep_their_contracts, "pipeline/disseminate/pages/tables.py", "import xlsxwriter"),
    (laws.imports_keep_their_contracts, "pipeline/text.py", "import highspy"),
    (laws.imports_keep_their_contracts, "pipeline/flow/building.py", "import rich.progress"),
    (laws.imports_keep_their_contracts, "pipeline/model.py", "import pipeline.text"),
    (laws.imports_keep_their_contracts, "pipeline/drawer.py", ""),
    (drawing.the_house_is_drawn_as_it_stands, "pipeline/process/__init__.py", "import pipeline.editions"),
    (drawing.the_house_is_drawn_as_it_stands, "pipeline/process/cellar/__init__.py", ""),
    (naming.vague_names_are_rare, "pipeline/text.py", "found = told = 1\n" * 1000),
    (naming.vague_names_are_rare, "pipeline/text.py", "def kept_by(some): self.place = some\n" * 1000),
    (naming.no_class_name_is_given_twice, "pipeline/text.py", "class Finding: ..."),
    (naming.no_class_name_is_given_twice, "pipeline/text.py", "class _Finding: ..."),
    (naming.the_glossary_names_the_classes_of_the_domain, "pipeline/model.py", "class Parish: ..."),
    (naming.the_glossary_names_the_classes_of_the_domain, "docs/glossary.md", "`Parish`"),
    (naming.operators_are_spoken_to_in_english, "pipeline/flow/building.py", "x = sentence(row, 'nb')"),
    (naming.operators_are_spoken_to_in_english, "pipeline/commands/year.py", "x = sentence(row, lang='nn')"),
    (naming.the_program_holds_no_norwegian_text, "pipeline/text.py", "f'{1} er ikke mottatt'"),
    (naming.the_program_holds_no_norwegian_text, "pipeline/text.py", "x = 'Skjemaet sendes inn'"),
    (naming.the_program_holds_no_norwegian_text, "pipeline/text.py", "x = 'spørsmål'"),
]


@cache
def offenders_here(law: Callable[[Path], list[str]]) -> frozenset[str]:
    return frozenset(law(ROOT))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree in which one law after the other is broken, and mended."""
    folder = tmp_path_factory.mktemp("tree")
    for name in LOOKED_AT:
        original, copied = ROOT / name, folder / name
        copied.parent.mkdir(parents=True, exist_ok=True)
        if original.is_dir():
            shutil.copytree(original, copied, ignore=shutil.ignore_patterns("__pycache__"))
        elif original.exists():
            shutil.copy(original, copied)
    return folder


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_law_holds(law):
    assert not offenders_here(law), sorted(offenders_here(law))


@pytest.mark.parametrize(
    ("law", "path", "text"), BREACHES, ids=[f"{b[0].__name__}-{n}" for n, b in enumerate(BREACHES)]
)
def test_a_breach_of_the_law_is_seen(law, path, text, copy):
    with broken(copy / path, text):
        seen = set(law(copy)) - offenders_here(law)

    assert is_named(path, seen)


@contextmanager
def broken(file: Path, text: str) -> Iterator[None]:
    """The text at the end of the file, or a file that holds nothing else; afterwards as before."""
    before = file.read_bytes() if file.exists() else None
    made = [folder for folder in file.parents if not folder.exists()]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes((before + b"\n" if before else b"") + text.encode())
    try:
        yield
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)
        for folder in made:
            folder.rmdir()


def is_named(path: str, offenders: set[str]) -> bool:
    file = Path(path)
    return any(file.stem in offender or file.parent.name in offender for offender in offenders)


def test_every_law_is_broken_here_at_least_once():
    assert {breach[0] for breach in BREACHES} == set(LAWS)
