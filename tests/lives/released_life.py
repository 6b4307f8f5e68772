"""A life of five editions made by machine: returns that come late or are corrected, where it shows and where it does
not; centres that merge, counties that are reformed, thresholds that change. Each is protected as a build protects it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from tempfile import mkdtemp

import numpy as np
import pandas as pd

from pipeline.definitions import Definitions
from pipeline.definitions.areas import Centre, CentreCounty, Register
from pipeline.definitions.contracts import Contract, load_contracts
from pipeline.definitions.meta import tables
from pipeline.disclosure import suppress
from pipeline.disclosure.audit import AuditReport, audit_editions
from pipeline.output import Output
from pipeline.project import Project
from pipeline.warehouse import Warehouse
from tests.returns import ROOT, a_return, a_warehouse

N_EDITIONS = 5
KINDS = (("visitors",), ("relatives",), ("conversations",), ("visitors", "visits"))
VISITS_EACH = 3  # of a visitor: none has fewer than one, or more than one a day
SIZES = (0, 3, 8, 8, 20, 60)
Answers = Mapping[str, int]  # answer → number
Returns = Mapping[tuple[str, int], Answers]  # centre, year → its return
MODELS = ROOT / "warehouse" / "models"
CONTRACTS = load_contracts(Project.at(ROOT))


@dataclass
class ReleasedLife:
    """What was known at each edition, and the editions made of it so far; `happened`: what happens in it."""

    definitions: list[Definitions]
    returns: list[Returns]
    happened: list[str]
    frames: list[dict[str, pd.DataFrame]] = field(default_factory=list)
    tables: list[dict[str, pd.DataFrame]] = field(default_factory=list)
    folder: Path = field(default_factory=lambda: Path(mkdtemp()))

    def release(self) -> AuditReport:
        """Makes the next edition, and attacks it together with those before."""
        number = len(self.frames)
        definitions = self.definitions[number]
        sent = [
            a_return(definitions, centre, year, {name: str(count) for name, count in answers.items()})
            for (centre, year), answers in self.returns[number].items()
            if year in definitions.years and centre in definitions.centres_in(year)
        ]
        with a_warehouse(definitions, sent) as warehouse:
            warehouse.build(MODELS, "input", "processed", "statistics")
            frames = {name: warehouse.table(name) for name in (*suppress.READ, "processed.observation")}
        cells = suppress.suppress_cells(
            frames, self.frames, definitions.disclosure, self.folder, lambda *_: None
        )
        facts: dict[str, str | int] = {"threshold": definitions.disclosure.threshold}
        self.tables.append(suppress.output_tables(cells, frames, tables(definitions), MODELS, facts))
        self.frames.append(frames | {"statistics.cell": cells})
        return self.attack(self.tables)

    def attack(self, editions: Sequence[Mapping[str, pd.DataFrame]]) -> AuditReport:
        """What the audit says of these editions, the last of them the one to be released."""
        outputs = [self._output(number, made) for number, made in enumerate(editions)]
        return audit_editions(
            outputs,
            self.definitions[len(editions) - 1],
            self.frames[len(editions) - 1]["processed.observation"],
            [frames["input.answer"] for frames in self.frames],
        )

    def _output(self, number: int, made: Mapping[str, pd.DataFrame]) -> Output:
        path = self.folder / f"{number}.duckdb"
        path.unlink(missing_ok=True)
        with Warehouse() as warehouse:
            warehouse.write("output", made)
            warehouse.save(path, ["output"], {name: _only(made, name) for name in CONTRACTS})
        return Output(path)


def _only(made: Mapping[str, pd.DataFrame], name: str) -> Contract:
    """The contract of a table as far as it is made here: no ledger stands behind these editions."""
    contract, rows = CONTRACTS[name], made.get(name.partition(".")[2], pd.DataFrame())
    columns = {column: clause for column, clause in contract.columns.items() if column in rows}
    return contract.model_copy(update={"columns": columns})


def a_released_life(definitions: Definitions, seed: int) -> ReleasedLife:
    """The same seed gives the same life."""
    random = Random(seed)
    kinds = random.choice(KINDS)
    reforms = sorted({county.since for county in definitions.counties.values()} & set(definitions.years[2:]))
    last = random.choice([*reforms, random.choice(definitions.years[1:])])
    whole = _register(
        replace(
            definitions,
            survey=definitions.survey.model_copy(update={"first_year": last - 1, "last_year": last}),
            indicators={name: definitions.indicators[name] for name in kinds},
            rules=tuple(
                rule for rule in definitions.rules if rule.kind == "at_most" and not rule.compare[0].times
            ),
            reading=(),
        ),
        random,
    )
    truth: dict[tuple[str, int], Answers] = {
        (centre, year): _answers(whole, year, random.choice(SIZES), random)
        for year in whole.years
        for centre in whole.centres_in(year)
    }
    turn = random.randint(1, N_EDITIONS - 1)  # the edition from which on the last year is in
    late = {key: random.randint(1, N_EDITIONS - 1) for key in truth if random.random() < 0.15}
    corrected = {key: random.randint(1, N_EDITIONS - 1) for key in truth if random.random() < 0.2}
    first = {
        key: _answers(whole, key[1], random.choice(SIZES), random)
        if random.random() < 0.3
        else _one_moved(whole, key[1], truth[key], random)
        for key in corrected
    }
    threshold = whole.disclosure.threshold
    thresholds = [threshold] * N_EDITIONS
    if random.random() < 0.3:
        thresholds[: random.randint(1, N_EDITIONS - 1)] = [
            threshold - random.choice([-1, 1, 2])
        ] * random.randint(1, 2)
        thresholds = (thresholds + [threshold] * N_EDITIONS)[:N_EDITIONS]
    own, returns = [], []
    for number in range(N_EDITIONS):
        disclosure = whole.disclosure.model_copy(update={"threshold": thresholds[number]})
        own.append(replace(whole, disclosure=disclosure).until(last if number >= turn else last - 1))
        returns.append(
            {
                key: first[key] if number < corrected.get(key, 0) else answers
                for key, answers in truth.items()
                if number >= late.get(key, 0)
            }
        )
    happened = ["late"] * bool(late) + ["corrected"] * bool(corrected)
    happened += ["hidden correction"] * any(_hidden(first[key], truth[key], threshold) for key in corrected)
    happened += ["merged"] * any(centre.merged_into for centre in whole.centres.values())
    happened += ["county reform"] * (last in reforms) + ["threshold changed"] * (len(set(thresholds)) > 1)
    return ReleasedLife(own, returns, happened)


def _register(definitions: Definitions, random: Random) -> Definitions:
    """Four to eight centres in three counties that follow each reform; one may be taken over by another."""
    first, last = definitions.years[0], definitions.years[-1]
    codes = random.sample(definitions.counties_in(first), 3)
    centres: dict[str, Centre] = {}
    for number in range(random.randint(4, 8)):
        code = random.choice(codes)
        counties = [CentreCounty(county=code, since=first)]
        if not definitions.counties[code].valid_in(last):
            counties.append(CentreCounty(county=definitions.counties[code].becomes[0], since=last))
        centres[f"c{number}"] = Centre(
            name=f"Senter {number}", opened=first, national_service=number == 0, counties=tuple(counties)
        )
    if random.random() < 0.5:
        taken = {"closed": first, "merged_into": "c0"}
        centres["c1"] = centres["c1"].model_copy(update=taken)
    return replace(definitions, register=Register(demonstration=True, centres=centres))


def _answers(definitions: Definitions, year: int, size: int, random: Random) -> Answers:
    """A return: each table of a question adds up to its total; everything else is 0."""
    asked = {
        source.partition("[")[0] for entry in definitions.indicators.values() for source in entry.sources
    }
    variables = definitions.form(year).variables()
    answers: dict[str, int] = {}
    for question in sorted(definitions.form(year).questions, key=lambda question: question.measure):
        if question.measure in asked:
            total = round(size * random.uniform(0.5, 1.5))
            if question.measure == "visitors":
                answers["visits"] = VISITS_EACH * total
            total = answers.get(question.measure, total)
            answers[question.measure] = total
            for table in question.tables:
                parts = [answer.id for answer in variables if answer.table is table]
                lean = np.array([random.random() ** 3 + 0.01 for _ in parts])
                counts = np.random.default_rng(random.randrange(2**32)).multinomial(total, lean / lean.sum())
                answers |= dict(zip(parts, counts.tolist(), strict=True))
    return answers


def _one_moved(definitions: Definitions, year: int, answers: Answers, random: Random) -> Answers:
    """The same with one person on another row: no total tells."""
    variables = [answer for answer in definitions.form(year).variables() if answers.get(answer.id)]
    parts = [answer for answer in variables if answer.table is not None]
    if not parts:
        return answers
    moved = random.choice(parts)
    beside = [
        answer.id
        for answer in definitions.form(year).variables()
        if answer.table is moved.table and answer.id != moved.id
    ]
    other = random.choice(beside)
    return {**answers, moved.id: answers[moved.id] - 1, other: answers.get(other, 0) + 1}


def _hidden(before: Answers, after: Answers, threshold: int) -> bool:
    changed = {name for name in after if before.get(name) != after[name]}
    return bool(changed) and all(0 < max(before[name], after[name]) < threshold for name in changed)
