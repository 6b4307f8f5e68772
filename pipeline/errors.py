"""What can be wrong with our own files; what is wrong in a return is a finding, never an exception.

PipelineError                   one sentence: where, what stands there, what to do
├── AlteredFile        exit 2   a file that must never change has changed
├── DefinitionError    exit 2   a file in schemas/, site/ or warehouse/ contradicts itself or another
├── UnreadableFile     exit 3   bytes that are not a return of ours
├── PublicationRefused exit 4   the figures must not be published as they are
├── StorageFailure     exit 5   a disk that does not keep what it is given: nothing was confirmed
├── DamagedRecord      exit 6   a record of ours that is not as it was written
└── ReaderFailure      exit 7   a file that could not be read for want of time or memory: its sender is not to blame
"""

from collections.abc import Iterable


class PipelineError(Exception):
    """Something a person must mend before the program can go on; shown without a traceback."""

    exit_code = 2


class DefinitionError(PipelineError):
    """Definitions that contradict themselves: every contradiction at once, each with file and key."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(self.problems))


class AlteredFile(PipelineError):
    """Files that never change and have changed: a sentence for each, with its path and nothing of what it holds."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class UnreadableFile(PipelineError):
    """Bytes that cannot be read as a return: the rule they break, and the facts that fill its sentence.

    The sentence stands in schemas/rules.yaml in the reader's language; as text the error is the rule's id alone,
    so that no log repeats what somebody wrote.
    """

    exit_code = 3

    def __init__(self, rule: str, **facts: object) -> None:
        self.rule = rule
        self.facts = {name: str(fact) for name, fact in facts.items()}
        super().__init__(rule)


class PublicationRefused(PipelineError):
    """Figures that must not be published as they stand."""

    exit_code = 4


class StorageFailure(PipelineError):
    """Bytes that could not be written, or were not read back as written; nobody has been given a receipt for them."""

    exit_code = 5


class DamagedRecord(PipelineError):
    """A record that has been changed, torn or written by a newer program; `record` is its path under the root."""

    exit_code = 6

    def __init__(self, record: str, problem: str) -> None:
        self.record = record
        super().__init__(f"{record}{problem}")


class ReaderFailure(PipelineError):
    """The process that reads files had no chance to: the machine has too much to do; nothing is said of the file."""

    exit_code = 7
