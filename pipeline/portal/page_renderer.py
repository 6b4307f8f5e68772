"""The pages of the portal: templates, style sheets and scripts, set up once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from pipeline.portal.auth.sessions import TOKEN, Session
from pipeline.portal.services import LANGUAGES, PortalServices
from pipeline.project import Project
from pipeline.templates import templates
from pipeline.text import day, number

_SHARED = ("style.css", "icon.svg")
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

_OF_NO_CENTRE = {"draft": None, "is_damaged": False, "number_shown": 0, "can_undo": False, "section": None}


@dataclass(frozen=True)
class Asset:
    """A style sheet, script or picture."""

    content: bytes
    kind: str


class PageRenderer:
    """What pages are made with."""

    def __init__(self, project: Project) -> None:
        self._templates = templates(project.templates)
        files = [project.assets / name for name in _SHARED] + sorted((project.assets / "portal").iterdir())
        self.assets: dict[str, Asset] = {}
        self._paths: dict[str, str] = {}
        for file in files:
            content = file.read_bytes()
            name = f"{file.stem}.{hashlib.sha256(content).hexdigest()[:12]}{file.suffix}"
            self.assets[name] = Asset(content, _KINDS[file.suffix])
            self._paths[file.name] = f"/assets/{name}"

    def page(
        self,
        services: PortalServices,
        request: Request,
        lang: str,
        session: Session | None,
        template: str,
        content: Mapping[str, Any],
        status: int,
    ) -> Response:
        """The whole page."""
        definitions = services.definitions
        here = request.url.path.removeprefix(f"/{lang}/")
        html = self._templates.get_template(f"portal/{template}").render(
            words=services.words[lang],
            lang=lang,
            others=[(other, definitions.survey.languages[other]) for other in LANGUAGES if other != lang],
            here=here,
            survey=definitions.survey,
            mark=definitions.survey.demonstration[lang] if definitions.register.demonstration else "",
            session=session,
            centre=definitions.centres[session.centre].name if session and session.centre else "",
            token=session.token if session else "",
            token_name=TOKEN,
            url=lambda to: f"/{lang}/{to}",
            asset=lambda name: self._paths[name],
            number=lambda value: number(value, lang),
            day=lambda date: day(str(date), lang),
            day_of=lambda moment: day(services.local(moment).date().isoformat(), lang),
            hour_of=lambda moment: f"{services.local(moment):%H:%M}",
            **_OF_NO_CENTRE | dict(content),
        )
        return HTMLResponse(html, status_code=status)
