"""The links of the centres: who has one and has opened it, a new one, closing one, and invitations to those without."""

from datetime import datetime, timedelta

from starlette.responses import Response

from pipeline.collect.records import invitations
from pipeline.collect.records.addresses import LONGEST, addresses, is_address, set_address
from pipeline.collect.records.letters import INVITATION
from pipeline.portal.coordinator.letters import Letter, Posting, by_mail, in_turn, mail_merge_file, outcome
from pipeline.portal.request_context import RequestContext
from pipeline.portal.services import LANGUAGES
from pipeline.portal.threads import centre_of
from pipeline.text import day

ADDRESS = "adresse"


async def links(context: RequestContext) -> Response:
    """Each centre expected, and whether a link opens the portal for it."""
    return await _page(context)


async def renew(context: RequestContext) -> Response:
    """A new link for a centre, shown this once; the one it had opens nothing any more."""
    centre = centre_of(context)
    return await _page(context, renewed=centre, code=_invite(context, centre))


async def close(context: RequestContext) -> Response:
    """Closes the link of a centre, and the sessions it opened."""
    _withdraw(context, centre_of(context))
    return context.go("lenker")


async def set_mail_address(context: RequestContext) -> Response:
    """Gives a centre the address its letters go to; blank takes it away."""
    centre, address = centre_of(context), context.body.fields.get(ADDRESS, "").strip()
    if address and not is_address(address):
        return await _page(context, unfit=centre, typed=address, status=422)
    set_address(context.services.project, centre, address)
    return context.go("lenker")


async def mail_merge(context: RequestContext) -> Response:
    """New links for the centres that have none, as a file: a row a centre, with its letter in each language."""

    def work() -> Response:
        letters = {centre: _letter(context, centre) for centre in _without_link(context)}
        return mail_merge_file(context, INVITATION, letters)

    return await in_turn(context, work)


async def invite_by_mail(context: RequestContext) -> Response:
    """New links for the centres that have none, sent to their addresses; a link that could not be sent is closed."""
    posting = await by_mail(
        context,
        INVITATION,
        lambda: _without_link(context),
        lambda centre: _letter(context, centre),
        undo=lambda centre: _withdraw(context, centre),
    )
    return await _page(context, posting=posting)


async def _page(
    context: RequestContext,
    *,
    renewed: str = "",
    code: str = "",
    unfit: str = "",
    typed: str = "",
    posting: Posting | None = None,
    status: int = 200,
) -> Response:
    services, year = context.services, context.session.year
    definitions = services.definitions
    standing, known = _standing(context), addresses(services.project)
    rows = [
        {
            "id": centre,
            "name": definitions.centres[centre].name,
            "link": standing.get(centre),
            "address": typed if centre == unfit else known.get(centre, ""),
            "is_unfit": centre == unfit,
        }
        for centre in definitions.centres_in(year)
    ]
    content = {
        "year": year,
        "rows": rows,
        "damage": await services.damage(),
        "n_without": sum(row["link"] is None for row in rows),
        "renewed": definitions.centres[renewed].name if renewed else "",
        "address": _address(context, context.lang, code) if code else "",
        "longest": LONGEST,
        "has_mail": services.mail is not None,
        "outcome": outcome(context, posting),
    }
    return context.page("links.html", content, status)


def _standing(context: RequestContext) -> dict[str, invitations.Invitation]:
    """Centre → the link that opens the portal for it now."""
    services = context.services
    return {
        link.centre: link
        for link in invitations.standing(services.project)
        if link.year == context.session.year and link.until > services.now()
    }


def _without_link(context: RequestContext) -> list[str]:
    standing = _standing(context)
    expected = context.services.definitions.centres_in(context.session.year)
    return [centre for centre in expected if centre not in standing]


def _invite(context: RequestContext, centre: str) -> str:
    services = context.services
    return invitations.invite(services.project, centre, context.session.year, services.now(), _until(context))


def _withdraw(context: RequestContext, centre: str) -> None:
    services = context.services
    invitations.withdraw(services.project, centre, context.session.year, services.now())


def _until(context: RequestContext) -> datetime:
    services = context.services
    return services.now() + timedelta(days=services.definitions.portal.invitation_days)


def _address(context: RequestContext, lang: str, code: str) -> str:
    return f"{context.services.address}/{lang}/#{code}"


def _letter(context: RequestContext, centre: str) -> Letter:
    """The invitation of a centre, with a new link."""
    services, year, code = context.services, context.session.year, _invite(context, centre)
    return {
        lang: (
            services.words[lang]("invitation.subject", year=str(year)),
            services.words[lang](
                "invitation.text",
                centre=services.definitions.centres[centre].name,
                year=str(year),
                deadline=day(services.deadline(year).isoformat(), lang),
                address=_address(context, lang, code),
                until=day(_until(context).date().isoformat(), lang),
            ),
        )
        for lang in LANGUAGES
    }
