"""The analysts' report and the release of an edition, started here and run by the command line itself.

What a release asks to be acknowledged is what it says itself when it refuses: each name and count becomes a box.
"""

import asyncio
import mimetypes
import re
from dataclasses import replace
from typing import Any

from starlette.responses import FileResponse, Response

from pipeline.collect.records.jobs import Job, jobs
from pipeline.collect.records.years import REVIEW
from pipeline.editions import NAME, released
from pipeline.errors import PublicationRefused
from pipeline.portal.coordinator.decisions import decided_by
from pipeline.portal.job_runner import JobUnderWay, is_running, log, start
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import RequestContext

KIND, ID = "slag", "navn"
ACKNOWLEDGED = "kjent"  # before what is acknowledged
REPORTS = {"gjennomsyn": ("report", "--review"), "offentlig": ("report",)}
_RELEASE = "release"
_QUOTED, _OPTION = re.compile(r"`([^`]*)`"), re.compile(r"(--[a-z-]+) ([\w=,.:+-]+)")
_INDEX = "index.html"


async def show(context: RequestContext) -> Response:
    """What was last started and how it ended, and what may be started now."""
    return _page(context)


async def report(context: RequestContext) -> Response:
    """Starts the report of the published years, or the one with the year in review."""
    arguments = REPORTS.get(context.body.fields.get(KIND, ""))
    if arguments is None:
        raise Refusal(422, "refused.form")
    return await _started(context, arguments)


async def release(context: RequestContext) -> Response:
    """Starts the release of an edition, when all that it asked for the last time has been acknowledged."""
    fields, id = context.body.fields, context.body.fields.get(ID, "").strip()
    if not NAME.fullmatch(id) or id in {edition.id for edition in released(context.services.project)}:
        return _page(context, "publication.unfit_id", 422)
    options = _demanded(context)
    if any(not fields.get(name) for option in options for name in _boxes(option)):
        return _page(context, "publication.unticked", 422)
    return await _started(context, (_RELEASE, *(word for option in options for word in option), "--", id))


async def reviewed(context: RequestContext) -> Response:
    """A file of the site with the year in review, as the last report made it; for the coordinator alone."""
    folder = replace(context.services.project, is_review=True).public.resolve()
    path = (folder / context.request.path_params["path"]).resolve()
    if path.is_dir():
        path /= _INDEX
    if not path.is_relative_to(folder) or not path.is_file():
        raise Refusal(404, "refused.missing")
    return FileResponse(path, media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream")


async def _started(context: RequestContext, arguments: tuple[str, ...]) -> Response:
    services = context.services
    try:
        await asyncio.get_running_loop().run_in_executor(
            None, start, services.project, arguments, decided_by(context), services.now()
        )
    except JobUnderWay:
        raise Refusal(409, "refused.job") from None
    return context.go("publisering")


def _page(context: RequestContext, fault: str = "", status: int = 200) -> Response:
    services, year = context.services, context.session.year
    n_editions = sum(edition.last_year == year for edition in released(services.project))
    content = {
        "year": year,
        "is_review": services.year_state(year) == REVIEW,
        "is_running": is_running(services.project),
        "jobs": [_shown(context, job) for job in jobs(services.project)[:-6:-1]],
        "has_review": (replace(services.project, is_review=True).public / _INDEX).exists(),
        "boxes": [
            (name, _label(context, name), bool(context.body.fields.get(name)))
            for option in _demanded(context)
            for name in _boxes(option)
        ],
        "id": context.body.fields.get(ID, f"{year}-{n_editions + 1}"),
        "fault": context.words(fault) if fault else "",
    }
    return context.page("publication.html", content, status)


def _shown(context: RequestContext, job: Job) -> dict[str, Any]:
    project = context.services.project
    outcomes = {None: "interrupted", 0: "done", PublicationRefused.exit_code: "refused"}
    is_last = jobs(project)[-1] == job
    running = job.exit_code is None and is_last and is_running(project)
    kind = {arguments: kind for kind, arguments in REPORTS.items()}.get(job.arguments, _RELEASE)
    return {
        "kind": kind,
        "edition": job.arguments[-1] if kind == _RELEASE else "",
        "outcome": "running" if running else outcomes.get(job.exit_code, "failed"),
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "by": job.by,
        "log": log(project, job.id) if is_last else "",
    }


def _demanded(context: RequestContext) -> list[tuple[str, str]]:
    """What the last job, a release that was refused, asked for, beside what it had been given and did not mention."""
    project = context.services.project
    for job in jobs(project)[-1:]:
        if job.arguments[0] == _RELEASE and job.exit_code == PublicationRefused.exit_code:
            text, words = (
                log(project, job.id),
                job.arguments[1:-2],
            )  # without the verb, and «--» and the edition
            demanded = {option for quoted in _QUOTED.findall(text) for option in _OPTION.findall(quoted)}
            given = zip(words[::2], words[1::2], strict=True)
            return sorted(demanded | {option for option in given if option[0] not in text})
    return []


def _boxes(option: tuple[str, str]) -> list[str]:
    """What is ticked for an option: a box for each name of a list, else one with the count."""
    name, text = option
    kind, _, listed = text.rpartition("=")
    return [f"{ACKNOWLEDGED}.{kind or name.strip('-')}.{item}" for item in listed.split(",")]


def _label(context: RequestContext, box: str) -> str:
    _, kind, item = box.split(".", 2)
    centres = context.services.definitions.centres
    name = centres[item].name if item in centres else item
    words = context.words
    return words(f"gate.{kind}", name=name) if f"gate.{kind}" in words else f"{kind}: {name}"
