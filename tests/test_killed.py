"""What was being made when its process was killed counts for nothing, and the next run makes it as if nothing was."""

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from pipeline import editions
from pipeline.disseminate.folder import digest
from pipeline.project import Project
from tests.examples import is_thorough
from tests.test_report import exports, pages

ROOT = Path(__file__).parents[1]
KILLS = 24


def report(project: Project) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline", "report", "--root", project.root],
        env={"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )


def is_whole(project: Project, tables: set[str]) -> bool:
    """Whether what the links lead to, where they lead anywhere, is all there."""
    build, site = project.build.resolve(), project.public.resolve()
    if build.exists():
        assert {path.name for path in build.glob("*.parquet")} == tables
        assert all(len(pd.read_parquet(path).columns) for path in build.glob("*.parquet"))
    if site.exists():
        files = sorted(str(path.relative_to(site)) for path in site.rglob("*") if path.is_file())
        whole = "".join(f"{name}\0{digest((site / name).read_bytes())}\n" for name in files)
        assert digest(whole.encode()) == site.name
    return build.exists() and site.exists()


@pytest.mark.skipif(not is_thorough(), reason="takes minutes; part of `make thorough`")
def test_a_report_killed_at_random_leaves_the_old_or_the_new_and_the_next_makes_the_same_bytes(
    built: Project, tmp_path: Path
) -> None:
    shutil.copytree(built.root, tmp_path / "own", symlinks=True)
    project, chance = Project.at(tmp_path / "own"), random.Random(1)
    tables, seconds, n_killed = set(exports(built)), 20.0, 0
    while n_killed < KILLS:
        if is_whole(project, tables):  # there is nothing to do: what is derived is lost, all or a part
            for folder in chance.choice(([project.builds], [project.builds, project.cache], [project.sites])):
                shutil.rmtree(folder)
        began, running = time.monotonic(), report(project)
        try:
            assert running.wait(timeout=chance.uniform(1, seconds)) == 0
            seconds = max(2.0, time.monotonic() - began)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.wait()
            n_killed += 1
        is_whole(project, tables)

    assert report(project).wait() == 0
    assert exports(project) == exports(built)
    assert pages(project) == pages(built)


def test_a_release_that_was_killed_counts_for_nothing_and_is_cleared_away_by_the_next(
    built: Project, tmp_path: Path
) -> None:
    shutil.copytree(built.root, tmp_path / "own", symlinks=True)
    project = Project.at(tmp_path / "own")
    released = editions.freeze(project, "first", "2025-06-02T08:00+02:00", {}, {})
    left = project.editions / ".second"
    shutil.copytree(project.editions / "first", left)  # all that it is made of, but the name

    assert editions.released(project) == [released]
    second = editions.freeze(project, "second", "2025-06-03T08:00+02:00", {}, {})

    assert editions.released(project) == [released, second]
    assert not left.exists()
    assert editions.altered(project) == []
