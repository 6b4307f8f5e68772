"""Filling in the form here: boxes with last year beside them, kept as a draft, as often as somebody likes."""

from starlette.responses import JSONResponse, Response

from pipeline.collect.airlock import personal
from pipeline.portal import shown_form
from pipeline.portal.drafts import Draft, Overtaken
from pipeline.portal.earlier import last_year
from pipeline.portal.intake import Refusal
from pipeline.portal.visit import Visit

NUMBER, THEN, NOTHING = "nummer", "videre", "ingen"
_QUIETLY = "x-autosave"


async def form(visit: Visit) -> Response:
    """The form, with what is said of each answer when it has been checked before."""
    return await _shown(visit, visit.beginning())


async def save(visit: Visit) -> Response:
    """Keeps what was filled in; then on to the check, or back to the form."""
    fields, quietly = visit.sent.fields, _QUIETLY in visit.request.headers
    changes_in_pace(visit)
    draft = visit.beginning()
    answers, faults = _taken(visit, draft)
    if fields.get(NUMBER) != str(draft.number):
        return _overtaken(quietly=quietly)
    try:
        draft = visit.office.drafts.fill(draft, answers, visit.office.now())
    except Overtaken:
        return _overtaken(quietly=quietly)
    if quietly:
        return JSONResponse({"number": draft.number, "refused": list(faults)})
    if faults:
        return await _shown(visit, draft, faults, status=422)
    return visit.go("kontroll" if fields.get(THEN) else "skjema#lagret")


async def nothing(visit: Visit) -> Response:
    """A return without activity: one tick, then on to signing."""
    changes_in_pace(visit)
    draft = visit.beginning()
    none_of_it = dict.fromkeys(draft.answers, "")
    try:
        visit.office.drafts.fill(draft, shown_form.ticked(none_of_it, nothing=True), visit.office.now())
    except Overtaken:
        return _overtaken(quietly=False)
    return visit.go("kontroll")


async def discard(visit: Visit) -> Response:
    """Throws the draft away."""
    visit.office.drafts.discard(visit.session.year, visit.session.centre)
    return visit.go("senter")


def changes_in_pace(visit: Visit) -> None:
    """Passes while the centre does not change things faster than a person can.

    Raises: Refusal.
    """
    visit.office.has_room()
    if not visit.office.pace.allows("changes", visit.session.centre, visit.office.limits.changes_a_minute):
        raise Refusal(429, "refused.often")


def _taken(visit: Visit, draft: Draft) -> tuple[dict[str, str], dict[str, str]]:
    """The answers that may be kept, and cell → word for those that may not; nothing of a person is written down."""
    plan = visit.office.plan(visit.form)
    fields = visit.sent.fields
    faults = {
        cell: "form.personal"
        for cell in shown_form.variable_at(plan)
        if personal.found(fields.get(cell, "")[: visit.office.limits.answer_length])
    }
    kept = {name: text for name, text in fields.items() if name not in faults}
    answers, long = shown_form.taken(plan, kept, draft.answers, visit.office.limits.answer_length)
    faults |= dict.fromkeys(long, "form.long")
    return shown_form.ticked(answers, nothing=bool(fields.get(NOTHING))), faults


async def _shown(
    visit: Visit, draft: Draft, faults: dict[str, str] | None = None, status: int = 200
) -> Response:
    office, session = visit.office, visit.session
    checked = None
    if draft.number:
        content = office.drafts.content(draft)
        checked = await office.at_a_desk(lambda here: office.checked(here, session, content))
    one = shown_form.Filled(
        office.definitions,
        visit.form,
        office.plan(visit.form),
        visit.lang,
        draft.answers,
        last_year(office, session.year, session.centre),
        checked.findings if checked else (),
    )
    content_of_page = {
        "year": session.year,
        "draft": draft,
        "guide": visit.words("form.guide"),
        "sections": shown_form.sections(one),
        "nothing": office.definitions.survey.no_activity[visit.lang],
        "is_ticked": shown_form.is_ticked(draft.answers),
        "faults": {cell: visit.words(word) for cell, word in (faults or {}).items()},
        "n_open": checked.n_open if checked else None,
    }
    return visit.page("form.html", content_of_page, status)


def _overtaken(*, quietly: bool) -> Response:
    if quietly:
        return JSONResponse({"overtaken": True}, status_code=409)
    raise Refusal(409, "refused.overtaken")
