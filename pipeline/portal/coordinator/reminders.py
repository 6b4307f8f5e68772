"""Reminders to the centres that have not delivered, or have been asked something since: no figures, no codes."""

from starlette.responses import Response

from pipeline import return_checker
from pipeline.collect.records.letters import MAIL, REMINDER, letters
from pipeline.portal.coordinator.letters import Letter, Posting, by_mail, in_turn, mail_merge_file, outcome
from pipeline.portal.request_context import RequestContext
from pipeline.portal.threads import unanswered
from pipeline.text import day

CHOSEN = "senter"  # before the id of a centre


async def reminders(context: RequestContext) -> Response:
    """The text for each centre, to be sent by mail, as a file, or copied."""
    return await _page(context)


async def reminders_file(context: RequestContext) -> Response:
    """The texts as a file for mail merge."""
    letters_by_centre = {
        centre: _letter(context, centre, state) for centre, state in (await _to_remind(context)).items()
    }
    return await in_turn(context, lambda: mail_merge_file(context, REMINDER, letters_by_centre))


async def reminders_by_mail(context: RequestContext) -> Response:
    """Sends the text to those chosen; nobody is reminded by mail twice on a day."""
    states = await _to_remind(context)
    chosen = [centre for centre in states if context.body.fields.get(f"{CHOSEN}.{centre}")]

    def receivers() -> list[str]:
        reminded = _reminded_today(context)
        return [centre for centre in chosen if centre not in reminded]

    posting = await by_mail(
        context, REMINDER, receivers, lambda centre: _letter(context, centre, states[centre])
    )
    return await _page(context, posting)


async def _page(context: RequestContext, posting: Posting | None = None) -> Response:
    services, year = context.services, context.session.year
    definitions, languages = services.definitions, services.definitions.survey.languages
    sent = {letter.centre: letter for letter in letters(services.project, year) if letter.kind == REMINDER}
    today = _reminded_today(context)
    texts = [
        {
            "id": centre,
            "centre": definitions.centres[centre].name,
            "state": state,
            "last": sent[centre].at if centre in sent else "",
            "is_chosen": centre not in today,
            "texts": [
                (languages[lang], text, lang) for lang, (_, text) in _letter(context, centre, state).items()
            ],
        }
        for centre, state in (await _to_remind(context)).items()
    ]
    content = {
        "year": year,
        "texts": texts,
        "has_mail": services.mail is not None,
        "outcome": outcome(context, posting),
    }
    return context.page("reminders.html", content)


def _reminded_today(context: RequestContext) -> set[str]:
    services = context.services
    today = services.local(services.now().isoformat()).date()
    return {
        letter.centre
        for letter in letters(services.project, context.session.year)
        if (letter.kind, letter.means) == (REMINDER, MAIL) and services.local(letter.at).date() == today
    }


async def _to_remind(context: RequestContext) -> dict[str, str]:
    """Centre → its state, of those who have not delivered or have been asked something since."""
    standings = await context.services.results.of_all(return_checker.status, context.session.year)
    states = {
        centre: "asked" if standing.state == "delivered" and unanswered(context, centre) else standing.state
        for centre, standing in standings.items()
    }
    return {centre: state for centre, state in states.items() if state != "delivered"}


def _letter(context: RequestContext, centre: str, state: str) -> Letter:
    services, year = context.services, context.session.year
    kind = "overdue" if state == "missing" and services.is_late(year) else state
    return {
        lang: (
            words("invitation.subject", year=str(year)),
            words(
                f"reminder.{kind}",
                centre=services.definitions.centres[centre].name,
                year=str(year),
                deadline=day(services.deadline(year).isoformat(), lang),
                address=services.address,
            ),
        )
        for lang, words in services.words.items()
    }
