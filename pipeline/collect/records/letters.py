"""Letters to centres: which kind was sent when, how and by whom; never what stood in them, nor to which address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pipeline.collect.records import files
from pipeline.collect.records.record import Record
from pipeline.project import Project

INVITATION, REMINDER = "invitation", "reminder"
MAIL, FILE = "mail", "file"


@dataclass(frozen=True)
class LetterEvent:
    """One line of raw/letters.jsonl: a letter the mail server took (MAIL), or that was given in a file (FILE)."""

    sequence: int
    centre: str
    year: int
    kind: str
    means: str
    at: str
    by: str
    previous: str
    line: str


def letter_record(project: Project) -> Record[LetterEvent]:
    """raw/letters.jsonl. Grain: one letter to one centre."""
    return Record(project.letters, LetterEvent)


def letters(project: Project, year: int) -> list[LetterEvent]:
    """The letters of the year, in order, as far as they can be read."""
    return [letter for letter in letter_record(project).read().lines if letter.year == year]


def note_letters(
    project: Project, centres: Iterable[str], year: int, kind: str, means: str, at: datetime, by: str
) -> None:
    """Writes down that a letter of this kind was sent to each of the centres.

    Raises: StorageFailure.
    """
    with files.locked(project.raw):
        for centre in centres:
            letter_record(project).append(
                {
                    "centre": centre,
                    "year": year,
                    "kind": kind,
                    "means": means,
                    "at": at.isoformat(timespec="seconds"),
                    "by": by,
                }
            )
