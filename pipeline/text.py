"""Languages, numbers and the words of the program: how a figure is written for a person to read.

Marks between digits, the per cent sign and dates come from CLDR, by way of Babel.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from pathlib import Path

import yaml
from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, parse_pattern

from pipeline.errors import DefinitionError
from pipeline.project import Project

WORDS = "site.yaml"  # the file of each language with the words of the site
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
ISO_DATES = ("en",)  # English is read in many countries: a date in figures alone is understood in all of them


def number(value: float | None, lang: str, decimals: int = 0, *, signed: bool = False) -> str:
    """Gives a number as it is written in the language: `12 345`, `6,5`, `−3`; nothing at all for None.

    Halves are rounded away from zero, as readers were taught. `signed` puts + before what is above zero.
    """
    if value is None:
        return ""
    exact = _exact(value, decimals)
    sign = MINUS if exact < 0 else "+" if signed and exact > 0 else ""
    return sign + _digits(abs(exact), lang, decimals)


def percent(value: float | None, lang: str, decimals: int = 1, *, signed: bool = False) -> str:
    """Gives a share already in per cent as it is written in the language: `4,2 %`."""
    if value is None:
        return ""
    after: str = _locale(lang).percent_formats[None].suffix[0]
    return number(value, lang, decimals, signed=signed) + after


def whole_or_decimals(value: float | None, lang: str, kind: str) -> str:
    """Gives a value as a unit of this kind is written: decimals as in `DECIMALS`, a share with its sign."""
    write = percent if kind == "share" else number
    return write(value, lang, DECIMALS.get(kind, 0))


DECIMALS = {"decimal": 1, "share": 1, "rate": 1, "growth": 1}


def rounded(value: float, kind: str) -> Decimal:
    """Gives a number as precise as one of its kind is written, so that what looks alike is taken as alike."""
    return _exact(value, DECIMALS.get(kind, 0))


def _exact(value: float, decimals: int) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@lru_cache(maxsize=1 << 16)  # a site writes the same numbers again and again
def _digits(exact: Decimal, lang: str, decimals: int) -> str:
    digits: str = _pattern(decimals).apply(exact, _locale(lang), decimal_quantization=False)
    return digits


@cache
def _locale(lang: str) -> Locale:
    return Locale.parse(lang)


@cache
def _pattern(decimals: int) -> NumberPattern:
    return parse_pattern(f"#,##0.{'0' * decimals}" if decimals else "#,##0")


def file_size(size: int, lang: str) -> str:
    """Gives a number of bytes as `312 kB`, rounded up so that nothing weighs nothing."""
    return f"{number(-(-size // 1000), lang)}{NO_BREAK_SPACE}kB"


def day(iso: str, lang: str) -> str:
    """Gives a date written year-month-day as the language writes it: day, month and year with full stops."""
    return iso if lang in ISO_DATES else format_date(date.fromisoformat(iso), "short", _locale(lang))


def in_language(label: Mapping[str, str], lang: str) -> str:
    """Gives the label in the language; forms have no English, so what is not written there is given in the first."""
    return label[lang] if lang in label else next(iter(label.values()))


_LETTERS = str.maketrans({"ä": "æ", "ö": "ø", "œ": "ø", "ü": "y", "đ": "d", "ð": "d", "þ": "th"})
_LAST = str.maketrans("æøå", "{|}")  # the three signs after z


def alphabetical(name: str) -> tuple[str, str]:
    """Gives the key that sorts names as in Norwegian: æ, ø and å last, aa as å, other accents as their letters.

    Source: the rules for «no» in Unicode CLDR, common/collation/no.xml. What they take as alike is sorted as written.
    """
    composed = unicodedata.normalize("NFC", name.casefold())
    folded = composed.translate(_LETTERS).replace("aa", "å").translate(_LAST)
    letters = (sign for sign in unicodedata.normalize("NFD", folded) if not unicodedata.combining(sign))
    return "".join(letters), composed


def spans(years: Iterable[int]) -> str:
    """Gives years in order, each unbroken run as its two ends."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def lower(label: str) -> str:
    """A label inside a sentence: `Kontaktmåte` becomes `kontaktmåte`."""
    return label[:1].lower() + label[1:]


def upper(label: str) -> str:
    """A unit at the head of a line: `henvendelser` becomes `Henvendelser`."""
    return label[:1].upper() + label[1:]


def listed(items: list[str], word: str) -> str:
    """Gives `a, b og c` of the items and the word for and."""
    return f" {word} ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


class Phrases(Mapping[str, str]):
    """The words of the site in one language: `words("menu.front")`, `words("coverage", n="3", of="4")`."""

    def __init__(self, lang: str, source: Path, texts: Mapping[str, str]) -> None:
        self.lang = lang
        self._source = source
        self._texts = texts

    def __getitem__(self, key: str) -> str:
        return self._texts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __call__(self, key: str, **slots: str) -> str:
        """Gives the phrase with its slots filled; a phrase or a slot nobody wrote is a DefinitionError."""
        try:
            return self._texts[key].format(**slots)
        except KeyError as missing:
            raise DefinitionError([f"{self._source}: {key}: no text or no slot for {missing}"]) from None


def phrases(project: Project, lang: str, file: str = WORDS) -> Phrases:
    """Gives the words of site/locale/<lang>/<file> and the survey's own in schemas/words/<lang>/<file>.

    Flat keys, texts with {slots}. Where both have a key, the survey's own word stands.
    """
    source, own = project.locale / lang / file, project.words / lang / file
    return Phrases(lang, source, {**_texts(source), **(_texts(own) if own.exists() else {})})


def _texts(source: Path) -> Mapping[str, str]:
    try:
        texts = yaml.load(source.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506  (makes only text)
    except (OSError, yaml.YAMLError) as trouble:
        raise DefinitionError([f"{source}: cannot be read: {trouble}"]) from None
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise DefinitionError([f"{source}: every line must be a key and a text"])
    return texts
