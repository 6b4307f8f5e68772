"""From a file or a filled-in form to everything that must be corrected or explained, and last year beside it."""

from starlette.responses import Response

from pipeline.collect.records.drafts import Draft, Overtaken
from pipeline.collect.records.edits import LONGEST_REASON, Edit, decide
from pipeline.errors import UnreadableFile
from pipeline.model import Finding, Return
from pipeline.portal import findings_view
from pipeline.portal.auth.rate_limit import DAY
from pipeline.portal.auth.sessions import Session
from pipeline.portal.centre import comparison_view, form_view
from pipeline.portal.centre.form_entry import NUMBER
from pipeline.portal.centre.previous_year import last_year
from pipeline.portal.check_results import Checked
from pipeline.portal.limits import limit_changes, limit_uploads
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import RequestContext
from pipeline.portal.typed_text import fault_of
from pipeline.process import finding_text
from pipeline.return_checker import ReturnChecker

BY_CENTRE = "centre"


async def upload(context: RequestContext) -> Response:
    """A file becomes the draft, kept as it came; then on to what is to be said of it."""
    limit_uploads(context)
    draft = context.beginning()
    if context.body.fields.get(NUMBER) != str(draft.number):
        raise Refusal(409, "refused.overtaken")
    if context.body.file is None or not context.body.file[1]:
        raise Refusal(422, "refused.no_file")
    name, content = context.body.file
    session, services = context.session, context.services
    try:
        checked_file = await services.checkers.run(
            lambda checker: services.results.checked(checker, session, content, name)
        )
    except UnreadableFile as error:
        refusal = finding_text.refusal(services.definitions, error, context.lang)
        return context.page("refused_file.html", {"year": session.year, "refusal": refusal}, 422)
    if problem := problem_of_sender(session, checked_file.parcel.sent):
        return context.page(
            "refused_file.html", {"year": session.year, "refusal": context.words(problem)}, 422
        )
    try:
        services.drafts.upload(draft, checked_file.parcel, services.now())
    except Overtaken:
        raise Refusal(409, "refused.overtaken") from None
    return context.go("kontroll")


async def findings(context: RequestContext) -> Response:
    """Everything that is to be said of the draft, gravest first, to be corrected or explained here."""
    draft = _drafted(context)
    return _shown(context, draft, await checked(context, draft), {})


async def settle(context: RequestContext) -> Response:
    """Takes in corrections and explanations from the page of findings, all of them at once."""
    limit_changes(context)
    draft, fields = _drafted(context), context.body.fields
    if fields.get(NUMBER) != str(draft.number):
        raise Refusal(409, "refused.overtaken")
    before = await checked(context, draft)
    plan, session, services = context.services.layout(context.form), context.session, context.services
    faults = {}
    for finding, name, reason in findings_view.explained(plan, before.findings, fields):
        if fault := fault_of(reason):
            faults[name] = f"findings.{fault}"
            continue
        if not services.rate_limiter.allows("explained", session.centre, services.limits.explanations, DAY):
            raise Refusal(429, "refused.often")
        await explain(context, finding, reason)
    boxes = {
        name.partition(".")[2]: text
        for name, text in fields.items()
        if name.startswith(f"{findings_view.CORRECT}.")
    }
    answers, unkept = form_view.taken(plan, boxes, draft.answers, services.limits.answer_length)
    faults |= {f"{findings_view.CORRECT}.{cell}": f"form.{fault}" for cell, fault in unkept.items()}
    if answers != draft.answers:
        try:
            draft = services.drafts.fill(draft, answers, services.now())
        except Overtaken:
            raise Refusal(409, "refused.overtaken") from None
    if faults:
        return _shown(context, draft, await checked(context, draft), faults, 422)
    return context.go("kontroll")


async def compare(context: RequestContext) -> Response:
    """This year beside last year, before anything is sent."""
    draft, session, services = _drafted(context), context.session, context.services
    earlier = last_year(services, session.year, session.centre)
    content = {
        "year": session.year,
        "draft": draft,
        "has_earlier": bool(earlier),
        "n_open": (await checked(context, draft)).n_open,
        "sections": comparison_view.comparison(
            services.definitions, context.form, session.year, context.lang, draft.answers, earlier
        ),
    }
    return context.page("compare.html", content)


async def checked(context: RequestContext, draft: Draft) -> Checked:
    """The draft read and judged as the file that would be sent.

    Raises: Refusal when the file is not let in, as one that tells of a person is not.
    """
    services = context.services

    def work(checker: ReturnChecker) -> Checked:
        return services.results.checked_draft(checker, context.session, services.drafts, draft)

    try:
        return await context.services.checkers.run(work)
    except UnreadableFile:
        raise Refusal(422, "refused.draft") from None


def problem_of_sender(session: Session, received: Return) -> str:
    """What is wrong with a file that is not for the centre and year of the link; nothing when it is."""
    if received.centre != session.centre:
        return "refused.other_centre"
    return "refused.other_year" if received.year != session.year else ""


def _drafted(context: RequestContext) -> Draft:
    if (draft := context.draft) is None:
        raise Refusal(404, "refused.no_draft")
    return draft


async def explain(context: RequestContext, finding: Finding, reason: str) -> None:
    """Keeps why an answer of the centre is right all the same."""
    services, session = context.services, context.session
    edit = Edit(
        centre=session.centre,
        variable=finding.variable,
        says=finding.value,
        explain=finding.rule,
        reason=reason,
        by=BY_CENTRE,
        on=services.now().date(),
    )
    await services.checkers.run(lambda _: decide(services.project, session.year, edit))


def _shown(
    context: RequestContext, draft: Draft, checked_draft: Checked, faults: dict[str, str], status: int = 200
) -> Response:
    definitions, plan = context.services.definitions, context.services.layout(context.form)
    cards = findings_view.cards(definitions, plan, checked_draft.findings, context.lang)
    view = form_view.FormView(definitions, context.form, plan, context.lang, draft.answers)
    content = {
        "year": context.session.year,
        "draft": draft,
        "n_open": checked_draft.n_open,
        "n_blank": len(cards["blank"]),
        "sections": [form_view.progress(view, section) for section in context.form.sections],
        "section_of": form_view.sections_by_cell(plan, context.form),
        "cards": cards,
        "faults": {name: context.words(word) for name, word in faults.items()},
        "written": context.body.fields,
        "longest": LONGEST_REASON,
    }
    return context.page("findings.html", content, status)
