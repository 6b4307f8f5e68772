"""Every verb speaks English to who runs the collection, in what it says and in what it refuses; --lang is obeyed."""

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.collect.records.ledger import ledger
from pipeline.commands import VERBS, app
from pipeline.definitions import load
from pipeline.project import Project
from tests.architecture.naming import is_norwegian

SAID = (
    "doctor",
    "import {empty} --map {empty}",
    "query nonsense",
    "figure nothing",
    "year",
    "year {year} --open --close --by a",
    "year 1800",
    "year {year} --review --by a",
    "form {year} --centre nobody",
    "check {empty} --lang en",
    "check {sent} --lang en",
    "receive {empty} --lang en",
    "receive {sent} --lang en",
    "status {year} --lang en",
    "queue {year} --lang en",
    "answer {year} {centre} C1 --by a",
    "answer {year} {centre} C1 --by a --correct 1",
    "answer {year} {centre} Z99 --by a --correct 1 --reason ok",
    "answer {year} nobody C14 --by a --correct 1 --reason ok",
    "answer {year} {centre} - --by a --explain no_such_rule --reason ok",
    "build",
    "audit",
    "publish",
    "report",
    "release Første",
    "release first",
    "release first --at nå",
    "verify",
    "invite {year} --centre {centre}",
    "invite {year} --centre nobody",
    "invite {year} --withdraw",
    "invite {year} --name Kari",
    "portal --address http://portal.example",
    "key",
    "sentences 1800",
    "sentences {year} --lang en",
)


@pytest.fixture(scope="module")
def own(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("english") / "own"
    shutil.copytree(built.root, root, symlinks=True)
    return Project.at(root)


def said(project: Project, words: str) -> str:
    """What a verb says, or refuses with; without names of centres, paths, what was typed and what the form prints."""
    definitions = load(project)
    result = CliRunner().invoke(app, [*words.split(), "--root", str(project.root)])
    text = f"{result.output}\n{result.exception or ''}".replace("Første", "").replace("nå", "")
    for centre in definitions.centres.values():
        text = text.replace(centre.name, "")
    return re.sub(r"«[^»]*»|/\S+|Cell \w+ – .*", "", text)


@pytest.mark.parametrize("words", SAID)
def test_a_verb_says_nothing_in_norwegian(own: Project, tmp_path: Path, words: str) -> None:
    definitions, newest = load(own), ledger(own)[-1]
    (tmp_path / "empty.xlsx").write_bytes(b"")
    given = words.format(
        year=definitions.survey.last_year,
        centre=newest.centre,
        empty=tmp_path / "empty.xlsx",
        sent=own.raw / newest.file,
    )

    text = said(own, given)

    assert len(text.strip()) > 5
    assert [line for line in text.splitlines() if is_norwegian(line)] == []


def test_every_verb_is_listened_to() -> None:
    assert {words.split()[0] for words in SAID} == VERBS.keys() - {"demo", "init", "preview"}
