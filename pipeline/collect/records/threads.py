"""What was asked of a centre about an answer, and what it answered: a record that only grows."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from pipeline.collect.records import files
from pipeline.collect.records.edits import refuse_unfit
from pipeline.collect.records.record import Record
from pipeline.project import Project

ASKS, ANSWERS = "coordinator", "centre"


@dataclass(frozen=True)
class Message:
    """One line of raw/threads.jsonl. `variable` is blank for the whole form; `by`: ASKS or ANSWERS; `name`: whose."""

    sequence: int
    sent_at: str
    centre: str
    year: int
    variable: str
    by: str
    text: str
    previous: str
    line: str
    name: str = ""


@dataclass(frozen=True)
class NewMessage:
    """A message on its way into a thread."""

    centre: str
    year: int
    variable: str
    by: str
    text: str
    sent_at: str
    name: str = ""


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


def send(project: Project, *messages: NewMessage) -> None:
    """Adds messages to their threads.

    Raises: PipelineError when a text is long, or may tell of a person (none is kept anywhere then); StorageFailure.
    """
    for message in messages:
        refuse_unfit(message.text)
    with files.locked(project.raw):
        for message in messages:
            thread_record(project).append(asdict(message))
