"""The links of the centres: who has one, a new one, closing one, and all that lack one as a file for mail merge."""

from datetime import datetime, timedelta

from starlette.responses import Response

from pipeline.collect.records import invitations
from pipeline.portal.coordinator.mail_merge import Letter, mail_merge_file
from pipeline.portal.request_context import RequestContext
from pipeline.portal.services import LANGUAGES
from pipeline.portal.threads import centre_of
from pipeline.text import day


async def links(context: RequestContext) -> Response:
    """Each centre expected, and whether a link opens the portal for it."""
    return await _page(context)


async def renew(context: RequestContext) -> Response:
    """A new link for a centre, shown this once; the one it had opens nothing any more."""
    centre = centre_of(context)
    return await _page(context, centre, _address(context, context.lang, _invite(context, centre)))


async def close(context: RequestContext) -> Response:
    """Closes the link of a centre, and the sessions it opened."""
    services = context.services
    invitations.withdraw(services.project, centre_of(context), context.session.year, services.now())
    return context.go("lenker")


async def mail_merge(context: RequestContext) -> Response:
    """New links for the centres that have none, as a file: a row a centre, with its letter in each language."""
    services, year = context.services, context.session.year
    standing = _standing(context)
    letters = []
    for centre in services.definitions.centres_in(year):
        if centre not in standing:
            code = _invite(context, centre)
            by_language = {lang: _letter(context, centre, lang, code) for lang in LANGUAGES}
            letters.append((services.definitions.centres[centre].name, by_language))
    return mail_merge_file(context, f"invitations_{year}.csv", letters)


async def _page(context: RequestContext, renewed: str = "", address: str = "") -> Response:
    services, year = context.services, context.session.year
    standing = _standing(context)
    rows = [
        {"id": centre, "name": services.definitions.centres[centre].name, "link": standing.get(centre)}
        for centre in services.definitions.centres_in(year)
    ]
    content = {
        "year": year,
        "rows": rows,
        "damage": await services.damage(),
        "n_without": sum(row["link"] is None for row in rows),
        "renewed": services.definitions.centres[renewed].name if renewed else "",
        "address": address,
    }
    return context.page("links.html", content)


def _standing(context: RequestContext) -> dict[str, invitations.Invitation]:
    """Centre → the link that opens the portal for it now."""
    services = context.services
    return {
        link.centre: link
        for link in invitations.standing(services.project)
        if link.year == context.session.year and link.until > services.now()
    }


def _invite(context: RequestContext, centre: str) -> str:
    services = context.services
    return invitations.invite(services.project, centre, context.session.year, services.now(), _until(context))


def _until(context: RequestContext) -> datetime:
    services = context.services
    return services.now() + timedelta(days=services.definitions.portal.invitation_days)


def _address(context: RequestContext, lang: str, code: str) -> str:
    return f"{context.services.address}/{lang}/#{code}"


def _letter(context: RequestContext, centre: str, lang: str, code: str) -> Letter:
    """The subject and the text of an invitation."""
    services, year = context.services, context.session.year
    words = services.words[lang]
    text = words(
        "invitation.text",
        centre=services.definitions.centres[centre].name,
        year=str(year),
        deadline=day(services.deadline(year).isoformat(), lang),
        address=_address(context, lang, code),
        until=day(_until(context).date().isoformat(), lang),
    )
    return words("invitation.subject", year=str(year)), text
