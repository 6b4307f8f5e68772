"""The open queries of the year, those of one rule together: explained or asked about many at a time.

Each is recorded by itself, as if it had been decided or asked about alone.
"""

from collections import defaultdict
from collections.abc import Sequence

from starlette.responses import Response

from pipeline import return_checker
from pipeline.collect.records.edits import LONGEST_REASON, Edit, decide
from pipeline.collect.records.threads import ASKS, NewMessage, send
from pipeline.model import Finding, Severity
from pipeline.portal.coordinator.decisions import decided_by
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import RequestContext
from pipeline.portal.threads import WHOLE_FORM, path
from pipeline.portal.typed_text import fault_of
from pipeline.process import finding_text

CHOSEN = "velg"  # before the centre and the cell of a finding; says its value when it was shown
TEXT, ACT, EXPLAIN, ASK = "tekst", "gjor", "forklar", "spor"


async def show(context: RequestContext) -> Response:
    """The open queries by rule, the rule with most of them first."""
    return await _page(context)


async def settle(context: RequestContext) -> Response:
    """Explains the chosen queries of a rule, or asks their centres; void when one of them is open no longer."""
    fields, rule = context.body.fields, context.request.path_params["rule"]
    text, act = " ".join(fields.get(TEXT, "").split()), fields.get(ACT)
    if act not in (EXPLAIN, ASK):
        raise Refusal(422, "refused.form")
    shown = {name: value for name, value in fields.items() if name.startswith(f"{CHOSEN}.")}
    if fault := fault_of(text) if text else "empty":
        return await _page(context, rule, f"findings.{fault}", 422)
    if not shown:
        return await _page(context, rule, "like.nothing", 422)
    queries = {_key(finding): finding for finding in (await _by_rule(context)).get(rule, ())}
    if any(name not in queries or queries[name].value != value for name, value in shown.items()):
        raise Refusal(409, "refused.stale")
    chosen = [queries[name] for name in shown]
    record = _explain if act == EXPLAIN else _ask
    await context.services.checkers.run(lambda _: record(context, chosen, text))
    return context.go("funn")


def _explain(context: RequestContext, findings: Sequence[Finding], text: str) -> None:
    services = context.services
    edits = [
        Edit(
            centre=finding.centre,
            variable=finding.variable,
            says=finding.value,
            explain=finding.rule,
            reason=text,
            by=decided_by(context),
            on=services.now().date(),
        )
        for finding in findings
    ]
    decide(services.project, context.session.year, *edits)


def _ask(context: RequestContext, findings: Sequence[Finding], text: str) -> None:
    services, session = context.services, context.session
    at = services.now().isoformat(timespec="seconds")
    questions = [
        NewMessage(finding.centre, session.year, finding.variable, ASKS, text, at, session.name)
        for finding in findings
    ]
    send(services.project, *questions)


async def _page(context: RequestContext, rule: str = "", fault: str = "", status: int = 200) -> Response:
    services, lang, typed = context.services, context.lang, context.body.fields
    definitions = services.definitions
    groups = [
        {
            "rule": name,
            "fault": context.words(fault) if fault and name == rule else "",
            "text": typed.get(TEXT, "") if name == rule else "",
            "rows": [
                {
                    "key": _key(finding),
                    "value": finding.value,
                    "is_chosen": _key(finding) in typed,
                    "centre": definitions.centres[finding.centre].name,
                    "location": finding_text.location(definitions, finding, lang),
                    "sentence": finding_text.sentence(definitions, finding, lang),
                    "thread": path(context, finding.variable, finding.centre),
                }
                for finding in findings
            ],
        }
        for name, findings in (await _by_rule(context)).items()
    ]
    content = {"year": context.session.year, "groups": groups, "longest": LONGEST_REASON}
    return context.page("like_findings.html", content, status)


async def _by_rule(context: RequestContext) -> dict[str, list[Finding]]:
    standings = await context.services.results.of_all(return_checker.status, context.session.year)
    groups: dict[str, list[Finding]] = defaultdict(list)
    for standing in standings.values():
        for finding in standing.findings:
            if finding.severity is Severity.QUERY:
                groups[finding.rule].append(finding)
    return dict(sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])))


def _key(finding: Finding) -> str:
    return f"{CHOSEN}.{finding.centre}.{finding.cell or WHOLE_FORM}"
