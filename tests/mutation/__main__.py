"""Which wrong turns in the arithmetic no test notices: `python -m tests.mutation [ROOM …] [--every N]`.

Each mutant is met by the few tests of its room, in a process of its own that has read it instead of the file. One that
passes them all has survived: it is listed with its line, and counts against us unless accepted.yaml says why it may.
"""

import argparse
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tests.mutation.mutants import Mutant, of_python, of_sql

ROOT = Path(__file__).parents[2]
ACCEPTED = Path(__file__).with_name("accepted.yaml")
PATIENCE = 300  # seconds; a mutant that never ends has been noticed
ROOMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "comparison": (
        tuple(
            f"warehouse/models/statistics/{name}.sql"
            for name in ("aggregate", "broken", "comparable", "figure", "matched_pair", "matched_sample")
        ),
        ("tests/properties/test_comparison.py", "tests/analyse", "tests/lives"),
    ),
    "change": (
        ("pipeline/disseminate/sentences/change.py", "pipeline/disseminate/sentences/record.py"),
        ("tests/disseminate/test_sentences.py", "tests/properties/test_sentences.py", "tests/lives"),
    ),
    "requirement": (
        ("pipeline/disclosure/requirements.py", "pipeline/disclosure/suppress/feasible_tables.py"),
        (
            "tests/disclosure/test_requirements.py",
            "tests/disclosure/test_suppression.py",
            "tests/properties/test_suppression.py",
        ),
    ),
    "verdict": (
        ("pipeline/disclosure/audit/verdict.py",),
        (
            "tests/disclosure/test_requirements.py",
            "tests/disclosure/audit/test_attack.py",
            "tests/disclosure/audit/test_editions.py",
            "tests/properties/test_audit.py",
        ),
    ),
    "chain": (
        ("pipeline/collect/records/record.py", "pipeline/collect/records/verification.py"),
        ("tests/collect/records/test_record.py", "tests/collect/records/test_ledger.py"),
    ),
    "auth": (
        (
            "pipeline/portal/auth/sessions.py",
            "pipeline/portal/auth/rate_limit.py",
            "pipeline/portal/auth/headers.py",
        ),
        ("tests/portal/test_auth.py",),
    ),
}


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a module another text than its file has."""

    def __init__(self, name: str, path: Path, text: str) -> None:
        self.name, self.path, self.text = name, path, text

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)  # type: ignore[arg-type]

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.text, self.path, "exec"), module.__dict__)  # noqa: S102  (what a mutant is)


def take_its_place(file: str, text: str) -> None:
    """From now on this process reads the mutant instead of the file."""
    path = ROOT / file
    if file.endswith(".py"):
        name = file.removesuffix(".py").replace("/", ".")
        sys.meta_path.insert(0, _Instead(name, path, text))
        return
    read = Path.read_text

    def reading(self: Path, *args: str, **options: str) -> str:
        return text if self == path else read(self, *args, **options)

    Path.read_text = reading  # type: ignore[method-assign, assignment]


def survives(file: str, text: str, tests: Sequence[str]) -> bool:
    """Whether every test passes; the tests run in a child that has loaded nothing of the program before."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        signal.alarm(PATIENCE)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        take_its_place(file, text)
        ended: int = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--no-header", *tests])
        os._exit(int(ended))
    _, status = os.waitpid(child, 0)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what its tests have started and not ended
    return os.waitstatus_to_exitcode(status) == 0


def mutants(file: str) -> list[Mutant]:
    text = (ROOT / file).read_text(encoding="utf-8")
    return list(of_python(text) if file.endswith(".py") else of_sql(text))


def accepted() -> set[tuple[str, str, str]]:
    entries = yaml.safe_load(ACCEPTED.read_text(encoding="utf-8")) or []
    return {(entry["file"], entry["before"], entry["after"]) for entry in entries}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", choices=[*ROOMS, []])
    parser.add_argument("--every", type=int, default=1, help="only each so many mutants")
    asked = parser.parse_args()
    granted, unnoticed = accepted(), 0
    for room in asked.rooms or ROOMS:
        files, tests = ROOMS[room]
        if not survives(files[0], (ROOT / files[0]).read_text(encoding="utf-8"), tests):
            sys.exit(f"{room}: the tests do not pass as it is")
        tried = killed = waived = 0
        for file in files:
            for mutant in mutants(file)[:: asked.every]:
                tried += 1
                if not survives(file, mutant.text, tests):
                    killed += 1
                elif (file, mutant.before, mutant.after) in granted:
                    waived += 1
                else:
                    sys.stdout.write(f"{file}:{mutant.line}: {mutant.before}\n    → {mutant.after}\n")
                    sys.stdout.flush()
        unnoticed += tried - killed - waived
        sys.stdout.write(f"{room}: {killed} of {tried} noticed, {waived} accepted\n")
        sys.stdout.flush()
    return int(unnoticed > 0)


if __name__ == "__main__":
    for library in ("pandas", "duckdb", "scipy.sparse", "highspy", "pydantic"):
        importlib.import_module(library)  # once, for all children
    sys.exit(main())
