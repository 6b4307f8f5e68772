"""Numbers typed into a text by hand: each is a figure and must be fetched as one, unless data says it is not."""

import re
from collections.abc import Iterator
from itertools import chain

from pipeline.definitions import Definitions
from pipeline.disseminate.pages import markdown_pages
from pipeline.disseminate.pages.site import LANGUAGES
from pipeline.disseminate.sentences import voice
from pipeline.project import Project
from pipeline.templates import printed
from pipeline.text import WORDS, phrases

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
    if not _NUMBER.search(text):
        return
    text = _UNSEEN.sub(lambda match: _BREAKS.sub(" ", match[0]), text)
    allowed = [match.span() for match in _not_figures(definitions).finditer(text)]
    counted = _before_a_unit(definitions)
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        held = any(first <= start and end <= last for first, last in allowed)
        if not held or counted.match(text, end):
            yield text.count("\n", 0, start) + 1, match[0]


def unfetched(project: Project, definitions: Definitions) -> Iterator[str]:
    """Gives where and what for each number somebody has typed into what becomes a page.

    That is the pages and their templates, the words of every language, and what indicators say of themselves.
    """
    files = {file: markdown_pages.visible_text(file) for file in markdown_pages.files(project).values()}
    files |= {file: file.read_text(encoding="utf-8") for file in sorted(project.templates.glob("*.html"))}
    for file, text in files.items():
        for line, number in bare_numbers(definitions, printed(text)):
            yield f"{file.relative_to(project.root)}, line {line}: «{number}»"
    for location, text in chain(_words(project), _meanings(definitions)):
        for _, number in bare_numbers(definitions, text):
            yield f"{location}: «{number}»"


def _words(project: Project) -> Iterator[tuple[str, str]]:
    for lang in LANGUAGES:
        for file in (WORDS, voice.FILE):
            for key, text in phrases(project, lang, file).items():
                yield f"site/locale/{lang}/{file}, {key}", text


def _meanings(definitions: Definitions) -> Iterator[tuple[str, str]]:
    for indicator in definitions.indicators.values():
        texts = {"about": indicator.about, **{f"break of {each.year}": each.why for each in indicator.breaks}}
        for part, label in texts.items():
            for lang, text in label.root.items():
                yield f"schemas/indicators/{indicator.id}.yaml, {part} ({lang})", text


def _not_figures(definitions: Definitions) -> re.Pattern[str]:
    phones = [
        re.escape(helpline.phone).replace(r"\ ", r"[\s\u00a0]?") for helpline in definitions.survey.helplines
    ]
    patterns = [allowed.pattern for allowed in definitions.claims.not_figures]
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
