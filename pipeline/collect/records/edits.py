"""What people decided about received answers: corrected or explained, dated, reasoned, void when the answer changes.

raw/<year>/edits.yaml is a list of entries, in the order they were made. The received bytes are never changed.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml
from pydantic import ConfigDict, ValidationError, model_validator

from pipeline.collect.reader import personal_data
from pipeline.collect.records import files
from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import NO_ACTIVITY, CentreId, Definition, Id
from pipeline.definitions.yaml_text import read_yaml
from pipeline.errors import DefinitionError, PipelineError
from pipeline.model import Rows
from pipeline.project import Project

EDIT = {
    "position": "integer",
    "year": "integer",
    **dict.fromkeys(("centre", "variable", "rule", "expected", "corrected"), "varchar"),
    **dict.fromkeys(("reason", "given_by", "given_on"), "varchar"),
}
LONGEST_REASON = 500


class Edit(Definition):
    """One decision: `correct` an answer to a new text, or explain why it breaks a `rule` and is right all the same.

    Both hold only while the answer still says `says`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    centre: CentreId
    variable: str
    says: str
    correct: str | None = None
    explain: Id | None = None
    reason: str
    by: str
    on: date

    @model_validator(mode="after")
    def _is_one_of_two(self) -> "Edit":
        if (self.correct is None) == (self.explain is None):
            raise ValueError("either `correct` or `explain`, one of the two")
        return self


def edits(project: Project, definitions: Definitions) -> Rows:
    """The table `source.edit`. Grain: one decision.

    Raises: DefinitionError with everything wrong in every edits.yaml, each naming file, entry and key.
    """
    problems: list[str] = []
    rows = [
        (
            position,
            year,
            one.centre,
            one.variable,
            one.explain,
            one.says,
            one.correct,
            one.reason,
            one.by,
            one.on.isoformat(),
        )
        for year in definitions.years
        for position, one in enumerate(_read(project, definitions, year, problems))
    ]
    if problems:
        raise DefinitionError(problems)
    return Rows(EDIT, rows)


def decisions(project: Project, definitions: Definitions, year: int) -> list[Edit]:
    """What was decided about the answers of a year, in order.

    Raises: DefinitionError with everything wrong in its edits.yaml.
    """
    problems: list[str] = []
    found = list(_read(project, definitions, year, problems))
    if problems:
        raise DefinitionError(problems)
    return found


def decide(project: Project, year: int, one: Edit) -> Path:
    """Adds a decision to the year's edits.yaml and gives back the file.

    Raises: PipelineError when the reason is long, or may tell of a person; it is kept nowhere then.
    """
    refuse_unfit(one.reason)
    path = project.edits(year)
    entry = yaml.safe_dump(
        [one.model_dump(mode="json", exclude_none=True)], allow_unicode=True, sort_keys=False, width=110
    )
    with files.locked(project.raw):
        before = path.read_bytes() if path.exists() else b""
        files.keep(path, before + entry.encode(), changeable=True)
    return path


def unfit(text: str) -> str:
    """Why what somebody wrote in their own words is not kept: `long`, or `personal` when it may tell of a person."""
    if len(text) > LONGEST_REASON:
        return "long"
    return "personal" if personal_data.found(text) else ""


def refuse_unfit(text: str) -> None:
    """Passes what may be kept.

    Raises: PipelineError.
    """
    fault = unfit(text)
    if fault == "long":
        raise PipelineError(f"Teksten er på {len(text)} tegn. Skriv den på høyst {LONGEST_REASON}.")
    if fault:
        raise PipelineError(
            "Teksten kan fortelle om en person. Skriv den uten navn, numre, adresser og fødselsdatoer."
        )


def _read(project: Project, definitions: Definitions, year: int, problems: list[str]) -> Iterator[Edit]:
    path = project.edits(year)
    if not path.exists():
        return
    place = path.relative_to(project.root)
    asked = {one.id for one in definitions.form(year).variables()}
    known = {rule.id for rule in definitions.rules} | definitions.notices.keys()
    for number, entry in enumerate(read_yaml(path) or [], start=1):
        try:
            one = Edit.model_validate(entry)
        except ValidationError as error:
            problems += [
                f"{place}: entry {number}: {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}"
                for wrong in error.errors()
            ]
            continue
        if one.centre not in definitions.centres_in(year):
            problems.append(f"{place}: entry {number}: centre: «{one.centre}» does not report for {year}")
        if one.variable not in asked | {"", NO_ACTIVITY}:
            problems.append(
                f"{place}: entry {number}: variable: the form of {year} does not ask «{one.variable}»"
            )
        if one.explain is not None and one.explain not in known:
            problems.append(f"{place}: entry {number}: explain: there is no rule «{one.explain}»")
        yield one
