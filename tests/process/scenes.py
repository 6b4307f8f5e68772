"""The examples of the catalogue played out: small returns that break or hold a rule, many in one warehouse."""

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from pipeline.collect.source import PUBLISHED, rows
from pipeline.definitions import load
from pipeline.definitions.meta import tables
from pipeline.definitions.rule_models import Example, Rule
from pipeline.definitions.schema_models import NO_ACTIVITY
from pipeline.model import Finding, Receipt, Return, Rows
from pipeline.process import finding_text
from pipeline.project import Project
from pipeline.warehouse import Warehouse
from tests.returns import NOTHING_DECIDED, NOTHING_PUBLISHED, ROOT, a_return

DEFINITIONS = load(Project.at(ROOT))
YEAR = DEFINITIONS.survey.last_year
META = tables(DEFINITIONS)
RULES = {rule.id: rule for rule in DEFINITIONS.rules}
MODELS = ROOT / "warehouse" / "models"
BREAKS, HOLDS = "breaks", "holds"
# Centres that can stand side by side in one warehouse: open for years, none taken over, not the helpline.
STAGE = tuple(
    centre
    for centre in DEFINITIONS.centres_in(YEAR)
    if not DEFINITIONS.centres[centre].national_service and all(
        names == (centre,) for names in list(DEFINITIONS.lineage(YEAR, centre).values())[:6]
    ) and len(DEFINITIONS.lineage(YEAR, centre)) > 6
)  # fmt: skip


@dataclass(frozen=True)
class Played:
    """What came of an example: where it was played, and what was said there."""

    centre: str
    year: int
    findings: tuple[Finding, ...]
    assertions: pd.DataFrame
    nation: tuple[Mapping[str, object], ...] = ()


def scene(example: Example, centre: str) -> list[tuple[Return, int]]:
    """The returns of an example in the order they arrive, each with the day of the next year it was received."""
    year = example.year or YEAR
    sent = [(centre, year, example.answers)]
    if example.replaced is not None:
        sent.insert(0, (centre, year, example.replaced))
    if example.later is not None:
        sent.append((centre, year + 1, example.later))
    if example.earlier is not None:
        sent += [(centre, year - back, example.earlier) for back in range(1 + example.gap, 1 + example.years)]
    for other in DEFINITIONS.centres_in(year) if example.others is not None else ():
        if other != centre:
            sent.append((other, year, example.others or {}))
            if example.others_earlier is not None:
                sent.append((other, year - 1, example.others_earlier))
    return [(_return(*sent_return), example.received or 1) for sent_return in sent]


def play(scenes: Iterable[tuple[Return, int]], published: Rows, *states: str) -> Warehouse:
    """A warehouse built from these returns."""
    sent = list(scenes)
    received = [(returned, str(date(returned.year, 12, 31) + timedelta(days=day))) for returned, day in sent]
    n_sent: Counter[tuple[int, str]] = Counter()
    receipts = []
    for returned, day in received:
        n_sent[returned.year, returned.centre] += 1
        version = n_sent[returned.year, returned.centre]
        receipts.append(
            Receipt(0, day, returned.centre, returned.year, version, "", "", "", True, "", "")  # noqa: FBT003
        )
    warehouse = Warehouse()
    warehouse.write("meta", META)
    warehouse.write(
        "source",
        {
            **rows(receipts, [returned for returned, _ in sent]),
            "published": published,
            "edit": NOTHING_DECIDED,
        },
    )
    warehouse.build(MODELS, "input", *states)
    return warehouse


def played(name: str, which: str) -> Played:
    """What came of the example of a rule that breaks it, or of the one that holds."""
    if (name, which) in _TOGETHER:
        return _together(_TOGETHER[name, which])[name, which]
    return _alone(name, which)


def together(examples: Mapping[object, Example]) -> dict[object, Played]:
    """Examples of one centre each, played side by side in as few warehouses as they need."""
    keys = list(examples)
    outcomes: dict[object, Played] = {}
    for start in range(0, len(keys), len(STAGE)):
        cast = dict(zip(keys[start : start + len(STAGE)], STAGE, strict=False))
        scenes = [item for key, centre in cast.items() for item in scene(examples[key], centre)]
        with play(scenes, NOTHING_PUBLISHED) as warehouse:
            reported = finding_text.findings(warehouse.rows("input.finding"))
            seen = warehouse.table("input.assertion")
        for key, centre in cast.items():
            outcomes[key] = Played(
                centre,
                YEAR,
                tuple(item for item in reported if (item.centre, item.year) == (centre, YEAR)),
                seen[(seen["centre"] == centre) & (seen["year"] == YEAR)],
            )
    return outcomes


def published(variable: str, value: float | None) -> Rows:
    """One published national figure, or none."""
    if value is None:
        return NOTHING_PUBLISHED
    row = (2, YEAR, variable, "total", "", "", value, "exact", "yes", "", "a report", "a place")
    return Rows(PUBLISHED, [row])


def _return(centre: str, year: int, answers: Mapping[str, str]) -> Return:
    known = {NO_ACTIVITY, *(variable.id for variable in DEFINITIONS.form(year).variables())}
    return a_return(DEFINITIONS, centre, year, {key: text for key, text in answers.items() if key in known})


def _has_a_stage_of_its_own(rule: Rule, example: Example) -> bool:
    return rule.kind == "nation" or any(
        setting is not None for setting in (example.others, example.published, example.merged, example.year)
    )


_SMALL = [
    (rule.id, which)
    for rule in DEFINITIONS.rules
    for which in (BREAKS, HOLDS)
    if not _has_a_stage_of_its_own(rule, getattr(rule, which))
]
_TOGETHER = {key: number // len(STAGE) for number, key in enumerate(_SMALL)}


@cache
def _together(batch: int) -> dict[object, Played]:
    keys = [key for key, number in _TOGETHER.items() if number == batch]
    return together({key: getattr(RULES[key[0]], key[1]) for key in keys})


@cache
def _alone(name: str, which: str) -> Played:
    rule = RULES[name]
    example: Example = getattr(rule, which)
    centre, year = _stage(example)
    example = example.model_copy(update={"year": year})
    states = ("processed", "statistics") if rule.kind == "nation" else ()
    figure = published(next(iter(example.answers), ""), example.published)
    with play(scene(example, centre), figure, *states) as warehouse:
        reported = finding_text.findings(warehouse.rows("input.finding"))
        seen = warehouse.table("input.assertion")
        nation = _nation(warehouse, example) if states else ()
    return Played(
        centre,
        year,
        tuple(finding for finding in reported if (finding.centre, finding.year) == (centre, year)),
        seen[(seen["centre"] == centre) & (seen["year"] == year)],
        tuple(row for row in nation if row["rule"] == name and row["year"] == year),
    )


def _stage(example: Example) -> tuple[str, int]:
    """The centre and the year an example is played for."""
    if example.merged is None:
        return STAGE[0], example.year or YEAR
    return next(
        (centre, year + example.merged)
        for year in DEFINITIONS.years
        for centre in DEFINITIONS.centres_in(year)
        if len(DEFINITIONS.predecessors(year, centre)) > 1
    )


def _nation(warehouse: Warehouse, example: Example) -> tuple[dict[str, object], ...]:
    if example.lost is not None:  # as if our own sums had lost something: only an error in the program could
        aggregate = warehouse.table("statistics.aggregate")
        is_nation = aggregate["area_level"] == "nation"
        aggregate.loc[is_nation & aggregate["value"].gt(0), "value"] += example.lost
        warehouse.write("statistics", {"aggregate": aggregate})
        with TemporaryDirectory() as folder:
            (Path(folder) / "statistics").mkdir()
            for model in ("published_assertion", "nation_assertion", "assertion", "breach", "finding"):
                shutil.copy(MODELS / "statistics" / f"{model}.sql", Path(folder) / "statistics")
            warehouse.build(Path(folder), "statistics")
    return tuple(warehouse.rows("statistics.finding"))
