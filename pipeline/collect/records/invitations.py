"""Links to the portal: given for a centre and a year, or to who runs the collection; only their hashes are kept."""

import re
import secrets
from base64 import b32encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from pipeline.collect.records import files
from pipeline.collect.records.record import Record
from pipeline.project import Project

COORDINATOR = ""  # in place of a centre
GIVEN, WITHDRAWN, OPENED = "given", "withdrawn", "opened"
_RANDOM = 16  # bytes: 128 bits
_ID = re.compile(rb'"id": ?"([0-9a-f]{8})"')
_MIGRATIONS = (dict[str, Any],)  # schema 2 may say that a link was opened; 1 says nothing of it


@dataclass(frozen=True)
class Invitation:
    """A link that has been given and not withdrawn. `centre` is blank for a coordinator's own, `name` says whose."""

    id: str
    centre: str
    year: int
    salt: str
    hash: str
    given_at: datetime
    until: datetime
    name: str = ""
    is_opened: bool = False


@dataclass(frozen=True)
class InvitationEvent:
    """One line of raw/invitations.jsonl: a link given; or withdrawn, or first opened (then `id` and `at` alone)."""

    sequence: int
    event: str
    id: str
    at: str
    previous: str
    line: str
    centre: str = ""
    year: int = 0
    salt: str = ""
    hash: str = ""
    until: str = ""
    name: str = ""


def invitation_record(project: Project) -> Record[InvitationEvent]:
    """raw/invitations.jsonl. Grain: one link given, first opened, or withdrawn."""
    return Record(project.invitations, InvitationEvent, _MIGRATIONS)


def invite(project: Project, centre: str, year: int, at: datetime, until: datetime, name: str = "") -> str:
    """A new code for the centre and year, told only here; an earlier one no longer opens anything.

    Coordinators have a link each, by `name`.
    """
    code = b32encode(secrets.token_bytes(_RANDOM)).decode().rstrip("=").lower()
    salt = secrets.token_hex(_RANDOM)
    with files.locked(project.raw):
        _withdraw(project, centre, year, at, name)
        invitation_record(project).append(
            {
                "event": GIVEN,
                "id": secrets.token_hex(4),
                "centre": centre,
                "year": year,
                "salt": salt,
                "hash": _hash(salt, code),
                "at": at.isoformat(timespec="seconds"),
                "until": until.isoformat(timespec="seconds"),
                **({"name": name} if name else {}),
            }
        )
    return code


def withdraw(project: Project, centre: str, year: int, at: datetime, name: str = "") -> int:
    """Closes what was given to the centre, or the coordinator of that name, for the year; says how many links."""
    with files.locked(project.raw):
        return _withdraw(project, centre, year, at, name)


def standing(project: Project) -> list[Invitation]:
    """Every link that has not been withdrawn, the first given first.

    What a damaged line may have withdrawn is closed: the link it names, or all when it names none.
    """
    invitations: dict[str, Invitation] = {}
    record = invitation_record(project).read()
    given = {event.id: event.sequence for event in record.lines if event.event == GIVEN}
    for event in record.lines:
        if event.event == WITHDRAWN:
            invitations.pop(event.id, None)
        elif event.event == OPENED:
            if event.id in invitations:
                invitations[event.id] = replace(invitations[event.id], is_opened=True)
        else:
            given_at, until = datetime.fromisoformat(event.at), datetime.fromisoformat(event.until)
            invitations[event.id] = Invitation(
                event.id, event.centre, event.year, event.salt, event.hash, given_at, until, event.name
            )
    for number, text in record.lost.items():
        for closed in _closed_by(number, text, given):
            invitations.pop(closed, None)
    return list(invitations.values())


def note_opened(project: Project, invitation: Invitation, at: datetime) -> None:
    """Writes down that a link was opened, the first time it is.

    Raises: StorageFailure.
    """
    with files.locked(project.raw):
        if any(link.id == invitation.id and not link.is_opened for link in standing(project)):
            invitation_record(project).append(
                {"event": OPENED, "id": invitation.id, "at": at.isoformat(timespec="seconds")}
            )


def first_opened(project: Project, year: int) -> dict[str, str]:
    """Centre → when a link of it for the year was first opened; without those that have opened none."""
    centres: dict[str, str] = {}
    moments: dict[str, str] = {}
    for event in invitation_record(project).read().lines:
        if event.event == GIVEN and event.year == year:
            centres[event.id] = event.centre
        elif event.event == OPENED and event.id in centres:
            moments.setdefault(centres[event.id], event.at)
    return moments


def opened_by(invitations: Iterable[Invitation], code: str, now: datetime) -> Invitation | None:
    """The link the code belongs to, while it holds; as much work for a wrong code as for a right one."""
    plain = "".join(code.split()).replace("-", "").lower()
    opened = None
    for invitation in invitations:
        if compare_digest(_hash(invitation.salt, plain), invitation.hash) and now < invitation.until:
            opened = invitation
    return opened


def _withdraw(project: Project, centre: str, year: int, at: datetime, name: str) -> int:
    closing = [
        invitation
        for invitation in standing(project)
        if (invitation.centre, invitation.year, invitation.name) == (centre, year, name)
    ]
    for invitation in closing:
        invitation_record(project).append(
            {"event": WITHDRAWN, "id": invitation.id, "at": at.isoformat(timespec="seconds")}
        )
    return len(closing)


def _closed_by(number: int, text: bytes, given: Mapping[str, int]) -> set[str]:
    """The links a damaged line may have withdrawn. `given`: link → the number of the line that gave it."""
    if any(f'"{event}"'.encode() in text for event in (GIVEN, OPENED)):
        return set()
    named = {link.decode() for link in _ID.findall(text)} & given.keys()
    return named or {link for link, given_by in given.items() if given_by < number}


def _hash(salt: str, code: str) -> str:
    return sha256(f"{salt}{code}".encode()).hexdigest()
