"""From a file or a filled-in form to everything that must be corrected or explained, and last year beside it."""

from functools import partial

from starlette.responses import Response

from pipeline.collect.airlock import personal
from pipeline.collect.edits import LONGEST_REASON, Edit, decide, unfit
from pipeline.desk import Desk
from pipeline.errors import UnreadableFile
from pipeline.model import Return
from pipeline.portal import shown_comparison, shown_findings, shown_form
from pipeline.portal.drafts import Draft, Overtaken
from pipeline.portal.earlier import last_year
from pipeline.portal.filling import NUMBER, changes_in_pace
from pipeline.portal.guard import Session
from pipeline.portal.intake import Refusal
from pipeline.portal.office import Checked
from pipeline.portal.pace import DAY
from pipeline.portal.visit import Visit
from pipeline.process import review

BY_THE_CENTRE = "senteret"


async def upload(visit: Visit) -> Response:
    """A file becomes the draft, kept as it came; then on to what is to be said of it."""
    uploads_in_pace(visit)
    if visit.sent.file is None or not visit.sent.file[1]:
        raise Refusal(422, "refused.no_file")
    name, content = visit.sent.file
    session, office = visit.session, visit.office
    try:
        known = await office.at_a_desk(lambda here: office.checked(here, session, content, name))
    except UnreadableFile as error:
        said = review.refusal(office.definitions, error, visit.lang)
        return visit.page("refused_file.html", {"year": session.year, "said": said}, 422)
    if problem := foreign(session, known.parcel.one):
        return visit.page("refused_file.html", {"year": session.year, "said": visit.words(problem)}, 422)
    try:
        office.drafts.upload(visit.beginning(), known.parcel, office.now())
    except Overtaken:
        raise Refusal(409, "refused.overtaken") from None
    return visit.go("kontroll")


async def findings(visit: Visit) -> Response:
    """Everything that is to be said of the draft, gravest first, to be corrected or explained here."""
    draft = _drafted(visit)
    return _shown(visit, draft, await checked(visit, draft), {})


async def settle(visit: Visit) -> Response:
    """Takes in corrections and explanations from the page of findings, all of them at once."""
    changes_in_pace(visit)
    draft, fields = _drafted(visit), visit.sent.fields
    if fields.get(NUMBER) != str(draft.number):
        raise Refusal(409, "refused.overtaken")
    before = await checked(visit, draft)
    plan, session, office = visit.office.plan(visit.form), visit.session, visit.office
    faults = {}
    for one, name, reason in shown_findings.explained(plan, before.findings, fields):
        if fault := unfit(reason):
            faults[name] = f"findings.{fault}"
            continue
        if not office.pace.allows("explained", session.centre, office.limits.explanations, DAY):
            raise Refusal(429, "refused.often")
        edit = Edit(
            centre=session.centre,
            variable=one.variable,
            says=one.value,
            explain=one.rule,
            reason=reason,
            by=BY_THE_CENTRE,
            on=office.now().date(),
        )
        await office.at_a_desk(partial(_decided, visit, edit))
    boxes = {
        name.partition(".")[2]: text
        for name, text in fields.items()
        if name.startswith(f"{shown_findings.CORRECT}.")
    }
    boxes = {cell: text for cell, text in boxes.items() if not personal.found(text)}
    answers, _ = shown_form.taken(plan, boxes, draft.answers, office.limits.answer_length)
    if answers != draft.answers:
        try:
            draft = office.drafts.fill(draft, answers, office.now())
        except Overtaken:
            raise Refusal(409, "refused.overtaken") from None
    if faults:
        return _shown(visit, draft, await checked(visit, draft), faults, 422)
    return visit.go("kontroll")


async def compare(visit: Visit) -> Response:
    """This year beside last year, before anything is sent."""
    draft, session, office = _drafted(visit), visit.session, visit.office
    earlier = last_year(office, session.year, session.centre)
    content = {
        "year": session.year,
        "draft": draft,
        "has_earlier": bool(earlier),
        "n_open": (await checked(visit, draft)).n_open,
        "sections": shown_comparison.comparison(
            office.definitions, visit.form, session.year, visit.lang, draft.answers, earlier
        ),
    }
    return visit.page("compare.html", content)


def uploads_in_pace(visit: Visit) -> None:
    """Passes while the centre does not send more than it may.

    Raises: Refusal.
    """
    office, centre = visit.office, visit.session.centre
    office.has_room()
    if not (
        office.pace.allows("uploads", centre, office.limits.uploads_a_minute)
        and office.pace.allows("uploads", centre, office.limits.uploads_a_day, DAY)
    ):
        raise Refusal(429, "refused.often")


async def checked(visit: Visit, draft: Draft) -> Checked:
    """The draft read and judged as the file that would be sent.

    Raises: Refusal when the file is not let in, as one that tells of a person is not.
    """
    content = visit.office.drafts.content(draft)

    def work(here: Desk) -> Checked:
        return visit.office.checked(here, visit.session, content)

    try:
        return await visit.office.at_a_desk(work)
    except UnreadableFile:
        raise Refusal(422, "refused.draft") from None


def foreign(session: Session, one: Return) -> str:
    """What is wrong with a file that is not for the centre and year of the link; nothing when it is."""
    if one.centre != session.centre:
        return "refused.other_centre"
    return "refused.other_year" if one.year != session.year else ""


def _drafted(visit: Visit) -> Draft:
    if (draft := visit.draft) is None:
        raise Refusal(404, "refused.no_draft")
    return draft


def _decided(visit: Visit, edit: Edit, _: Desk) -> None:
    decide(visit.office.project, visit.session.year, edit)


def _shown(visit: Visit, draft: Draft, known: Checked, faults: dict[str, str], status: int = 200) -> Response:
    plan = visit.office.plan(visit.form)
    content = {
        "year": visit.session.year,
        "draft": draft,
        "n_open": known.n_open,
        "cards": shown_findings.cards(visit.office.definitions, plan, known.findings, visit.lang),
        "faults": {name: visit.words(word) for name, word in faults.items()},
        "written": visit.sent.fields,
        "longest": LONGEST_REASON,
    }
    return visit.page("findings.html", content, status)
