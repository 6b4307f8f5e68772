"""What a text shows that its letters do not say: raised and lowered marks, and what is struck out."""

from pipeline.collect.reader.xml_stream import Attributes

_RAISED = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_OFF = {"0", "false"}


class RunMarks:
    """Follows the runs of a text."""

    def __init__(self) -> None:
        self._runs: list[tuple[str, str]] = []  # text, and how it is marked
        self._mark = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element inside a text begins."""
        if name == "r":
            self._mark = ""
        else:
            self._mark = mark_of(name, attributes) or self._mark

    def run(self, text: str) -> None:
        """A run ends."""
        self._runs.append((text, self._mark))

    def feature(self) -> dict[str, str]:
        """What is seen of the text, and what it says without its marks; nothing when it has none. Begins anew."""
        runs, self._runs, self._mark = self._runs, [], ""
        marks = {mark for text, mark in runs if mark and text.strip()}
        if not marks:
            return {}
        meant = "".join(text for text, mark in runs if not mark).strip()
        if "struck" in marks:
            struck = "".join(text for text, mark in runs if mark == "struck").strip()
            return {"kind": "struck", "seen": struck, "meant": meant}
        shown = {"raised": _RAISED, "lowered": _LOWERED}
        seen = "".join(text.translate(shown[mark]) if mark else text for text, mark in runs).strip()
        return {"kind": "footnote", "seen": seen, "meant": meant}


def mark_of(name: str, attributes: Attributes) -> str:
    """How an element of a font marks what is written in it; nothing when it does not."""
    value = attributes.get("val", "")
    if name in ("strike", "dstrike") and value not in _OFF:
        return "struck"
    if name == "vertAlign":
        return {"superscript": "raised", "subscript": "lowered"}.get(value, "")
    return ""
