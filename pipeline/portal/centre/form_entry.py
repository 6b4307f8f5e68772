"""Filling in the form here, a section a page, saved as a draft as it is typed; what wipes much can be undone."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from pipeline.collect.records.drafts import Draft, Overtaken
from pipeline.definitions.schema_models import Section
from pipeline.errors import DamagedRecord
from pipeline.portal.centre import form_view
from pipeline.portal.centre.previous_year import last_year
from pipeline.portal.limits import limit_changes
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import RequestContext

NUMBER, SECTION, THEN, REST, NOTHING = "nummer", "del", "videre", "resten", "ingen"
_QUIETLY = "x-autosave"


async def tasks(context: RequestContext) -> Response:
    """The sections of the form with what is left in each, and the first box that stands empty."""
    view = _view(context, context.beginning().answers)
    sections = [form_view.progress(view, section) for section in context.form.sections]
    n, n_filled = (sum(section[key] for section in sections) for key in ("n", "n_filled"))
    content = {
        "year": context.session.year,
        "sections": sections,
        "n": n,
        "n_filled": n_filled,
        "per_cent": 100 * n_filled // n,
        "first": next((section for section in sections if section["first_blank"]), None),
        "is_ticked": form_view.is_ticked(view.answers),
    }
    return context.page("tasks.html", content)


async def section(context: RequestContext) -> Response:
    """One section of the form, with the findings of the last check that still hold."""
    return _section_page(
        context, context.beginning(), _section(context, context.request.path_params["section"])
    )


async def save(context: RequestContext) -> Response:
    """Keeps what was filled in; then on to the next section or the check, or back to the same."""
    fields, quietly = context.body.fields, _QUIETLY in context.request.headers
    limit_changes(context)
    draft = context.beginning()
    here = _section(context, fields[SECTION]) if SECTION in fields else None
    plan = context.services.layout(context.form)
    answers, faults = form_view.taken(plan, fields, draft.answers, context.services.limits.answer_length)
    if here is None:
        answers = form_view.ticked(answers, nothing=bool(fields.get(NOTHING)))
    before = None
    if fields.get(REST):
        before = answers
        for shown in [here] if here else context.form.sections:
            answers = form_view.rest_is_zero(shown, answers)
    try:
        draft = _filled(context, draft, answers, before)
    except Overtaken:
        if quietly:
            return JSONResponse({"overtaken": True}, status_code=409)
        raise Refusal(409, "refused.overtaken") from None
    if quietly:
        return JSONResponse({"number": draft.number, "refused": list(faults)})
    if faults:
        shown = here or _section(context, form_view.sections_by_cell(plan, context.form)[min(faults)])
        return _section_page(context, draft, shown, faults, 422)
    return context.go(_next(context, here))


async def discard(context: RequestContext) -> Response:
    """Throws the draft away; it can be had back until something else is begun, unless it was damaged."""
    try:
        draft = context.draft
    except DamagedRecord:
        context.services.drafts.discard(context.session.year, context.session.centre)
        return context.go("senter")
    if draft is None:
        raise Refusal(404, "refused.no_draft")
    replace_answers(context, draft, {}, draft.answers)
    return context.go("senter")


async def undo(context: RequestContext) -> Response:
    """Gives back what stood in the form before much of it was changed at once."""
    limit_changes(context)
    saved = context.saved_draft
    if saved is None or not saved.before:
        raise Refusal(404, "refused.nothing_to_undo")
    replace_answers(context, saved, saved.before, saved.answers)
    return context.go("skjema")


def _filled(
    context: RequestContext, draft: Draft, answers: dict[str, str], before: dict[str, str] | None = None
) -> Draft:
    """The draft saved with these answers.

    Raises: Overtaken when it is not the one the page was made from.
    """
    if context.body.fields.get(NUMBER) != str(draft.number):
        raise Overtaken
    return context.services.drafts.fill(draft, answers, context.services.now(), before)


def replace_answers(
    context: RequestContext, draft: Draft, answers: dict[str, str], before: dict[str, str]
) -> Draft:
    """The draft saved after much of it was changed at once; `before` is what undoing it gives back.

    Raises: Refusal when the draft is not the one the page was made from.
    """
    try:
        return _filled(context, draft, answers, before)
    except Overtaken:
        raise Refusal(409, "refused.overtaken") from None


def _view(context: RequestContext, answers: Mapping[str, str]) -> form_view.FormView:
    services, session = context.services, context.session
    return form_view.FormView(
        services.definitions,
        context.form,
        services.layout(context.form),
        context.lang,
        answers,
        last_year(services, session.year, session.centre),
        services.results.last_findings(session),
    )


def _section_page(
    context: RequestContext,
    draft: Draft,
    shown: Section,
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    page = form_view.section_page(_view(context, draft.answers), shown)
    sections = context.form.sections
    content = {
        "year": context.session.year,
        "number_shown": draft.number,
        "saved_at": draft.saved_at,
        "section": page,
        "position": sections.index(shown) + 1,
        "n_sections": len(sections),
        "faults": {cell: context.words(f"form.{fault}") for cell, fault in (faults or {}).items()},
    }
    return context.page("section.html", content, status)


def _section(context: RequestContext, id: str) -> Section:
    """The section an address names.

    Raises: Refusal when the form has no such.
    """
    for candidate in context.form.sections:
        if candidate.id == id:
            return candidate
    raise Refusal(404, "refused.missing")


def _next(context: RequestContext, saved: Section | None) -> str:
    """Where saving leads: the check after the whole form, else the next section, or the same again."""
    then = context.body.fields.get(THEN)
    if saved is None:
        return "kontroll" if then else "skjema"
    if not then:
        return f"skjema/{saved.id}"
    following = context.form.sections[context.form.sections.index(saved) + 1 :]
    return f"skjema/{following[0].id}" if following else "skjema"
