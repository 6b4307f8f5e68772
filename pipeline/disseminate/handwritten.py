"""Numbers typed into a text by hand: each is a figure and must be fetched as one, unless data says it is not."""

import re
from collections.abc import Iterator

from pipeline.definitions import Definitions

_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0.]\d{3})+(?:,\d+)?(?!\d)|\d+(?:[.,]\d+)*")
_UNSEEN = (
    re.compile(  # what nobody reads as a number: tags, addresses, entities, the mark of a point in a list
        r"<[^<>]*>|(?<=\])\([^)\n]*\)|&#?\w+;|^[ \t]*1[.)](?=\s)", re.MULTILINE
    )
)
_BREAKS = re.compile(r"[^\n]")


def bare_numbers(definitions: Definitions, text: str) -> Iterator[tuple[int, str]]:
    """Gives line and number for each number of a text that is no year, date, telephone number or the like.

    The text is Markdown or HTML without its template language. A number before a unit or a per cent sign is a figure
    whatever else it looks like. What is allowed stands in schemas/claims.yaml.
    """
    text = _UNSEEN.sub(lambda found: _BREAKS.sub(" ", found[0]), text)
    allowed = [found.span() for found in _not_figures(definitions).finditer(text)]
    counted = _before_a_unit(definitions)
    for found in _NUMBER.finditer(text):
        start, end = found.span()
        held = any(first <= start and end <= last for first, last in allowed)
        if not held or counted.match(text, end):
            yield text.count("\n", 0, start) + 1, found[0]


def _not_figures(definitions: Definitions) -> re.Pattern[str]:
    phones = [re.escape(one.phone).replace(r"\ ", r"[\s\u00a0]?") for one in definitions.survey.helplines]
    patterns = [one.pattern for one in definitions.claims.not_figures]
    return re.compile(rf"(?<![\w.,])(?:{'|'.join(phones + patterns)})(?![\w]|[.,]\d)")


def _before_a_unit(definitions: Definitions) -> re.Pattern[str]:
    words = {
        word
        for unit in definitions.units.values()
        for label in (unit.one, unit.many)
        for word in label.values()
    }
    units = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"[\s\u00a0]*(?:%|(?:prosent|per\s?cent|{units})\b)", re.IGNORECASE)
