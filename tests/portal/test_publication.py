"""The report and the release started in the browser: by the command line, in a process of its own, one at a time."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import return_checker
from pipeline.collect.records import years
from pipeline.collect.records.jobs import jobs
from pipeline.portal import job_runner
from pipeline.project import Project
from tests.portal.counter import Counter, Visitor
from tests.portal.test_acting import named_coordinator
from tests.portal.test_stopping import free_port

SECONDS = 120


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, "it was waited for"
        time.sleep(0.05)


def ended(project: Project) -> None:
    until(lambda: not job_runner.is_running(project))


def runner(project: Project) -> int:
    """The process of the job under way."""
    needles = (job_runner.__name__.encode(), str(project.root).encode())
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if all(needle in command for needle in needles):
            return int(path.parent.name)
    raise AssertionError("no job")


def boxes(visitor: Visitor) -> dict[str, str]:
    """Everything that can be ticked on the page, ticked."""
    return dict.fromkeys(visitor.names("checkbox"), "x")


def test_a_job_is_alone_outlives_the_portal_and_is_known_after_a_restart(project: Project) -> None:
    endless = ("preview", "--port", str(free_port()))
    with Counter(project) as counter:
        job_runner.start(project, endless, "Kari Li", counter.now)
        with pytest.raises(job_runner.JobUnderWay):
            job_runner.start(project, endless, "Ola Dal", counter.now)
        coordinator = counter.coordinator()
        coordinator.get("publisering")
        token = coordinator.hidden()
        assert "I gang" in coordinator.text
        for path, fields in (("rapport", {"slag": "offentlig"}), ("utgave", {"navn": "x"})):
            assert coordinator.post(f"publisering/{path}", token | fields).status_code == 409
    with Counter(project) as restarted:
        assert "I gang" in restarted.coordinator().get("publisering").text

        os.killpg(runner(project), signal.SIGKILL)
        ended(project)

        text = restarted.coordinator().get("publisering").text
        assert "Ble avbrutt" in text
        assert "Kari Li" in text
    assert [(job.arguments, job.exit_code) for job in jobs(project)] == [(endless, None)]


def test_a_release_asks_for_what_is_open_by_name_and_takes_nothing_less(project: Project) -> None:
    with Counter(project) as counter:
        for state in (years.CLOSED, years.REVIEW):
            years.move(project, counter.definitions, counter.year, state, "Ola Dal", counter.now.isoformat())
        coordinator = named_coordinator(counter, "Ola Dal")
        coordinator.get("publisering")
        coordinator.post("publisering/utgave", {"navn": "forste"})
        ended(project)
        matters = return_checker.open_matters(project, counter.definitions, counter.year)

        coordinator.get("publisering")

        (job,) = jobs(project)
        assert (job.by, job.exit_code, job.arguments) == ("Ola Dal", 4, ("release", "--", "forste"))
        missing = [counter.definitions.centres[centre].name for centre in matters["missing"].split(",")]
        assert missing
        assert not [name for name in missing if f"Mangler: {name}</label>" not in coordinator.text]
        ticked = boxes(coordinator)
        assert len(ticked) >= len(missing)
        token = coordinator.hidden()
        for left_out in [*ticked][:1] + [*ticked][-1:]:
            fields = {name: value for name, value in ticked.items() if name != left_out}
            assert (
                coordinator.post("publisering/utgave", token | fields | {"navn": "forste"}).status_code == 422
            )
        for unfit in ("", "--root=/", "Utgave 1", "a/b"):
            assert coordinator.post("publisering/utgave", token | ticked | {"navn": unfit}).status_code == 422
        assert len(jobs(project)) == 1


def test_the_reviewed_site_is_read_by_the_coordinator_and_nothing_beside_it(project: Project) -> None:
    site = project.site / "review.builds" / "a"
    (site / "data").mkdir(parents=True)
    (site / "index.html").write_text("<!doctype html><title>Til gjennomsyn</title>", "utf-8")
    (site / "data" / "index.html").write_text("<!doctype html><title>Data</title>", "utf-8")
    (project.site / "review").symlink_to(site)
    with Counter(project) as counter:
        coordinator = counter.coordinator()
        assert "Til gjennomsyn" in coordinator.get("gjennomsyn/index.html").text
        assert "Data" in coordinator.get("gjennomsyn/data/").text
        assert coordinator.page.headers["cache-control"] == "no-store"
        for path in (
            *(
                "../portal.yaml",
                "%2e%2e/%2e%2e/%2e%2e/schemas/portal.yaml",
                "data/../../../../raw/ledger.jsonl",
            ),
            *(str(project.ledger), f"/{project.ledger}", "borte.html"),
        ):
            answer = coordinator.client.get(f"/nb/gjennomsyn/{path}")
            assert answer.status_code == 404, path
        centre = counter.definitions.centres_in(counter.year)[0]
        assert counter.centre(centre).get("gjennomsyn/index.html").status_code == 403
