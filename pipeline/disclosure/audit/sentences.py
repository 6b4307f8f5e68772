"""What the audit says to the analyst: which figures tell too much, and to whom; never what they are or may be."""

from collections.abc import Iterable, Sequence

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import codes_of
from pipeline.disclosure.audit.audit_block import EVERYBODY, Exposure
from pipeline.disclosure.audit.editions import CENTRE, NATION, CellKey
from pipeline.disclosure.audit.run import AuditReport
from pipeline.text import number

EVERYONE = "every reader"
LANGUAGE = "en"


def refusal(definitions: Definitions, exposures: Iterable[Exposure]) -> str:
    """One line for each figure that tells too much, with everybody it tells it to."""
    whom: dict[CellKey, list[str]] = {}
    for cell, by in exposures:
        named = EVERYONE if by == EVERYBODY else definitions.centres[by].name
        whom.setdefault(cell, []).append(named)
    lines = [f"{_figure(definitions, cell)}: disclosed to {', '.join(by)}." for cell, by in whom.items()]
    return "\n".join(["The figures cannot be published. They disclose small counts:", *lines])


def already_disclosed_lines(report: AuditReport, names: Sequence[str]) -> list[str]:
    """One line for each edition (`names`, the first first) that told what would be too much to tell today."""
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
