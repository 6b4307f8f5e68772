"""One request: who asks, in which language, what was sent; and the answers it may be given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.collect.form.writer import prefilled
from pipeline.collect.records.drafts import Draft
from pipeline.collect.records.ledger import versions
from pipeline.collect.records.signatures import values
from pipeline.collect.source import received_return
from pipeline.definitions.schema_models import Form
from pipeline.errors import DamagedRecord
from pipeline.model import Receipt
from pipeline.portal.auth.sessions import Session
from pipeline.portal.page_renderer import PageRenderer
from pipeline.portal.request_body import RequestBody
from pipeline.portal.services import PortalServices
from pipeline.text import Phrases

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class RequestContext:
    """What an address works with."""

    services: PortalServices
    renderer: PageRenderer
    request: Request
    lang: str
    body: RequestBody = field(default_factory=RequestBody)
    signed_in: Session | None = None

    @property
    def session(self) -> Session:
        """Who asks, where the address is not for anyone."""
        if self.signed_in is None:
            raise LookupError("an endpoint for anyone asks for a session")
        return self.signed_in

    @property
    def words(self) -> Phrases:
        """The words of the portal in the language of the page."""
        return self.services.words[self.lang]

    @property
    def form(self) -> Form:
        """The form of the year the link is for."""
        return self.services.definitions.form(self.session.year)

    @property
    def receipts(self) -> list[Receipt]:
        """What was received of the centre for its year, the first version first."""
        return versions(self.services.results.receipts(), self.session.year, self.session.centre)

    @property
    def saved_draft(self) -> Draft | None:
        """What was last saved of the centre's form; without answers when it was thrown away."""
        return self.services.drafts.find(self.session.year, self.session.centre)

    @property
    def draft(self) -> Draft | None:
        """What the centre is filling in."""
        saved = self.saved_draft
        return saved if saved and saved.answers else None

    @property
    def cookie_name(self) -> str:
        """What the cookie is called; a browser takes the first name over TLS alone."""
        return "__Host-samletall" if self.services.is_secure else "samletall"

    @property
    def client_address(self) -> str:
        """Where the request comes from, as far as is known."""
        return self.request.client.host if self.request.client else ""

    def beginning(self) -> Draft:
        """The draft, or what one begins with: what was last received, else an empty form."""
        saved = self.saved_draft
        if saved and saved.answers:
            return saved
        services, session = self.services, self.session
        if received := self.receipts:
            answers = values(received_return(services.project, services.definitions, received[-1]))
        else:
            answers = prefilled(services.definitions, self.form, session.centre)
        return Draft(
            session.centre, session.year, self.lang, number=saved.number if saved else 0, answers=answers
        )

    def page(self, template: str, content: Mapping[str, Any], status: int = 200) -> Response:
        """A page of the portal; of a centre, with what the page begins or undoes."""
        if self.signed_in and self.signed_in.centre:
            content = {**self._of_draft(), **content}
        return self.renderer.page(
            self.services, self.request, self.lang, self.signed_in, template, content, status
        )

    def _of_draft(self) -> dict[str, Any]:
        try:
            saved = self.saved_draft
        except DamagedRecord:
            return {"is_damaged": True}
        return {
            "draft": self.draft,
            "number_shown": saved.number if saved else 0,
            "can_undo": bool(saved and saved.before),
        }

    def go(self, path: str) -> Response:
        """On to another address, in the same language."""
        return RedirectResponse(f"/{self.lang}/{path}", status_code=303)

    def download(self, name: str, content: bytes, kind: str) -> Response:
        """A file to be saved, never shown by the browser."""
        return Response(
            content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )
