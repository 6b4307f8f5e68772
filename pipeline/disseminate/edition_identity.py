"""Which edition figures are: its name, the day it came, and a fingerprint of its figures; every file says so."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from pipeline.output import Output
from pipeline.text import Phrases, day


class Named(Protocol):
    """An edition that has been released."""

    @property
    def id(self) -> str: ...
    @property
    def released_at(self) -> str: ...
    @property
    def output(self) -> Output: ...


class EditionIdentity(NamedTuple):
    """The edition that figures are; without a name when none has been released of them."""

    id: str
    released: str
    figures: str  # fingerprint of the figures, whatever ledger or machine they come from

    @property
    def label(self) -> str:
        """What is written where there is room for one word: in citations and in files that a browser saves."""
        return self.id or self.figures

    def statement(self, words: Phrases) -> str:
        """The same as a sentence."""
        if not self.id:
            return words("edition.unnamed", figures=self.figures)
        date = day(self.released[:10], words.lang)
        return words("edition.named", id=self.id, date=date, figures=self.figures)

    def facts(self, words: Mapping[str, Phrases]) -> dict[str, object]:
        """The same for machines, with the sentence in every language."""
        return {
            "id": self.id or None,
            "released": self.released or None,
            "figures": self.figures,
            "statement": {lang: self.statement(phrases) for lang, phrases in words.items()},
        }


def identified(output: Output, released: Iterable[Named] = ()) -> EditionIdentity:
    """The newest edition that has exactly these figures."""
    for edition in reversed(list(released)):
        if edition.output.fingerprint == output.fingerprint:
            return EditionIdentity(edition.id, edition.released_at, output.fingerprint)
    return EditionIdentity("", "", output.fingerprint)
