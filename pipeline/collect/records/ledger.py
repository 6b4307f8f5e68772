"""Keeping what was received: the bytes, their version, a line in the ledger, a receipt.

Nothing is told before it is on disk, and whatever a crash left half done is set aside, never counted.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.collect.reader.definitions import form_extent
from pipeline.collect.reader.return_file import read_return
from pipeline.collect.reader.upload import validate_upload
from pipeline.collect.records import chain, files
from pipeline.definitions import Definitions
from pipeline.errors import UnreadableFile
from pipeline.model import Receipt, Remark, Return
from pipeline.project import Project


def receive(
    project: Project,
    definitions: Definitions,
    receipts: list[Receipt],
    content: bytes,
    received_at: str,
    name: str = "",
) -> Receipt:
    """A receipt for these bytes, given only when they lie safely on disk; the same bytes give the same receipt.

    `receipts` are those of an open ledger (`with opened_ledger(project) as receipts`); the new one is added. `name`
    is the sender's name of the file: judged with the rest, kept nowhere.
    Raises: UnreadableFile (nothing is kept).
    """
    suffix = validate_upload(content, form_extent(definitions), definitions.limits, name)
    return keep(
        project,
        definitions,
        receipts,
        ReceivedFile(read_return(content, definitions), content, suffix),
        received_at,
    )


@dataclass(frozen=True)
class ReceivedFile:
    """A return that has been let in and read, with the bytes it came as."""

    one: Return
    content: bytes
    suffix: str

    @property
    def sha256(self) -> str:
        """Names the bytes."""
        return hashlib.sha256(self.content).hexdigest()


def keep(
    project: Project,
    definitions: Definitions,
    receipts: list[Receipt],
    parcel: ReceivedFile,
    received_at: str,
) -> Receipt:
    """A receipt for a return already read, as `receive` gives it.

    Raises: UnreadableFile when no return is expected of the centre that year, or it is of another sort than the others.
    """
    one = parcel.one
    _expected(definitions, one)
    _unmixed(receipts, one)
    earlier = versions(receipts, one.year, one.centre)
    if earlier and earlier[-1].sha256 == parcel.sha256:
        return earlier[-1]
    version = len(earlier) + 1
    path = project.received(one.year, one.centre, version, parcel.suffix)
    files.keep(path, parcel.content)
    entry = {
        "received_at": received_at,
        "centre": one.centre,
        "year": one.year,
        "version": version,
        "file": path.relative_to(project.raw).as_posix(),
        "sha256": parcel.sha256,
        "demonstration": one.demonstration,
    }
    receipt = Receipt(**chain.add(project.ledger, asdict(receipts[-1]) if receipts else None, entry))
    receipts.append(receipt)
    return receipt


def already(
    definitions: Definitions, receipts: Iterable[Receipt], one: Return, content: bytes
) -> list[Remark]:
    """What to say of a file when something was received for its centre and year before; nothing if it is the first."""
    earlier = versions(receipts, one.year, one.centre)
    last = earlier[-1:]
    same = [receipt for receipt in last if receipt.sha256 == hashlib.sha256(content).hexdigest()]
    return [
        Remark(
            "file_is_new" if same else "return_is_the_first",
            facts={
                "centre": definitions.centres[one.centre].name,
                "year": str(one.year),
                "version": str(receipt.version),
                "received": receipt.received_at[: len("yyyy-mm-dd")],
                "next": str(len(earlier) + 1),
            },
        )
        for receipt in last
    ]


def versions(receipts: Iterable[Receipt], year: int, centre: str) -> list[Receipt]:
    """The receipts given to the centre for the year, the first version first."""
    return [receipt for receipt in receipts if (receipt.centre, receipt.year) == (centre, year)]


@contextmanager
def opened_ledger(project: Project) -> Iterator[list[Receipt]]:
    """The receipts given so far, while nobody else may give one; what a crash left half done is set aside first."""
    with files.locked(project.raw):
        quarantine_strays(project)
        yield ledger(project)


def ledger(project: Project) -> list[Receipt]:
    """Every receipt given, in order.

    Raises: PipelineError naming the line when the chain does not hold.
    """
    return [Receipt(**line) for line in chain.lines(project.ledger)]


def quarantine_strays(project: Project) -> list[str]:
    """Moves what a crash left half done to raw/aside/, and says so in a sentence each; for who holds the lock of raw/.

    That is a line that does not end, a file that was not finished, and a file nobody was given a receipt for.
    """
    said = [sentence for path in project.records for sentence in chain.mended(path, project.quarantine)]
    lined = {receipt.file for receipt in ledger(project)}
    for path in sorted({*_kept(project), *project.raw.glob(f"**/*{files.UNFINISHED}")}):
        name = path.relative_to(project.raw).as_posix()
        if name not in lined and path.parent != project.quarantine:
            project.quarantine.mkdir(exist_ok=True)
            path.rename(chain.free(project.quarantine / path.name))
            files.sync(path.parent)
            said.append(f"raw/{name}: det er ikke gitt kvittering for filen; den er satt til side.")
    return said


def altered(project: Project) -> list[str]:
    """What no longer is as it was received, in a sentence each: a line of the ledger, a file, a file without a line."""
    found = [sentence for path in project.records for sentence in chain.altered(path)]
    if found:
        return found
    receipts = ledger(project)
    for receipt in receipts:
        path = project.raw / receipt.file
        if not path.exists():
            found.append(f"raw/{receipt.file}: er borte; kvittering {receipt.sequence} er gitt for den.")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != receipt.sha256:
            found.append(f"raw/{receipt.file}: er ikke filen kvittering {receipt.sequence} er gitt for.")
    kept = {path.relative_to(project.raw).as_posix() for path in _kept(project)}
    found += [
        f"raw/{name}: har ingen kvittering." for name in sorted(kept - {receipt.file for receipt in receipts})
    ]
    return found


def _kept(project: Project) -> Iterator[Path]:
    return project.raw.glob("[0-9]*/*_p*_v*.*")


def _expected(definitions: Definitions, one: Return) -> None:
    centre = definitions.centres[one.centre]
    if not centre.reports_in(one.year):
        raise UnreadableFile("centre_reports_that_year", centre=centre.name, year=one.year)


def _unmixed(earlier: list[Receipt], one: Return) -> None:
    if any(receipt.demonstration != one.demonstration for receipt in earlier):
        raise UnreadableFile("returns_are_of_one_sort")
