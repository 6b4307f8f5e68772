"""One request: who asks, in which language, what was sent; and the answers it may be given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.collect.instrument import prefilled
from pipeline.collect.load import said
from pipeline.collect.receive import versions
from pipeline.collect.signatures import values
from pipeline.definitions.kinds import Form
from pipeline.model import Receipt
from pipeline.portal.drafts import Draft
from pipeline.portal.guard import Session
from pipeline.portal.intake import Sent
from pipeline.portal.office import Office
from pipeline.portal.press import Press
from pipeline.text import Phrases

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Visit:
    """What an address works with."""

    office: Office
    press: Press
    request: Request
    lang: str
    sent: Sent = field(default_factory=Sent)
    who: Session | None = None

    @property
    def session(self) -> Session:
        """Who asks, where the address is not for anyone."""
        if self.who is None:
            raise LookupError("an address for anyone asks who came in")
        return self.who

    @property
    def words(self) -> Phrases:
        """The words of the portal in the language of the page."""
        return self.office.words[self.lang]

    @property
    def form(self) -> Form:
        """The form of the year the link is for."""
        return self.office.definitions.form(self.session.year)

    @property
    def receipts(self) -> list[Receipt]:
        """What was received of the centre for its year, the first version first."""
        return versions(self.office.receipts(), self.session.year, self.session.centre)

    @property
    def draft(self) -> Draft | None:
        """What the centre is filling in."""
        return self.office.drafts.find(self.session.year, self.session.centre)

    @property
    def cookie(self) -> str:
        """What the cookie is called; a browser takes the first name over TLS alone."""
        return "__Host-samletall" if self.office.is_secure else "samletall"

    @property
    def address(self) -> str:
        """Where the request comes from, as far as is known."""
        return self.request.client.host if self.request.client else ""

    def beginning(self) -> Draft:
        """The draft, or what one begins with: what was last received, else an empty form."""
        if draft := self.draft:
            return draft
        office, session = self.office, self.session
        if received := self.receipts:
            answers = values(said(office.project, office.definitions, received[-1]))
        else:
            answers = prefilled(office.definitions, self.form, session.centre)
        return Draft(session.centre, session.year, self.lang, answers=answers)

    def page(self, template: str, content: Mapping[str, Any], status: int = 200) -> Response:
        """A page of the portal."""
        return self.press.page(self.office, self.request, self.lang, self.who, template, content, status)

    def go(self, path: str) -> Response:
        """On to another address, in the same language."""
        return RedirectResponse(f"/{self.lang}/{path}", status_code=303)

    def download(self, name: str, content: bytes, kind: str) -> Response:
        """A file to be saved, never shown by the browser."""
        return Response(
            content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )
