"""What is said of a file that stays outside."""

from collections.abc import Mapping

from pipeline.errors import UnreadableFile


class Refused(UnreadableFile):
    """A file that stays outside: the rule it breaks, and where.

    `facts` are ours to say: a cell's address, a place (`cell`, `header`, `file_name` …), the name of a part every
    workbook has, a limit. Neither they nor the text of the exception hold a word of the file or of its name; what
    is said to the sender stands in schemas/rules.yaml.
    """

    def __init__(self, rule: str, facts: Mapping[str, str | int] | None = None) -> None:
        super().__init__(rule, **(facts or {}))

    def __str__(self) -> str:
        where = ", ".join(f"{key} {fact}" for key, fact in self.facts.items())
        return f"{self.rule}: {where}" if where else self.rule
