"""A sentence in a language: the same facts as text, or as HTML where each number names its cell."""

from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup, escape

from pipeline.disseminate.sentences.names import Names
from pipeline.disseminate.sentences.sentence import Number, Sentence
from pipeline.disseminate.sentences.statistic import Statistic
from pipeline.disseminate.sentences.wording import Piece, Wording, written
from pipeline.text import Phrases, upper

FILE = "sentences.yaml"


@dataclass(frozen=True)
class Voice:
    """What puts the sentences of a statistic into one language; `phrases` are that language's sentences.yaml."""

    statistic: Statistic
    phrases: Phrases

    @cached_property
    def names(self) -> Names:
        """What things are called."""
        return Names(self.statistic, self.phrases)

    def text(self, sentence: Sentence, *, alone: bool = False) -> str:
        """Gives the sentence as text; `alone` when it must be understood without one before it."""
        return "".join(
            written(piece, self.phrases.lang) if isinstance(piece, Number) else piece
            for piece in self._pieces(sentence, alone=alone)
        )

    def html(self, sentence: Sentence, *, alone: bool = False) -> Markup:
        """Gives the sentence as HTML: each number stands in a `data` element with its exact value and its cell."""
        return Markup("").join(
            self.element(piece) if isinstance(piece, Number) else escape(piece)
            for piece in self._pieces(sentence, alone=alone)
        )

    def element(self, number: Number) -> Markup:
        """Gives one number as HTML."""
        return Markup('<data value="{}" data-cell="{}">{}</data>').format(
            f"{number.value:.12g}", number.cell.id, written(number, self.phrases.lang)
        )

    def _pieces(self, sentence: Sentence, *, alone: bool) -> list[Piece]:
        """Its words and numbers, with a capital where it begins."""
        pieces = [piece for piece in Wording(self.names, sentence, alone).pieces() if piece]
        if isinstance(pieces[0], str):
            pieces[0] = upper(pieces[0])
        return pieces
