"""Who may do what: sessions opened by a link, the token in every form, and where a form was sent from."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from starlette.requests import Request

from pipeline import provenance
from pipeline.collect.records import invitations
from pipeline.collect.records.invitations import Invitation
from pipeline.definitions.portal import Portal
from pipeline.project import Project

ANYONE, CENTRE, COORDINATOR = "anyone", "centre", "coordinator"
TOKEN = "merke"  # noqa: S105 (the name of the field, not what stands in it)
_RANDOM = 32  # bytes
_OWN_SITES = ("same-origin", "none")
_MOST_SESSIONS = 1_000


@dataclass
class Session:
    """Somebody who came in by a link: for which centre and year, and the token their forms carry."""

    invitation: str
    centre: str
    year: int
    token: str
    began: datetime
    used: datetime
    name: str = ""  # of a coordinator

    @property
    def role(self) -> str:
        """A centre, or the coordinator."""
        return COORDINATOR if self.centre == invitations.COORDINATOR else CENTRE


class Sessions:
    """Everybody who has come in; kept in memory alone, so that a new start of the service asks for the link again."""

    def __init__(self, project: Project, portal: Portal, now: Callable[[], datetime]) -> None:
        self._project, self._portal, self._now = project, portal, now
        self._open: dict[str, Session] = {}
        self._invitations_read: tuple[str, list[Invitation]] = ("", [])

    def enter(self, code: str) -> tuple[str, Invitation] | None:
        """What the cookie of a new session says, and the link it was opened by; None when the code opens nothing."""
        now = self._now()
        invitation = invitations.opened_by(self._invitations(), code, now)
        if invitation is None:
            return None
        self._forget(now)
        cookie, token = secrets.token_urlsafe(_RANDOM), secrets.token_urlsafe(_RANDOM)
        session = Session(invitation.id, invitation.centre, invitation.year, token, now, now, invitation.name)
        self._open[_key(cookie)] = session
        return cookie, invitation

    def find(self, cookie: str) -> Session | None:
        """The session a cookie belongs to, while it and its link hold."""
        session = self._open.get(_key(cookie))
        now = self._now()
        if session is None or self._is_over(session, now):
            return None
        session.used = now
        return session

    def leave(self, cookie: str) -> None:
        """Ends a session."""
        self._open.pop(_key(cookie), None)

    def _is_over(self, session: Session, now: datetime) -> bool:
        until = {invitation.id: invitation.until for invitation in self._invitations()}
        return (
            now - session.used > timedelta(minutes=self._portal.idle_minutes)
            or now - session.began > timedelta(hours=self._portal.session_hours)
            or now >= until.get(session.invitation, now)
        )

    def _forget(self, now: datetime) -> None:
        self._open = {key: session for key, session in self._open.items() if not self._is_over(session, now)}
        while len(self._open) >= _MOST_SESSIONS:
            self._open.pop(next(iter(self._open)))

    def _invitations(self) -> list[Invitation]:
        """The links that hold, read again when the record has grown."""
        key = provenance.files(self._project.root, [self._project.invitations])
        if self._invitations_read[0] != key:
            self._invitations_read = (key, invitations.standing(self._project))
        return self._invitations_read[1]


def is_same_origin(request: Request, address: str) -> bool:
    """Whether a form was sent from a page of ours, as far as the browser says where from."""
    origin = request.headers.get("origin", address)
    site = request.headers.get("sec-fetch-site", "same-origin")
    return origin == address and site in _OWN_SITES


def has_token(session: Session, token: str) -> bool:
    """Whether a form was made for this session."""
    return compare_digest(session.token.encode(), token.encode())


def _key(cookie: str) -> str:
    return sha256(cookie.encode()).hexdigest()
