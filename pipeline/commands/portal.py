"""`samletall portal`: the centres' service; `samletall invite`: the links that open it."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

import typer
import uvicorn

from pipeline.collect.reader import sandbox
from pipeline.collect.records import invitations
from pipeline.commands.terminal import (
    HERE,
    CommandResult,
    Json,
    Lang,
    Root,
    open_project,
    print_result,
    require_year,
    say,
)
from pipeline.definitions import Definitions
from pipeline.errors import PipelineError
from pipeline.portal.app import app, configure_logging
from pipeline.portal.connections import limited_connections
from pipeline.portal.services import PortalServices
from pipeline.project import Project

HOST, PORT = "127.0.0.1", 8400
_MOST_AT_ONCE, _IDLE = 200, 10  # connections; seconds
_READING = 30  # seconds beyond the limit of a request in which what has arrived is read, checked and kept

Address = Annotated[
    str | None,
    typer.Option(help="What stands in the browser of those who use it, as https://levering.example."),
]


def portal(root: Root = HERE, host: str = HOST, port: int = PORT, address: Address = None) -> None:
    """Serve the portal where centres deliver."""
    if able := sandbox.unenforced():
        raise PipelineError(
            "The portal takes files from anybody, and this system cannot keep one from what its reader could be "
            f"made to do: {', '.join(able)}. Serve it on Linux; docs/running.md says how."
        )
    project, definitions = open_project(root)
    address = (address or f"http://{host}:{port}").rstrip("/")
    if urlsplit(address).scheme != "https" and not _is_loopback(urlsplit(address).hostname or ""):
        raise PipelineError(
            f"{address}: the portal must be reached by https. Put a reverse proxy with TLS before it, "
            "and give --address."
        )
    configure_logging()
    say(f"{address}/  (stop with Ctrl+C)")
    uvicorn.run(
        app(PortalServices(project, definitions, address)),
        host=host,
        port=port,
        http=limited_connections(definitions.portal.limits),
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=_MOST_AT_ONCE,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=round(definitions.portal.limits.request_seconds) + _READING,
    )


def invite(
    year: Annotated[int | None, typer.Argument()] = None,
    root: Root = HERE,
    centre: Annotated[str | None, typer.Option(help="One centre; a new link replaces its old one.")] = None,
    coordinator: Annotated[
        bool, typer.Option("--coordinator", help="The link of who runs the collection.")
    ] = False,
    name: Annotated[str, typer.Option(help="Whose, where there are several coordinators.")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Close the link instead.")] = False,
    address: Address = None,
    lang: Lang = "nb",
    as_json: Json = False,
) -> None:
    """Give links to the portal, told only once: to the centres that have none, or anew to one of them."""
    project, definitions = open_project(root)
    year = year or definitions.survey.last_year
    require_year(definitions, year)
    at = datetime.now(UTC)
    start = (address or f"http://{HOST}:{PORT}").rstrip("/")
    for id in _invited(
        project, definitions, year, at, centre, name, coordinator=coordinator, withdraw=withdraw
    ):
        named = definitions.centres[id].name if id else name or "The collection"
        facts: dict[str, object] = {"centre": id or None, "name": named, "year": year}
        if withdraw:
            n_closed = invitations.withdraw(project, id, year, at, name)
            result = CommandResult(facts | {"n_closed": n_closed}, [f"{named}: {n_closed} closed."])
        else:
            until = at + timedelta(days=definitions.portal.invitation_days)
            link = f"{start}/{lang}/#{invitations.invite(project, id, year, at, until, name)}"
            valid = until.date().isoformat()
            result = CommandResult(
                facts | {"link": link, "valid_until": valid}, [f"{named}: {link}  (valid until {valid})"]
            )
        print_result(result, as_json=as_json)


def _invited(
    project: Project,
    definitions: Definitions,
    year: int,
    at: datetime,
    centre: str | None,
    name: str,
    *,
    coordinator: bool,
    withdraw: bool,
) -> list[str]:
    """Those whose links are given or closed: the one named, or the centres that have none."""
    expected = definitions.centres_in(year)
    if name and not coordinator:
        raise PipelineError("A name is given to the link of a coordinator. Use --coordinator.")
    if centre is not None and centre not in expected:
        raise PipelineError(f"«{centre}» is not on the list for {year}.")
    if coordinator or centre:
        return [invitations.COORDINATOR] if coordinator else [centre or ""]
    if withdraw:
        raise PipelineError("Which link? Use --centre or --coordinator.")
    invited = {link.centre for link in invitations.standing(project) if link.year == year and link.until > at}
    return [id for id in expected if id not in invited]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
