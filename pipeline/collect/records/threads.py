"""What was asked of a centre about an answer, and what it answered: a record that only grows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pipeline.collect.records import chain, files
from pipeline.collect.records.edits import refuse_unfit
from pipeline.project import Project

ASKS, ANSWERS = "coordinator", "centre"


@dataclass(frozen=True)
class Message:
    """One line of raw/threads.jsonl. `variable` is blank for the whole form; `by`: ASKS or ANSWERS."""

    sequence: int
    sent_at: str
    centre: str
    year: int
    variable: str
    by: str
    text: str
    previous: str
    line: str


def messages(project: Project, year: int, centre: str) -> list[Message]:
    """What was asked of the centre about its return for the year, and answered, in order.

    Raises: PipelineError naming the line when the chain does not hold.
    """
    lines = [Message(**line) for line in chain.lines(project.threads)]
    return [one for one in lines if (one.year, one.centre) == (year, centre)]


def waiting(sent: Iterable[Message]) -> list[Message]:
    """What was asked last about each answer, where nothing has been answered since."""
    last = {one.variable: one for one in sent}
    return [one for one in last.values() if one.by == ASKS]


def send(project: Project, centre: str, year: int, variable: str, by: str, text: str, sent_at: str) -> None:
    """Adds a message to a thread.

    Raises: PipelineError when the text is long, or may tell of a person; it is kept nowhere then.
    """
    refuse_unfit(text)
    entry: dict[str, Any] = {
        "sent_at": sent_at,
        "centre": centre,
        "year": year,
        "variable": variable,
        "by": by,
        "text": text,
    }
    with files.locked(project.raw):
        chain.append(project.threads, entry)
