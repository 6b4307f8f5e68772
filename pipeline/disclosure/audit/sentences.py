"""What the audit says to the analyst: which figures tell too much, and to whom; never what they are or may be."""

from collections.abc import Sequence

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import codes_of
from pipeline.disclosure.audit.audit_block import EVERYBODY, LinkedDisclosure
from pipeline.disclosure.audit.editions import CENTRE, NATION, CellKey
from pipeline.disclosure.audit.run import AuditReport
from pipeline.text import number

REFUSED = (
    "The figures cannot be published: they disclose small counts. What else is to be hidden stands under `withheld` in "
    "schemas/disclosure.yaml."
)
EVERYONE = "every reader"
LANGUAGE = "en"


def refusal(definitions: Definitions, report: AuditReport, names: Sequence[str]) -> str:
    """One line for each figure that tells too much: whom it tells, together with which edition, and the way out.

    `names`: of the editions, the first first.
    """
    whom: dict[CellKey, list[str]] = {}
    for cell, by in report.exposures:
        named = EVERYONE if by == EVERYBODY else _holder(definitions, by)
        whom.setdefault(cell, []).append(named)
    linked = {item.cell: item for item in report.outcome.linked}
    lines = [
        f"{_figure(definitions, cell)}: disclosed to {', '.join(by)}{_way_out(definitions, linked.get(cell), names)}"
        for cell, by in whom.items()
    ]
    return "\n".join([REFUSED, *lines])


def _holder(definitions: Definitions, by: str) -> str:
    """The name of a centre or of a host."""
    return definitions.centres[by].name if by in definitions.centres else by


def _way_out(definitions: Definitions, linked: LinkedDisclosure | None, names: Sequence[str]) -> str:
    if linked is None:
        return ". Way out: hide another figure of the same breakdown."
    partners = "; ".join(_figure(definitions, partner) for partner in linked.partners)
    hide = f"what it hid and is shown now: {partners}" if partners else "another figure of the same breakdown"
    return f" by comparison with the edition '{names[linked.edition - 1]}'. Way out: hide {hide}."


def already_disclosed_lines(report: AuditReport, names: Sequence[str]) -> list[str]:
    """One line for each edition (`names`, the first first) that disclosed what would be too much today."""
    return [
        f"{number(n, LANGUAGE)} figures that are protected today are known already from the edition "
        f"'{names[edition - 1]}'. That cannot be undone: they are not repeated, and the audit takes them as known."
        for edition, n in sorted(report.already_disclosed.items())
    ]


def _figure(definitions: Definitions, cell: CellKey) -> str:
    indicator = definitions.indicators[cell.indicator]
    codes = (
        definitions.codelists[breakdown].codes[code].label[LANGUAGE]
        for breakdown, code in codes_of(cell.category).items()
    )
    return ", ".join([indicator.label[LANGUAGE], str(cell.year), _area(definitions, cell), *codes])


def _area(definitions: Definitions, cell: CellKey) -> str:
    if cell.area_level == CENTRE:
        return definitions.centres[cell.area].name
    if cell.area_level == NATION:
        return definitions.nation.label[LANGUAGE]
    return f"{definitions.counties[cell.area].label[LANGUAGE]} ({cell.area_level})"
