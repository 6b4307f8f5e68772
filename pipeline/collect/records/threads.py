"""What was asked of a centre about an answer, and what it answered: a record that only grows."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.collect.records import files
from pipeline.collect.records.edits import refuse_unfit
from pipeline.collect.records.record import Record
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


def thread_record(project: Project) -> Record[Message]:
    """raw/threads.jsonl. Grain: one message."""
    return Record(project.threads, Message)


def messages(project: Project, year: int, centre: str) -> list[Message]:
    """What was asked of the centre about its return for the year, and answered, in order, as far as it can be read."""
    return [
        message
        for message in thread_record(project).read().lines
        if (message.year, message.centre) == (year, centre)
    ]


def waiting(sent: Iterable[Message]) -> list[Message]:
    """What was asked last about each answer, where nothing has been answered since."""
    last = {message.variable: message for message in sent}
    return [message for message in last.values() if message.by == ASKS]


def send(project: Project, centre: str, year: int, variable: str, by: str, text: str, sent_at: str) -> None:
    """Adds a message to a thread.

    Raises: PipelineError when the text is long, or may tell of a person (it is kept nowhere then); StorageFailure.
    """
    refuse_unfit(text)
    with files.locked(project.raw):
        thread_record(project).append(
            {
                "sent_at": sent_at,
                "centre": centre,
                "year": year,
                "variable": variable,
                "by": by,
                "text": text,
            }
        )
