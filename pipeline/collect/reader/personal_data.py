"""What in a text tells of a person: numbers of the population and immigration registers, addresses, births, names.

A match is never given back, only the rule it breaks. What looks like a number of a person is one here whether or
not its check digits agree: a centre that mistypes it has written it all the same.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from decimal import Decimal
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

from stdnum.no.fodselsnummer import calc_check_digit1, calc_check_digit2

IDENTITY, DUF, EMAIL, PHONE, BIRTH, NAME = (
    "text_has_no_identity_number",
    "text_has_no_duf_number",
    "text_has_no_email_address",
    "text_has_no_phone_number",
    "text_has_no_birth_date",
    "text_has_no_name",
)
ANY = (IDENTITY, DUF, EMAIL, BIRTH, PHONE, NAME)  # words a person wrote; in order of gravity
WRITTEN_BY_PROGRAMS = (
    IDENTITY,
    DUF,
    EMAIL,
)  # addresses, colours, widths: other numbers there are no telephones
ABOUT_THE_SENDER = (IDENTITY, DUF)  # Excel notes who saved a file, and may

_MONTH_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTH_SHIFTS = (0, 40, 65, 80)  # as born; H-number; test persons
_D_NUMBER = 40
_FIRST_REMAINDERS = (0, 1, 2, 3)  # three of them once the numbers run short
_DUF_WEIGHTS = (4, 6, 3, 2, 4, 6, 3, 2, 7, 5)
_MODULUS = 11
_IDENTITY_LENGTH, _DUF_LENGTH = 11, 12  # digits
_SHORTEST = 6  # «1.3E10»
_FEW_GROUPS = 5  # «01 01 01 123 45»; more are rather a list of numbers

_STORED_NUMBER = re.compile(r"[+-]?\d*\.?\d+(?:[eE][+-]?\d{1,3})?")
_TYPED_NUMBER = re.compile(r"[(+-]?(\d{1,3}(?:[ .]\d{3})+|\d+)(?:,\d{1,4})?\)?")
_CHAIN = re.compile(r"\d(?:[\d]|[ ./_-]{1,3}(?=\d))*")
_DIGITS = re.compile(r"\d+")
_AT = re.compile(r"(?<=[\w.+-])@[\w-]{1,63}\.\w{2}")
_TELEPHONE = re.compile(
    r"""(?<!\d)(?<!\d[.,])(?:(?:\+|00)\ ?47[ -]?)?(?:2[1-4]|3[1-8]|[45679]\d)\d{6}(?!\d)(?![.,]\d)
    | (?<!\d)(?<!\d[ .-])(?:(?:\+|00)\ ?47[ -]?)?(?:2[1-4]|3[1-8]|[45679]\d)
      (?:\d[ .-]\d{2}[ .-]\d{3} | [ .-]\d{2}[ .-]\d{2}[ .-]\d{2})(?!\d)(?![ .-]\d)""",
    re.VERBOSE,
)
_BEFORE_BIRTH, _AFTER_BIRTH = 22, 45  # characters in which the date may begin and end
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_MADE_BY_PROGRAMS = re.compile(  # identifiers in which digits stand by chance
    r"""(?<![^\W_])(?<!-)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![^\W_])(?!-)
    | (?<!\w)(?=\d*[a-f])[0-9a-f]{24,}(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)

_DOTTED = re.compile(r"(?<![\d.])\d+(?:\.\d+){2,}(?![\d.])")  # a version, unless it is a date
_DOTTED_DATE = re.compile(r"\d\d\.\d\d\.(?:\d\d){1,2}")
_DAY_IN_NAME = re.compile(
    r"(?<!\d)(?:0[1-9]|[12]\d|3[01])[.-]?(?:0[1-9]|1[0-2])[.-]?(?:19|20)\d\d(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d[.-]?(?:0[1-9]|1[0-2])[.-]?(?:0[1-9]|[12]\d|3[01])(?!\d)"
)
_CONDITION_OF_FORMAT = re.compile(r"\[[<>=]{1,2}[\d.]+\]")


def rule_broken_by(text: str, kinds: Collection[str] = ANY, printed: Collection[str] = ()) -> str | None:
    """The gravest rule of `kinds` that a text breaks; None when it tells of nobody.

    A text that is nothing but a number is a count, and judged only by its length. `printed` are addresses and
    telephones of the form itself.

    >>> rule_broken_by("Ring 22 33 44 55"), rule_broken_by("22 334 455"), rule_broken_by("12 345")
    ('text_has_no_phone_number', None, None)
    """
    plain = _plain(text).strip()
    if count := _TYPED_NUMBER.fullmatch(plain):
        return _in_digits(re.sub(r"\D", "", count.group(1)))
    if PHONE not in kinds:  # written by programs
        plain = _DOTTED.sub(_without_version, plain)
    for contact in printed:
        plain = plain.replace(contact, " ")
    tested = _WITHOUT_DIGITS if _DIGITS.search(plain) is None else _TESTS
    return next((kind for kind in kinds if kind in tested and tested[kind](plain)), None)


def rule_broken_by_file_name(name: str, printed: Collection[str] = ()) -> str | None:
    """The rule the name of a file breaks; the day a file was saved is no telephone and no part of a number.

    >>> rule_broken_by_file_name("gran_22012025.xlsx"), rule_broken_by_file_name("22 33 44 55.xlsx")
    (None, 'text_has_no_phone_number')
    """
    words = name.replace("_", " ")
    rule = rule_broken_by(words, printed=printed)
    return rule_broken_by(_DAY_IN_NAME.sub(" ", words), printed=printed) if rule in (PHONE, DUF) else rule


def rule_broken_by_format(code: str, printed: Collection[str] = ()) -> str | None:
    """The rule the words of a number format break; the numbers it compares with are nobody's.

    >>> rule_broken_by_format('[<=99999999]## ## ## ##;"ring 22 33 44 55"')
    'text_has_no_phone_number'
    """
    return rule_broken_by(_CONDITION_OF_FORMAT.sub(" ", code), printed=printed)


def rule_broken_by_number(text: str) -> str | None:
    """The rule a stored number breaks; None for every count there is.

    >>> rule_broken_by_number("12345678"), rule_broken_by_number("0.125"), rule_broken_by_number("13857200033")
    (None, None, 'text_has_no_identity_number')
    """
    if len(text) <= _SHORTEST or not is_stored_number(text):
        return None
    value = Decimal(text)
    if value.adjusted() >= _DUF_LENGTH or value != value.to_integral_value():
        return None
    return _in_digits(str(abs(int(value))))


def rehearse() -> None:
    """Fetches the lists of names and words, which are files of their own."""
    _first_names()
    _word_patterns()


def is_stored_number(text: str) -> bool:
    """Whether a program wrote this as a number, with a point: 12, 0.5, 1.3E10."""
    return _STORED_NUMBER.fullmatch(text) is not None


def _without_version(dotted: re.Match[str]) -> str:
    return dotted.group() if _DOTTED_DATE.fullmatch(dotted.group()) else " "


def _in_digits(digits: str) -> str | None:
    if len(digits) == _DUF_LENGTH and _is_duf(digits):
        return DUF
    if len(digits) == _IDENTITY_LENGTH and (_has_birth(digits) or _is_temporary(digits)):
        return IDENTITY
    first_lost = "0" + digits  # a spreadsheet drops it from a number
    if len(first_lost) == _IDENTITY_LENGTH and _has_birth(first_lost) and _checks(first_lost):
        return IDENTITY
    return None


def _plain(text: str) -> str:
    """The text as it looks: full-width and other digits as ours, invisible characters gone, one kind of dash."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFKC", text)
    return (composed if len(composed) <= 2 * len(text) else text).translate(_LOOKS)


class _Looks(dict[int, str]):
    """What each character looks like, by its code; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if category == "Cf":
            self[code] = ""
        elif category == "Pd":
            self[code] = "-"
        else:
            digit = unicodedata.decimal(character, None)
            self[code] = character if digit is None else str(digit)
        return self[code]


_LOOKS = _Looks()


def _windows(text: str, length: int) -> Iterator[tuple[str, int]]:
    """Each run of neighbouring groups of digits with so many digits together, and of how many groups it is."""
    for chain in _CHAIN.finditer(text):
        groups = _DIGITS.findall(chain.group())
        starts = {start: number for number, start in enumerate(accumulate(map(len, groups), initial=0))}
        digits = "".join(groups)
        for start, number in starts.items():
            if start + length in starts:
                yield digits[start : start + length], starts[start + length] - number


def _has_identity(text: str) -> bool:
    return any(
        (groups <= _FEW_GROUPS or _checks(digits))
        if _has_birth(digits)
        else groups == 1 and _is_temporary(digits)
        for digits, groups in _windows(_MADE_BY_PROGRAMS.sub(" ", text), _IDENTITY_LENGTH)
    )


def _has_birth(digits: str) -> bool:
    """Whether the first six digits can be a day of birth, as ordinary, D-, H- or test numbers have it."""
    day, month = int(digits[:2]), int(digits[2:4])
    day -= _D_NUMBER if day > _D_NUMBER else 0
    return any(
        1 <= month - shift <= len(_MONTH_LENGTHS) and 1 <= day <= _MONTH_LENGTHS[month - shift - 1]
        for shift in _MONTH_SHIFTS
    )


def _is_temporary(digits: str) -> bool:
    """Whether it is a number shared by hospitals for somebody unknown: no date, so the check digits decide."""
    return digits[0] in "89" and _checks(digits)


def _checks(digits: str) -> bool:
    remainder = (int(digits[9]) - int(calc_check_digit1(digits))) % _MODULUS
    return remainder in _FIRST_REMAINDERS and digits[10] == calc_check_digit2(digits)


def _has_duf(text: str) -> bool:
    masked = _MADE_BY_PROGRAMS.sub(" ", text)
    numbers = [digits for digits, groups in _windows(masked, _DUF_LENGTH) if groups <= _FEW_GROUPS]
    return bool(numbers) and (any(map(_is_duf, numbers)) or _word_patterns().refugee.search(text) is not None)


def _is_duf(digits: str) -> bool:
    """Year of registration, running number, and the remainder of both."""
    weighted = sum(weight * int(digit) for weight, digit in zip(_DUF_WEIGHTS, digits, strict=False))
    return digits[:2] in ("19", "20") and int(digits[-2:]) == weighted % _MODULUS


def _has_email(text: str) -> bool:
    return "@" in text and _AT.search(text) is not None


def _has_phone(text: str) -> bool:
    return _TELEPHONE.search(_MADE_BY_PROGRAMS.sub(" ", text)) is not None


def _has_birth_date(text: str) -> bool:
    patterns = _word_patterns()
    return any(
        patterns.date.search(text, max(0, word.start() - _BEFORE_BIRTH), word.end() + _AFTER_BIRTH)
        for word in patterns.birth.finditer(text)
    )


def _has_name(text: str) -> bool:
    """Whether a first name stands beside another capitalised word: «Kari Nordmann», «Nordmann, Kari»."""
    for word, following in pairwise(_WORDS.finditer(text)):
        between = text[word.end() : following.start()]
        capitalised = word.group()[0].isupper() and following.group()[0].isupper()
        if not capitalised or len(following.group()) == 1:
            continue
        if between.strip(" ") in ("", ".") and between and _is_first_name(word.group()):
            return True
        if between.replace(" ", "") == "," and _is_first_name(following.group()):
            return True
    return False


def _is_first_name(word: str) -> bool:
    return word.partition("-")[0].casefold() in _first_names()


@cache
def _first_names() -> frozenset[str]:
    return frozenset(name.casefold() for line in _lines("first_names.txt") for name in line.split())


class _WordPatterns(NamedTuple):
    """What is searched for by words of personal_words.txt."""

    birth: re.Pattern[str]
    date: re.Pattern[str]
    refugee: re.Pattern[str]


@cache
def _word_patterns() -> _WordPatterns:
    lists = dict(line.split(": ", maxsplit=1) for line in _lines("personal_words.txt"))
    birth, month, word, beginning = (
        "|".join(re.escape(word) for word in lists[key].split(", "))
        for key in ("birth", "month", "refugee", "refugee begins")
    )
    return _WordPatterns(
        re.compile(rf"(?<!\w)(?:{birth})(?!\w)", re.IGNORECASE),
        re.compile(
            rf"""(?<!\d)(?: \d{{1,2}}[ ./-]{{1,2}}(?:\d{{1,2}}|(?:{month})[a-z]{{0,6}})\.?[ ./-]{{1,2}}\d{{2,4}}
            | \d{{6}} | \d{{8}} | \d{{4}}-\d{{1,2}}-\d{{1,2}} )(?!\d)""",
            re.IGNORECASE | re.VERBOSE,
        ),
        re.compile(rf"\b(?:{beginning})|{word}", re.IGNORECASE),
    )


def _lines(file: str) -> list[str]:
    """The lines of a list beside this module, without its remarks."""
    text = Path(__file__).with_name(file).read_text("utf-8")
    return [line for line in text.splitlines() if line[:1] != "#"]


_TESTS = {
    IDENTITY: _has_identity,
    DUF: _has_duf,
    EMAIL: _has_email,
    PHONE: _has_phone,
    BIRTH: _has_birth_date,
    NAME: _has_name,
}
_WITHOUT_DIGITS = {kind: _TESTS[kind] for kind in (EMAIL, NAME)}  # most words of a form are spared the rest
