"""The looks of cells that change what their values say: the number format, and a line through it."""

from dataclasses import dataclass

from pipeline.collect.reader import number_format
from pipeline.collect.reader.runs import mark_of
from pipeline.collect.reader.text_judge import TextJudge
from pipeline.collect.reader.xml_stream import Attributes, ElementVisitor


@dataclass(frozen=True)
class CellStyle:
    """How a cell looks."""

    code: str = "General"  # of its number format
    is_struck: bool = False


class StylesVisitor(ElementVisitor):
    """Sees the styles go by; without a judge they are those of a file that was judged before."""

    def __init__(self, judge: TextJudge | None) -> None:
        self._judge = judge
        self._codes = dict(number_format.BUILT_IN)
        self._struck_fonts: list[bool] = []
        self._cell_styles: list[tuple[int, int]] = []  # number format, font
        self._inside = ""

    @property
    def styles(self) -> list[CellStyle]:
        """The cell styles, in the order cells refer to them."""
        struck = {number for number, is_struck in enumerate(self._struck_fonts) if is_struck}
        return [
            CellStyle(self._codes.get(code, "General"), font in struck) for code, font in self._cell_styles
        ]

    def start(self, name: str, attributes: Attributes) -> bool | None:
        if self._judge:
            self._judge.start(name, attributes)
        if name in ("fonts", "cellXfs"):
            self._inside = name
        elif name == "numFmt":
            self._codes[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")
        elif self._inside == "cellXfs" and name == "xf":
            self._cell_styles.append((int(attributes.get("numFmtId", 0)), int(attributes.get("fontId", 0))))
        elif self._inside == "fonts" and name == "font":
            self._struck_fonts.append(False)
        elif self._inside == "fonts" and self._struck_fonts and mark_of(name, attributes) == "struck":
            self._struck_fonts[-1] = True
        return False

    def text(self, name: str, text: str) -> None:
        if self._judge:
            self._judge.text(name, text)

    def end(self, name: str) -> None:
        if name == self._inside:
            self._inside = ""
