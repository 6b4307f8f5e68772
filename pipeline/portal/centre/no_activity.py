"""A return without activity: what the centre reported last year stands there, and why there is none now is asked."""

from typing import Any

from starlette.responses import Response

from pipeline.portal.centre import form_view
from pipeline.portal.centre.checking import checked, explain
from pipeline.portal.centre.comparison_view import comparison
from pipeline.portal.centre.form_entry import replace_answers
from pipeline.portal.centre.previous_year import last_year
from pipeline.portal.limits import limit_changes
from pipeline.portal.request_context import RequestContext
from pipeline.portal.typed_text import fault_of

REASON = "grunn"


async def confirm(context: RequestContext) -> Response:
    """What would be given up: last year's numbers, and what is filled in already."""
    return _page(context, "")


async def declare(context: RequestContext) -> Response:
    """One tick, explained where there was activity last year, then on to signing; it can be undone."""
    limit_changes(context)
    draft = context.beginning()
    reason = " ".join(context.body.fields.get(REASON, "").split())
    if _last_year(context):
        if fault := fault_of(reason) if reason else "empty":
            return _page(context, f"findings.{fault}", 422)
    else:
        reason = ""
    blank = form_view.ticked(dict.fromkeys(draft.answers, ""), nothing=True)
    saved = replace_answers(context, draft, blank, draft.answers)
    if reason:
        declared = {
            rule.id
            for rule in context.services.definitions.rules
            if rule.kind == "answers" and rule.observe in ("declared", "given_up")
        }
        for finding in (await checked(context, saved)).findings:
            if finding.rule in declared:
                await explain(context, finding, reason)
    return context.go("kontroll")


def _page(context: RequestContext, fault: str, status: int = 200) -> Response:
    answers = context.beginning().answers
    content = {
        "year": context.session.year,
        "rows": _last_year(context),
        "n_typed": sum(text not in ("", "0") for text in answers.values()),
        "reason": context.body.fields.get(REASON, ""),
        "fault": context.words(fault) if fault else "",
    }
    return context.page("no_activity.html", content, status)


def _last_year(context: RequestContext) -> list[dict[str, Any]]:
    """The totals the centre reported last year that were not 0."""
    services, session = context.services, context.session
    earlier = last_year(services, session.year, session.centre)
    sections = comparison(services.definitions, context.form, session.year, context.lang, {}, earlier)
    return [row for section in sections for row in section["rows"] if row["before"].strip("0,–")]
