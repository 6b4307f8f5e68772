"""`samletall portal`: the centres' service; `samletall invite`: the links that open it."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

import typer
import uvicorn

from pipeline.collect.records import invitations
from pipeline.commands.terminal import HERE, Lang, Root, opened, say
from pipeline.errors import PipelineError
from pipeline.portal.app import app, configure_logging
from pipeline.portal.connections import limited_connections
from pipeline.portal.services import PortalServices

HOST, PORT = "127.0.0.1", 8400
_MOST_AT_ONCE, _IDLE = 200, 10  # connections; seconds
_READING = 30  # seconds beyond the limit of a request in which what has arrived is read, checked and kept

Address = Annotated[
    str | None,
    typer.Option(help="What stands in the browser of those who use it, as https://levering.example."),
]


def portal(root: Root = HERE, host: str = HOST, port: int = PORT, address: Address = None) -> None:
    """Serve the portal where centres deliver."""
    project, definitions = opened(root)
    address = (address or f"http://{host}:{port}").rstrip("/")
    if urlsplit(address).scheme != "https" and not _is_loopback(urlsplit(address).hostname or ""):
        raise PipelineError(
            f"{address}: portalen må nås med https. Sett en omvendt mellomtjener med TLS foran, og oppgi --address."
        )
    configure_logging()
    say(f"{address}/  (stopp med Ctrl+C)")
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
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Close the link instead.")] = False,
    address: Address = None,
    lang: Lang = "nb",
) -> None:
    """Give links to the portal, told only once: to the centres that have none, or anew to one of them."""
    project, definitions = opened(root)
    year = year or definitions.survey.last_year
    at = datetime.now(UTC)
    if centre is not None and centre not in definitions.centres_in(year):
        raise PipelineError(f"«{centre}» står ikke på listen for {year}.")
    if withdraw and centre is None and not coordinator:
        raise PipelineError("Hvilken lenke? Bruk --centre eller --coordinator.")
    if coordinator or centre:
        invited = [invitations.COORDINATOR] if coordinator else [centre or ""]
    else:
        have = {one.centre for one in invitations.standing(project) if one.year == year and one.until > at}
        invited = [one for one in definitions.centres_in(year) if one not in have]
    until = at + timedelta(days=definitions.portal.invitation_days)
    start = (address or f"http://{HOST}:{PORT}").rstrip("/")
    for one in invited:
        name = definitions.centres[one].name if one else "Innsamlingen"
        if withdraw:
            say(f"{name}: {invitations.withdraw(project, one, year, at)} lukket.")
        else:
            code = invitations.invite(project, one, year, at, until)
            say(f"{name}: {start}/{lang}/#{code}  (gjelder til {until.date().isoformat()})")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
