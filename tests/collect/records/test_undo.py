"""Whatever an analyst decides can be undone: an entry is taken out; a year and a link are moved back by a new event."""

import random
from datetime import timedelta
from pathlib import Path

import yaml

from pipeline.collect.records import invitations, years
from pipeline.collect.records.edits import Edit, decide, decisions
from pipeline.collect.records.ledger import keep, ledger, opened_ledger
from pipeline.collect.records.verification import faults
from pipeline.collect.source import source_with
from pipeline.project import Project
from tests.collect.records.crash_table import AT, CENTRE, DEFINITIONS, NOW, OTHER, YEAR, received_file
from tests.examples import cases
from tests.returns import ROOT, a_correction

STEPS = cases(100)
VARIABLES = [variable.id for variable in DEFINITIONS.form(YEAR).variables()]
BACK = {years.OPEN: years.CLOSED, years.CLOSED: years.OPEN, years.REVIEW: years.CLOSED}


class Analyst:
    """Does one thing after the other at random, and remembers what should hold now."""

    def __init__(self, project: Project) -> None:
        self.project, self.random = project, random.Random(20)
        self.decided: list[Edit] = []
        self.state = years.OPEN
        self.linked: set[str] = set()
        self.moment = NOW

    def decide(self) -> None:
        edit = a_correction(
            self.random.choice((CENTRE, OTHER)),
            self.random.choice(VARIABLES),
            "0",
            str(self.random.randint(1, 99)),
        )
        decide(self.project, YEAR, edit)
        self.decided.append(edit)

    def take_a_decision_out(self) -> None:
        """As a person does: the entry is taken out of the file."""
        if self.decided:
            number, path = self.random.randrange(len(self.decided)), self.project.edits(YEAR)
            entries = yaml.safe_load(path.read_text("utf-8"))
            del self.decided[number], entries[number]
            path.write_text(yaml.safe_dump(entries, allow_unicode=True), "utf-8")

    def move_the_year(self) -> None:
        state = self.random.choice([years.OPEN, years.CLOSED, years.REVIEW])
        if state != self.state and (state, self.state) != (years.REVIEW, years.OPEN):
            years.move(self.project, DEFINITIONS, YEAR, state, "analytiker", self.moment.isoformat())
            self.state = state

    def move_the_year_back(self) -> None:
        self.state = BACK[self.state]
        years.move(self.project, DEFINITIONS, YEAR, self.state, "analytiker", self.moment.isoformat())

    def give_a_link(self) -> None:
        centre = self.random.choice((CENTRE, OTHER))
        invitations.invite(self.project, centre, YEAR, self.moment, self.moment + timedelta(days=1))
        self.linked.add(centre)

    def close_a_link(self) -> None:
        centre = self.random.choice((CENTRE, OTHER))
        assert invitations.withdraw(self.project, centre, YEAR, self.moment) == (centre in self.linked)
        self.linked.discard(centre)

    def act(self) -> None:
        self.moment += timedelta(minutes=1)
        self.random.choice(
            (
                self.decide,
                self.take_a_decision_out,
                self.move_the_year,
                self.move_the_year_back,
                self.give_a_link,
                self.close_a_link,
            )
        )()

    def now(self) -> object:
        return self.decided, self.state, self.linked

    def written(self) -> object:
        """What the records on disk come to, read from their beginning."""
        return (
            decisions(self.project, DEFINITIONS, YEAR),
            years.states(self.project, DEFINITIONS)[YEAR],
            {link.centre for link in invitations.standing(self.project)},
        )


def test_after_any_walk_the_records_say_what_holds_and_taking_it_all_back_gives_what_was_received(
    tmp_path: Path,
) -> None:
    project = Project.at(tmp_path)
    project.raw.mkdir()
    project.published.write_bytes((ROOT / "raw" / "published.csv").read_bytes())
    with opened_ledger(project) as receipts:
        keep(project, DEFINITIONS, receipts, received_file(1), AT)
    years.move(project, DEFINITIONS, YEAR, years.CLOSED, "analytiker", AT)
    years.move(project, DEFINITIONS, YEAR, years.OPEN, "analytiker", AT)
    before = source_with(project, DEFINITIONS, ledger(project))
    analyst = Analyst(project)

    for step in range(STEPS):
        analyst.act()
        assert analyst.written() == analyst.now(), step
    walked = source_with(project, DEFINITIONS, ledger(project))
    while analyst.decided:
        analyst.take_a_decision_out()

    assert len(walked["edit"].rows) > 0
    assert source_with(project, DEFINITIONS, ledger(project)) == before
    assert faults(project, DEFINITIONS) == []
