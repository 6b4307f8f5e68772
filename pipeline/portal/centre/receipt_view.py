"""A centre's receipts: as a page, signed as a file, on paper, and the bytes each was given for."""

import json
from pathlib import Path

from starlette.responses import Response

from pipeline import provenance
from pipeline.collect.records.receipts import signed_receipt
from pipeline.collect.records.signatures import Signature, is_lost, of, signature_record, values
from pipeline.collect.source import received_return
from pipeline.model import Receipt
from pipeline.portal.centre import receipt_document
from pipeline.portal.centre.form_view import is_ticked, printed
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import RequestContext
from pipeline.process import finding_text

_BYTES = "application/octet-stream"


async def receipt(context: RequestContext) -> Response:
    """Proof of one version: what was received, its hashes, its place in the ledger."""
    services, given = context.services, _receipt(context)
    signed = signature_record(services.project).read()
    signature = of(signed.lines, given)
    texts = values(received_return(services.project, services.definitions, given))
    content = {
        "year": given.year,
        "receipt": given,
        "signature": signature,
        "is_lost": is_lost(signed, given, services.definitions.centres),
        "role": role(context, signature.role) if signature else "",
        "rows": _answers(context, texts),
        "nothing": is_ticked(texts) and services.definitions.survey.no_activity[context.lang],
        "is_newest": given.version == len(context.receipts),
    }
    return context.page("receipt.html", content)


async def receipt_file(context: RequestContext) -> Response:
    """The receipt as a file that can be verified anywhere, without us."""
    services, given = context.services, _receipt(context)
    _readable_signature(context, given)
    texts = values(received_return(services.project, services.definitions, given))
    content = await services.checkers.run(lambda _: signed_receipt(services.project, given, texts))
    return context.download(
        f"{_name(given)}.json", json.dumps(content, ensure_ascii=False, indent=1).encode(), "application/json"
    )


async def receipt_pdf(context: RequestContext) -> Response:
    """The receipt as a PDF."""
    services, given = context.services, _receipt(context)
    texts = values(received_return(services.project, services.definitions, given))
    signature = _readable_signature(context, given)
    facts, answers = _facts(context, given, signature), _answers(context, texts)

    def drawn() -> bytes:
        content = signed_receipt(services.project, given, texts)
        return receipt_document.pdf(context.words, context.lang, content, facts, answers)

    return context.download(
        f"{_name(given)}.pdf", await services.checkers.run(lambda _: drawn()), "application/pdf"
    )


async def receipted_file(context: RequestContext) -> Response:
    """Exactly the bytes the receipt was given for."""
    given = _receipt(context)
    content = provenance.content(context.services.project, given)
    return context.download(Path(given.file).name, content, _BYTES)


def role(context: RequestContext, name: str) -> str:
    """A role in words; a role nobody has any more is named as it was kept."""
    known = context.services.definitions.portal.roles.get(name)
    return known[context.lang] if known else name


def _readable_signature(context: RequestContext, given: Receipt) -> Signature | None:
    """The signature of a receipt; None while nobody has signed.

    Raises: DamagedRecord when it may stand in a damaged line: no receipt is made out as though nobody had signed.
    """
    signed = signature_record(context.services.project).read()
    if is_lost(signed, given, context.services.definitions.centres):
        raise signed.faults[0]
    return of(signed.lines, given)


def _facts(context: RequestContext, given: Receipt, signature: Signature | None) -> list[tuple[str, str]]:
    words, services = context.words, context.services
    facts = [
        (words("receipt.centre"), services.definitions.centres[given.centre].name),
        (words("receipt.year"), str(given.year)),
        (words("receipt.version"), str(given.version)),
        (words("receipt.at"), given.received_at),
    ]
    if signature:
        facts.append((words("receipt.role"), f"{signature.name}, {role(context, signature.role).lower()}"))
    return facts


def _answers(context: RequestContext, texts: dict[str, str]) -> list[tuple[str, str]]:
    """What was received, in words: each answer's name and what it says."""
    definitions = context.services.definitions
    return [
        (
            finding_text.name(definitions, variable, context.lang),
            printed(texts[variable.id], context.lang, definitions.units[variable.question.unit].type),
        )
        for variable in context.form.variables()
        if variable.id in texts
    ]


def _name(given: Receipt) -> str:
    return f"kvittering_{given.year}_{given.centre}_v{given.version}"


def _receipt(context: RequestContext) -> Receipt:
    """The receipt an address names, of the centre that asks.

    Raises: Refusal when it has no such receipt.
    """
    number = context.request.path_params["version"]
    for given in context.receipts:
        if given.version == number:
            return given
    raise Refusal(404, "refused.missing")
