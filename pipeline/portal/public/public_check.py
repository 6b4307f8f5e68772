"""What anyone may have checked, without a link: a file before it is sent, and a receipt afterwards."""

from pathlib import Path

from starlette.responses import Response

from pipeline.collect.records.keys import public_keys
from pipeline.errors import UnreadableFile
from pipeline.portal import findings_view
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import RequestContext
from pipeline.process import finding_text

_VERIFIER = Path(__file__).with_name("verify_receipt.py")
_NO_KEYS = "KEYS: tuple[str, ...] = ()"
_NOTHING_CHECKED = {"refusal": "", "about": "", "n_open": 0, "cards": None}


async def form(context: RequestContext) -> Response:
    """Where a file is chosen."""
    return context.page("public_check.html", _NOTHING_CHECKED)


async def check(context: RequestContext) -> Response:
    """The findings of a file; nothing of it is kept."""
    services = context.services
    if not services.rate_limiter.allows("checks", context.client_address, services.limits.tries_a_minute):
        raise Refusal(429, "refused.often")
    if context.body.file is None or not context.body.file[1]:
        raise Refusal(422, "refused.no_file")
    name, content = context.body.file
    try:
        parcel = await services.checkers.run(lambda checker: checker.read(content, name))
        findings = await services.checkers.run(lambda checker: checker.findings_without_history(parcel.sent))
    except UnreadableFile as error:
        refusal = finding_text.refusal(services.definitions, error, context.lang)
        return context.page("public_check.html", {**_NOTHING_CHECKED, "refusal": refusal}, 422)
    plan = services.layout(services.definitions.form(parcel.sent.year))
    page = {
        "refusal": "",
        "about": f"{services.definitions.centres[parcel.sent.centre].name}, {parcel.sent.year}",
        "n_open": finding_text.n_open(findings),
        "cards": findings_view.cards(services.definitions, plan, findings, context.lang),
    }
    return context.page("public_check.html", page)


async def verifier(context: RequestContext) -> Response:
    """The script that verifies a receipt anywhere, without us, with the public keys of the service written in."""
    keys = tuple(public_keys(context.services.project))
    script = _VERIFIER.read_text("utf-8").replace(_NO_KEYS, f"KEYS: tuple[str, ...] = {keys!r}")
    return context.download("verify_receipt.py", script.encode(), "text/x-python")
