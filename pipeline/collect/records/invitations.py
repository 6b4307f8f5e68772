"""Links to the portal: given for a centre and a year, or to who runs the collection; only their hashes are kept."""

import secrets
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

from pipeline.collect.records import chain, files
from pipeline.project import Project

COORDINATOR = ""  # in place of a centre
GIVEN, WITHDRAWN = "given", "withdrawn"
_RANDOM = 16  # bytes: 128 bits


@dataclass(frozen=True)
class Invitation:
    """A link that has been given and not withdrawn. `centre` is blank for the coordinator's own."""

    id: str
    centre: str
    year: int
    salt: str
    hash: str
    given_at: datetime
    until: datetime


def invite(project: Project, centre: str, year: int, at: datetime, until: datetime) -> str:
    """A new code for the centre and year, told only here; an earlier one no longer opens anything."""
    code = b32encode(secrets.token_bytes(_RANDOM)).decode().rstrip("=").lower()
    salt = secrets.token_hex(_RANDOM)
    with files.locked(project.raw):
        _withdraw(project, centre, year, at)
        chain.append(
            project.invitations,
            {
                "event": GIVEN,
                "id": secrets.token_hex(4),
                "centre": centre,
                "year": year,
                "salt": salt,
                "hash": _hash(salt, code),
                "at": at.isoformat(timespec="seconds"),
                "until": until.isoformat(timespec="seconds"),
            },
        )
    return code


def withdraw(project: Project, centre: str, year: int, at: datetime) -> int:
    """Closes what was given to the centre for the year; says how many links that were."""
    with files.locked(project.raw):
        return _withdraw(project, centre, year, at)


def standing(project: Project) -> list[Invitation]:
    """Every link that has not been withdrawn, the first given first.

    Raises: PipelineError naming the line when the record has been changed.
    """
    found: dict[str, Invitation] = {}
    for line in chain.lines(project.invitations):
        if line["event"] == WITHDRAWN:
            found.pop(line["id"], None)
        else:
            given_at, until = datetime.fromisoformat(line["at"]), datetime.fromisoformat(line["until"])
            kept = {key: line[key] for key in ("id", "centre", "year", "salt", "hash")}
            found[line["id"]] = Invitation(**kept, given_at=given_at, until=until)
    return list(found.values())


def opened_by(invitations: Iterable[Invitation], code: str, now: datetime) -> Invitation | None:
    """The link the code belongs to, while it holds; as much work for a wrong code as for a right one."""
    plain = "".join(code.split()).replace("-", "").lower()
    found = None
    for one in invitations:
        if compare_digest(_hash(one.salt, plain), one.hash) and now < one.until:
            found = one
    return found


def _withdraw(project: Project, centre: str, year: int, at: datetime) -> int:
    closing = [one for one in standing(project) if (one.centre, one.year) == (centre, year)]
    for one in closing:
        chain.append(
            project.invitations, {"event": WITHDRAWN, "id": one.id, "at": at.isoformat(timespec="seconds")}
        )
    return len(closing)


def _hash(salt: str, code: str) -> str:
    return sha256(f"{salt}{code}".encode()).hexdigest()
