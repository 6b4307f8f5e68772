"""A small project of its own for tests: real definitions, models and site; demonstration returns of a few centres."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from pipeline import demonstration, flow
from pipeline.definitions import Definitions, load
from pipeline.project import Project

HERE = Path(__file__).parents[1]
YEARS = 3  # the newest ones: two form versions, the break between them, a published total before and after


def a_copy(folder: Path, years: int | None = YEARS) -> Project:
    """The checkout without what was received or built, shortened to its newest years (None: all of them).

    Of a shortened one only the newest demonstration returns are workbooks: the others are csv, which is quick.
    """
    for name in ("schemas", "site", "notebooks"):
        shutil.copytree(
            HERE / name,
            folder / name,
            ignore=shutil.ignore_patterns("public", "builds", ".builds"),
            dirs_exist_ok=True,
        )
    for name in ("models", "contracts", "views"):
        shutil.copytree(HERE / "warehouse" / name, folder / "warehouse" / name)
    (folder / "raw").mkdir()
    shutil.copy(HERE / "raw" / "published.csv", folder / "raw" / "published.csv")
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    if years is not None:
        last = load(Project.at(HERE)).survey.last_year
        first = last - years + 1
        for file, setting, text in (
            ("survey.yaml", r"first_year: \d+", f"first_year: {first}"),
            ("demonstration.yaml", r"csv_years: .*", f"csv_years: {list(range(first, last))}"),
        ):
            path = folder / "schemas" / file
            path.write_text(re.sub(setting, text, path.read_text("utf-8")), "utf-8")
    return Project.at(folder)


def demonstrated(project: Project, definitions: Definitions) -> None:
    assert list(demonstration.receive_all(project, definitions, demonstration.returns(project, definitions)))


def reported(project: Project) -> flow.Summary:
    """Build and publish, as `samletall report` does."""
    definitions = load(project)
    summary = flow.Summary()
    flow.build(project, definitions, summary, silent)
    flow.audit(project, definitions, summary, silent)
    flow.publish(project, definitions, summary, silent)
    return summary


def silent(step: str, done: int, total: int) -> None:
    """No progress is shown."""


def silent_count(done: int, total: int) -> None:
    """Nor is any within a step."""


def shared(folder: Path) -> Project:
    """One reported project for all test processes: the first that asks makes it, the others wait."""

    def make(root: Path) -> None:
        root.mkdir()
        project = a_copy(root)
        demonstrated(project, load(project))
        reported(project)

    return Project.at(made_once(folder / "reported", make))


def made_once(path: Path, make: Callable[[Path], None]) -> Path:
    """What is dear, made by the first test process that asks for it; the others wait. It is only read."""
    finished = path.with_suffix(".made")
    with FileLock(path.with_suffix(".lock")):
        if not finished.exists():
            make(path)
            finished.touch()
    return path
