"""`make bench [GROWTH=10]`: what everything costs, measured in one run and held against the budgets of the design.

Seconds are of the processor, of the command and every process it started, since the clock of a busy machine says
little; memory is the most any one of them held. Nothing here is a test: a slow machine is not wrong.
"""

import ctypes
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count, takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import openpyxl
import yaml

from pipeline import flow
from pipeline.collect.form.layout import layout
from pipeline.collect.records.ledger import ledger
from pipeline.definitions import load
from pipeline.model import Receipt
from pipeline.project import Project
from tests.page_weights import table
from tests.project import a_copy, silent

ADOPTS = 36  # <linux/prctl.h>: processes left behind become ours to wait for
WARM = """
import sys, time
from pathlib import Path
from pipeline.definitions import load
from pipeline.return_checker import ReturnChecker
from pipeline.project import Project
project, content = Project.at(sys.argv[1]), Path(sys.argv[2]).read_bytes()
with ReturnChecker(project, load(project)) as checker:
    checker.check(content)
    started = time.process_time(), time.perf_counter()
    checker.check(content)
    print(time.process_time() - started[0], time.perf_counter() - started[1])
"""


@dataclass(frozen=True)
class Cost:
    """What a command cost: seconds of the processor and of the clock, and memory in MiB."""

    cpu: float
    wall: float
    memory: float


def cost(root: Path, *words: str) -> Cost:
    """What a verb costs when it is used on the project at the root."""
    started = perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "pipeline", *words, "--root", str(root)], stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(child.pid, 0)
    wall = perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"samletall {' '.join(words)}: exit {child.returncode}")
    everybody = [used, *_left_behind()]
    return Cost(
        sum(one.ru_utime + one.ru_stime for one in everybody),
        wall,
        max(one.ru_maxrss for one in everybody) / 1024,
    )


def _left_behind() -> Iterator[resource.struct_rusage]:
    """What the processes used that a command started and did not wait for: they end when it does."""
    while True:
        try:
            yield os.wait4(-1, 0)[2]
        except ChildProcessError:
            return


def warm(root: Path, file: Path) -> Cost:
    """What the second file costs at a desk that is open."""
    said = subprocess.run(
        [sys.executable, "-c", WARM, str(root), str(file)], check=True, capture_output=True, text=True
    )
    cpu, wall = map(float, said.stdout.split())
    return Cost(cpu, wall, memory=0)


def newest(project: Project) -> Receipt:
    last = load(project).survey.last_year
    return next(one for one in ledger(project) if one.year == last and one.file.endswith("xlsx"))


def grown(project: Project, times: int) -> None:
    """Each centre of the register so many times, so that there are as many returns more."""
    path = project.schemas / "centres.yaml"
    register = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (makes only text)
    centres = register["centres"]
    for copy in range(2, times + 1):
        for name, entry in list(centres.items()):
            if not re.search(r"-\d+$", name):
                merged = {"merged_into": f"{entry['merged_into']}-{copy}"} if "merged_into" in entry else {}
                alone = {"national_service": "false"} if "national_service" in entry else {}
                centres[f"{name}-{copy}"] = {**entry, "name": f"{entry['name']} {copy}", **merged, **alone}
    path.write_text(yaml.safe_dump(register, allow_unicode=True, sort_keys=False), "utf-8")


def forget(project: Project, *kinds: str) -> None:
    """Nothing is built any more; of what was kept, these kinds are gone too."""
    shutil.rmtree(project.builds, ignore_errors=True)
    for one in [path for kind in kinds for path in project.cache.glob(f"{kind}-*")]:
        shutil.rmtree(one) if one.is_dir() else one.unlink()


def rows(project: Project) -> Iterator[tuple[str, Cost, str]]:
    """What is measured, its cost, its budget."""
    yield "demonstration returns made and received", cost(project.root, "demo"), "–"
    file = project.raw / newest(project).file
    yield "one return checked, cold, nothing kept", cost(project.root, "check", str(file)), "≤ 2 s"
    everything = cost(project.root, "report")
    yield "report, nothing kept", everything, "–"
    yield "one return checked, cold", cost(project.root, "check", str(file)), "≤ 2 s"
    yield "one return checked, warm", warm(project.root, file), "≤ 0,3 s"
    yield "report, nothing changed", cost(project.root, "report"), "≤ 3 s"
    forget(project, "answers", "site")
    unprotected = cost(project.root, "report")
    yield (
        "whole history read, checked, compared, attacked, published; what protection solved is kept",
        unprotected,
        "≤ 15 s",
    )
    difference = Cost(everything.cpu - unprotected.cpu, everything.wall - unprotected.wall, everything.memory)
    yield "protection of all years alone", difference, "≤ 240 s"
    changed = project.root / "changed.xlsx"
    one_more_person(project, file, changed)
    cost(project.root, "receive", str(changed), "--replace", str(load(project).survey.last_year))
    yield "report after one new return", cost(project.root, "report"), "≤ 10 s"


def newest_year(folder: Path) -> Iterator[tuple[str, Cost, str]]:
    project = a_copy(folder, years=1)
    cost(project.root, "demo")
    everything = cost(project.root, "report")
    forget(project, "answers", "site")
    unprotected = cost(project.root, "report")
    difference = Cost(everything.cpu - unprotected.cpu, everything.wall - unprotected.wall, everything.memory)
    yield "protection of the newest year alone", difference, "≤ 20 s"


def growing(folder: Path, most: int) -> Iterator[tuple[str, Cost, str]]:
    """The newest year with 1, 2, 4 … times the centres: protection (with all of the build) and the attack on it."""
    first: list[Cost] = []
    for times in takewhile(lambda one: one <= most, (2**doubled for doubled in count())):
        project = a_copy(folder / str(times), years=1)
        if times > 1:
            grown(project, times)
        cost(project.root, "demo")
        spent = [cost(project.root, verb) for verb in ("build", "audit")]
        first = first or spent
        facts = flow.attack(project, load(project), flow.Summary(), silent).facts()
        told = f"{facts['n_hidden']} hidden, narrowest {facts['narrowest']}, {facts['n_exposures']} exposures"
        for verb, one, once in zip(("built", f"attacked: {told}"), spent, first, strict=True):
            yield f"newest year, {times} × the centres, {verb}", one, f"≤ {times * once.cpu:.0f} s"


def one_more_person(project: Project, file: Path, copy: Path) -> None:
    """The same return with one person more in the first statistic of persons, and in each of its tables."""
    definitions = load(project)
    fields = layout(definitions, definitions.newest_form).fields
    asked = definitions.newest_form.variables()
    measure = next(one.sources[0] for one in definitions.indicators.values() if one.protect == "persons")
    first = {id(one.table): one.id for one in reversed(asked) if one.measure == measure}
    book = openpyxl.load_workbook(file)
    for variable in first.values():
        cell = book.active[fields[variable].at.name]
        cell.value = (cell.value if isinstance(cell.value, int) else 0) + 1
    book.save(copy)


def main(growth: int) -> None:
    """Prints the table."""
    ctypes.CDLL(None).prctl(ADOPTS, 1)

    def line(what: str, one: Cost, budget: str) -> None:
        print(f"| {what} | {one.cpu:.2f} | {one.wall:.2f} | {one.memory:.0f} | {budget} |", flush=True)  # noqa: T201

    print("| what | CPU s | wall s | peak MiB | budget |\n|---|--:|--:|--:|---|", flush=True)  # noqa: T201
    with TemporaryDirectory() as folder:
        project = a_copy(Path(folder) / "all", years=None)
        if growth > 1:
            grown(project, growth)
        for row in rows(project):
            line(*row)
        for row in chain(newest_year(Path(folder) / "newest"), growing(Path(folder) / "growing", growth)):
            line(*row)
        for text in table(project.public.resolve()):
            print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1)
