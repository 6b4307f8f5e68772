"""What somebody must look at: findings from the checked assertions, and their sentences."""

from collections.abc import Iterable, Mapping

import pandas as pd

from pipeline.definitions import Definitions
from pipeline.definitions.kinds import Rule, Variable, term
from pipeline.errors import PipelineError
from pipeline.model import Finding, Severity
from pipeline.text import in_language, number
from pipeline.validation import Record

NUMBERS = ("observed", "lower_limit", "upper_limit", "left_value", "right_value")


def findings(rows: pd.DataFrame) -> list[Finding]:
    """The findings of the table `input.finding`, gravest first, then as the form is printed."""
    severities = list(Severity)
    ordered = rows.assign(weight=rows["severity"].map(severities.index)).sort_values(
        ["year", "centre", "weight", "position", "variable"], kind="stable"
    )
    return [
        Finding(
            rule=row["rule"],
            severity=Severity(row["severity"]),
            centre=row["centre"],
            year=int(row["year"]),
            version=int(row["version"]),
            variable=row["variable"],
            cell=row["cell"],
            value=row["value"],
            facts={
                **{name: repr(float(row[name])) for name in NUMBERS if pd.notna(row[name])},
                **({"instance": str(int(row["instance"]))} if pd.notna(row["instance"]) else {}),
            },
        )
        for row in ordered.to_dict("records")
    ]


def agreed(records: Iterable[Record], assertions: pd.DataFrame, broken: pd.DataFrame) -> None:
    """Passes when the record and the query name the same broken assertions.

    Raises: PipelineError naming the rules where they differ; one of the two is wrong, so nothing is published.
    """
    keys = [name for name in ("rule", "year", "centre", "variable", "instance") if name in assertions]
    by_record = {
        tuple(row) for one in records for row in assertions.loc[list(one.broken), keys].fillna(-1).to_numpy()
    }
    by_query = {tuple(row) for row in broken[keys].fillna(-1).to_numpy()}
    if rules := sorted({row[0] for row in by_record ^ by_query}):
        raise PipelineError(
            f"Two ways of checking disagree on {', '.join(rules)}. Nothing is published until it is known why."
        )


def place(definitions: Definitions, finding: Finding, lang: str) -> str:
    """Where a finding stands, as the centre sees it: `Celle D14 – Henvendelser i alt`."""
    words = {"nb": "Celle", "nn": "Celle", "en": "Cell"}[lang]
    return f"{words} {finding.cell} – {name(definitions, _variable(definitions, finding), lang)}"


def sentence(definitions: Definitions, finding: Finding, lang: str) -> str:
    """What the finding says to the centre: what stands there, what was expected, what to do."""
    rule = next(rule for rule in definitions.rules if rule.id == finding.rule)
    return rule.say[lang].format_map({**_slots(definitions, rule, finding, lang), "value": finding.value})


def name(definitions: Definitions, one: Variable, lang: str) -> str:
    """The words of an answer cell as they are printed on the form: question, then row and column."""
    parts = [in_language(one.question.label, lang)]
    parts += [
        in_language(definitions.codelists[axis.by].codes[one.codes[axis.by]].label, lang)
        for axis in (one.table.axes if one.table else ())
    ]
    return ", ".join(parts)


def _variable(definitions: Definitions, finding: Finding) -> Variable:
    form = definitions.form(finding.year)
    return next(one for one in form.variables() if one.id == finding.variable)


def _slots(definitions: Definitions, rule: Rule, finding: Finding, lang: str) -> Mapping[str, str]:
    facts = {key: float(finding.facts[key]) for key in NUMBERS if key in finding.facts}
    left, right = facts.get("left_value"), facts.get("right_value")
    numbers = {
        "observed": facts.get("observed"),
        "lower": facts.get("lower_limit"),
        "upper": facts.get("upper_limit"),
        "left": left,
        "right": right,
        "difference": None if left is None or right is None else abs(left - right),
    }
    written = {
        slot: number(value, lang, 0 if value is None or value == int(value) else 1)
        for slot, value in numbers.items()
    }
    return {**written, **_labels(definitions, rule, finding, lang)}


def _labels(definitions: Definitions, rule: Rule, finding: Finding, lang: str) -> Mapping[str, str]:
    if "instance" not in finding.facts:
        return {}
    form = definitions.form(finding.year)
    instance = int(finding.facts["instance"])
    if rule.kind == "sum":
        tables = [table for question in form.questions for table in question.tables]
        return {"table": in_language(tables[instance].title, lang)}
    if rule.compare:
        measure, _ = term(rule.compare[instance].right[0])
        question = next(question for question in form.questions if question.measure == measure)
        return {"right_label": f"«{in_language(question.label, lang)}»"}
    return {}
