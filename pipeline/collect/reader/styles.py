"""The looks of cells that change what a number says: its format."""

from pipeline.collect.reader import number_format
from pipeline.collect.reader.text_judge import TextJudge
from pipeline.collect.reader.xml_stream import Attributes, ElementVisitor


class StylesVisitor(ElementVisitor):
    """Sees the styles go by: `formats` are the number formats of the cell styles, in the order cells refer to them."""

    def __init__(self, judge: TextJudge | None) -> None:
        self._judge = judge
        self._own: dict[int, str] = {}
        self._format_ids: list[int] = []
        self._in_cell_styles = False

    @property
    def formats(self) -> list[str]:
        builtin = number_format.BUILT_IN
        return [self._own.get(number, builtin.get(number, "General")) for number in self._format_ids]

    def start(self, name: str, attributes: Attributes) -> None:
        if self._judge:
            self._judge.start(name, attributes)
        if name == "numFmt":
            self._own[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cell_styles = True
        elif name == "xf" and self._in_cell_styles:
            self._format_ids.append(int(attributes.get("numFmtId", 0)))

    def text(self, name: str, text: str) -> None:
        if self._judge:
            self._judge.text(name, text)

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cell_styles = False
