"""What a spreadsheet shows for a stored number, by its number format."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    **dict.fromkeys((5, 6, 7, 8, 41, 42, 43, 44), '#,##0.00"kr"'),
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    **dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), "yyyy-mm-dd"),
    37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    48: "##0.0E+0", 49: "@",
}  # fmt: skip
_CURRENCY = re.compile(r"kr|nok|[$€£¥]", re.IGNORECASE)
_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<plain>.)', re.DOTALL
)
_CONDITION = re.compile(r"(?P<sign><=|>=|<>|<|>|=)(?P<limit>-?\d+(?:\.\d+)?)")
_LITERAL = "\0"  # where words stand in a format
_DIGITS = re.compile(r"[0#?][0#?,\0]*(?:\.[0#?\0]*)?|\.[0#?]+")
_CLOCK = re.compile(r"[dmyhs]", re.IGNORECASE)
_AS_IT_IS = ("General", "Standard", "@", "E+", "E-", "/")
_EXACT = Decimal("1e-9")


@cache
def kind(code: str) -> str | None:
    """What a number becomes in this format, when it is no plain number: date, percentage or currency."""
    if code in ("General", "@"):
        return None
    words, bare = "", ""
    for piece in _PIECE.finditer(code):
        bracket = piece["bracket"] or ""
        words += (
            (piece["quoted"] or "") + (piece["escaped"] or "") + (bracket if bracket.startswith("$") else "")
        )
        words += piece["plain"] or ""
        bare += piece["plain"] or (bracket if bracket.lower() in ("h", "hh", "m", "mm", "s", "ss") else "")
    if _CURRENCY.search(re.sub(r"\$-[0-9A-Fa-f,]+", "", words)):
        return "currency"
    if _CLOCK.search(bare.replace("General", "").replace("Standard", "")):
        return "date"
    return "percentage" if "%" in bare else None


def shown(value: float, code: str) -> str | None:
    """What is seen instead of the number; None when it is the number itself that is seen.

    >>> shown(400, '"40"'), shown(1234, "#,##0"), shown(4.6, "0"), shown(5, ";;;"), shown(-5, "0;0")
    ('40', None, '5', '', '5')
    """
    sections = _sections(code)
    bare, words, signed = _chosen(value, sections)
    if any(mark in bare for mark in _AS_IT_IS):
        return None
    digits = _DIGITS.search(bare)
    if digits is None:
        return "".join(words).strip()
    number = _rounded(abs(Decimal(repr(value))), digits.group(), bare.count("%"))
    minus = signed or any(mark in word for word in (*words, bare) for mark in "-−(")
    seen = -Decimal(number or "0") if value < 0 and minus else Decimal(number or "0")
    tricked = any(character.isdigit() for word in words for character in word)
    if not tricked and number and abs(seen - Decimal(repr(value))) <= _EXACT * max(Decimal(1), abs(seen)):
        return None
    pieces = iter(words)
    around = "".join(
        next(pieces, "") if mark == _LITERAL else mark
        for mark in _DIGITS.sub("\1" + _LITERAL * digits.group().count(_LITERAL), bare, count=1)
    )
    return ("−" if signed and value < 0 else "") + around.replace("\1", number.replace(".", ",")).strip()


def _sections(code: str) -> list[tuple[str, list[str], str]]:
    """The parts of a format between semicolons: its marks, the words in it, and the condition it is for."""
    bare, words, condition = "", list[str](), ""
    sections = []
    for piece in _PIECE.finditer(code):
        if piece["plain"] == ";":
            sections.append((bare, words, condition))
            bare, words, condition = "", [], ""
        elif piece["plain"]:
            bare += piece["plain"]
        elif piece["bracket"] is not None and _CONDITION.fullmatch(piece["bracket"]):
            condition = piece["bracket"]
        elif word := piece["quoted"] or piece["escaped"]:
            bare += _LITERAL
            words.append(word)
    return [*sections, (bare, words, condition)]


def _chosen(value: float, sections: list[tuple[str, list[str], str]]) -> tuple[str, list[str], bool]:
    """The part of the format this number is shown by, and whether a minus is put before a negative one."""
    if any(condition for _, _, condition in sections):
        holding = (section for section in sections if not section[2] or _holds(value, section[2]))
        bare, words, _ = next(holding, sections[-1])
        return bare, words, True
    numbers = sections[:3]
    number = 0
    if value < 0 and len(numbers) > 1:
        number = 1
    elif value == 0 and len(numbers) > 2:  # noqa: PLR2004 - positive; negative; zero
        number = 2
    bare, words, _ = numbers[number]
    return bare, words, len(numbers) == 1


def _holds(value: float, condition: str) -> bool:
    parts = _CONDITION.fullmatch(condition)
    if parts is None:
        return False
    limit = float(parts["limit"])
    return {
        "<": value < limit, "<=": value <= limit, ">": value > limit,
        ">=": value >= limit, "=": value == limit, "<>": value != limit,
    }[parts["sign"]]  # fmt: skip


def _rounded(value: Decimal, digits: str, percent: int) -> str:
    whole, _, decimals = digits.replace(_LITERAL, "").partition(".")
    thousands = len(whole) - len(whole.rstrip(","))
    scaled = value * Decimal(100) ** percent / Decimal(1000) ** thousands
    text = f"{scaled.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP):f}"
    integer, _, fraction = text.partition(".")
    least = decimals.rfind("0") + 1
    while len(fraction) > least and fraction.endswith("0"):
        fraction = fraction[:-1]
    if integer == "0" and "0" not in whole:
        integer = ""
    return f"{integer}.{fraction}" if fraction else integer
