"""Filling in the form here: boxes with last year beside them, kept as a draft, as often as somebody likes."""

from starlette.responses import JSONResponse, Response

from pipeline.collect.records.drafts import Draft, Overtaken
from pipeline.portal.centre import form_view
from pipeline.portal.centre.previous_year import last_year
from pipeline.portal.limits import limit_changes
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import RequestContext

NUMBER, THEN, NOTHING = "nummer", "videre", "ingen"
_QUIETLY = "x-autosave"


async def form(context: RequestContext) -> Response:
    """The form, with what is said of each answer when it has been checked before."""
    return await _shown(context, context.beginning())


async def save(context: RequestContext) -> Response:
    """Keeps what was filled in; then on to the check, or back to the form."""
    fields, quietly = context.body.fields, _QUIETLY in context.request.headers
    limit_changes(context)
    draft = context.beginning()
    answers, faults = _taken(context, draft)
    if fields.get(NUMBER) != str(draft.number):
        return _overtaken(quietly=quietly)
    try:
        draft = context.services.drafts.fill(draft, answers, context.services.now())
    except Overtaken:
        return _overtaken(quietly=quietly)
    if quietly:
        return JSONResponse({"number": draft.number, "refused": list(faults)})
    if faults:
        return await _shown(context, draft, faults, status=422)
    return context.go("kontroll" if fields.get(THEN) else "skjema#lagret")


async def nothing(context: RequestContext) -> Response:
    """A return without activity: one tick, then on to signing."""
    limit_changes(context)
    draft = context.beginning()
    none_of_it = dict.fromkeys(draft.answers, "")
    try:
        context.services.drafts.fill(
            draft, form_view.ticked(none_of_it, nothing=True), context.services.now()
        )
    except Overtaken:
        return _overtaken(quietly=False)
    return context.go("kontroll")


async def discard(context: RequestContext) -> Response:
    """Throws the draft away."""
    context.services.drafts.discard(context.session.year, context.session.centre)
    return context.go("senter")


def _taken(context: RequestContext, draft: Draft) -> tuple[dict[str, str], dict[str, str]]:
    """The answers that may be kept, and cell → word for those that may not."""
    fields, services = context.body.fields, context.services
    answers, faults = form_view.taken(
        services.layout(context.form), fields, draft.answers, services.limits.answer_length
    )
    words = {cell: f"form.{fault}" for cell, fault in faults.items()}
    return form_view.ticked(answers, nothing=bool(fields.get(NOTHING))), words


async def _shown(
    context: RequestContext, draft: Draft, faults: dict[str, str] | None = None, status: int = 200
) -> Response:
    services, session = context.services, context.session
    checked = None
    if draft.number:
        content = services.drafts.content(draft)
        checked = await services.checkers.run(
            lambda checker: services.results.checked(checker, session, content)
        )
    view = form_view.FormView(
        services.definitions,
        context.form,
        services.layout(context.form),
        context.lang,
        draft.answers,
        last_year(services, session.year, session.centre),
        checked.findings if checked else (),
    )
    content_of_page = {
        "year": session.year,
        "draft": draft,
        "guide": context.words("form.guide"),
        "sections": form_view.sections(view),
        "nothing": services.definitions.survey.no_activity[context.lang],
        "is_ticked": form_view.is_ticked(draft.answers),
        "faults": {cell: context.words(word) for cell, word in (faults or {}).items()},
        "n_open": checked.n_open if checked else None,
    }
    return context.page("form.html", content_of_page, status)


def _overtaken(*, quietly: bool) -> Response:
    if quietly:
        return JSONResponse({"overtaken": True}, status_code=409)
    raise Refusal(409, "refused.overtaken")
