"""Whether all that was received is as it was, and every record agrees with the others and with the register."""

from collections.abc import Iterator

from pipeline.collect.records import files
from pipeline.collect.records.addresses import addresses
from pipeline.collect.records.drafts import Drafts
from pipeline.collect.records.edits import damaged_entries
from pipeline.collect.records.invitations import COORDINATOR, GIVEN, invitation_record
from pipeline.collect.records.ledger import all_records, altered, ledger
from pipeline.collect.records.letters import letter_record
from pipeline.collect.records.signatures import signatures
from pipeline.collect.records.threads import thread_record
from pipeline.definitions import Definitions
from pipeline.errors import DamagedRecord, StorageFailure
from pipeline.project import Project


def faults(project: Project, definitions: Definitions) -> list[str]:
    """Everything that does not hold, in a sentence each: bytes, chains, numbers, what one record says of another."""
    if damaged := altered(project):
        return damaged
    return [*_unknown(project, definitions), *damaged_entries(project, definitions)]


def damage(project: Project, definitions: Definitions) -> list[str]:
    """What keeps somebody from being served, in a sentence each; the received files themselves are not read."""
    sentences = [
        *(sentence for record in all_records(project) for sentence in record.faults()),
        *damaged_entries(project, definitions),
        *Drafts(project, definitions).damaged(),
    ]
    try:
        addresses(project)
    except DamagedRecord as error:
        sentences.append(str(error))
    for folder in (project.raw, project.drafts):
        try:
            files.require_room(folder, definitions.portal.limits.free_disk)
        except StorageFailure as error:
            sentences.append(str(error))
    return sentences


def _unknown(project: Project, definitions: Definitions) -> Iterator[str]:
    """What is about a centre that does not report for the year."""
    about = [
        *(("ledger", line.sequence, line.centre, line.year) for line in ledger(project)),
        *(("signatures", line.sequence, line.centre, line.year) for line in signatures(project)),
        *(("threads", line.sequence, line.centre, line.year) for line in thread_record(project).lines()),
        *(
            ("invitations", line.sequence, line.centre, line.year)
            for line in invitation_record(project).lines()
            if line.event == GIVEN and line.centre != COORDINATOR
        ),
        *(("letters", line.sequence, line.centre, line.year) for line in letter_record(project).lines()),
    ]
    for record, number, centre, year in about:
        if centre not in definitions.centres_in(year):
            yield f"raw/{record}.jsonl, line {number}: «{centre}» does not report for {year}."
