"""What a coordinator decides about an answer on behalf of its centre: corrected or explained, and shown to it."""

from starlette.responses import Response

from pipeline import return_checker
from pipeline.collect.records.edits import Edit, decide, refuse_no_answer
from pipeline.collect.records.ledger import versions
from pipeline.errors import PipelineError, StorageFailure
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import RequestContext
from pipeline.portal.services import PortalServices
from pipeline.portal.threads import centre_of, path, thread_page, variable_of
from pipeline.portal.typed_text import fault_of, has_unprintable

SHOWN, CORRECT, RULE, REASON = "viste", "rett", "regel", "grunn"
_BY_NOBODY_NAMED = "coordinator"


def decided_by(context: RequestContext) -> str:
    """The name a decision stands with: the coordinator's own, where the link was given to somebody by name."""
    return context.session.name or _BY_NOBODY_NAMED


async def decide_answer(context: RequestContext) -> Response:
    """Corrects or explains an answer of a centre, by name and with a reason; void when the centre changes it."""
    services, fields = context.services, context.body.fields
    centre, variable, cell = centre_of(context), variable_of(context), context.request.path_params["cell"]
    reason = " ".join(fields.get(REASON, "").split())
    if fault := fault_of(reason) if reason else "empty":
        return await thread_page(context, f"findings.{fault}", 422)
    rule = fields.get(RULE) or None
    corrected = None if rule else " ".join(fields.get(CORRECT, "").split())
    year = context.session.year
    if corrected is not None and _is_unfit(services, year, variable, corrected):
        return await thread_page(context, "thread.unfit_answer", 422)
    if not versions(services.results.receipts(), year, centre):
        raise Refusal(404, "refused.missing")

    def work(_: object) -> str | None:
        answer = return_checker.answer_to_decide(
            services.project, services.definitions, year, centre, cell, rule
        )
        if answer.text != fields.get(SHOWN):
            return None
        edit = Edit(
            centre=centre,
            variable=variable,
            says=answer.text,
            correct=corrected,
            explain=rule,
            reason=reason,
            by=decided_by(context),
            on=services.now().date(),
        )
        decide(services.project, year, edit)
        return answer.text

    try:
        decided = await services.checkers.run(work)
    except StorageFailure:
        raise
    except PipelineError:
        raise Refusal(409, "refused.stale") from None
    if decided is None:
        raise Refusal(409, "refused.stale")
    return context.go(path(context, variable, centre))


def _is_unfit(services: PortalServices, year: int, variable: str, text: str) -> bool:
    """Whether a text cannot stand as the answer."""
    if len(text) > services.limits.answer_length or has_unprintable(text):
        return True
    try:
        refuse_no_answer(services.definitions, year, variable, text)
    except PipelineError:
        return True
    return False
