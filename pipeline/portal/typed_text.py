"""What may be kept of what somebody typed: signs that can be printed, in the order they are printed."""

from unicodedata import category

from pipeline.collect.records.edits import unfit


def has_unprintable(text: str) -> bool:
    """Whether something in the text is no sign to be read: a control character, or one that turns the direction."""
    return any(category(sign)[0] == "C" or category(sign) in ("Zl", "Zp") for sign in text)


def fault_of(text: str) -> str:
    """Why a text in somebody's own words is not kept: `unprintable`, `long`, `personal`; nothing when it is."""
    return "unprintable" if has_unprintable(text) else unfit(text)
