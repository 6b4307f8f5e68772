"""A receipt on paper: a PDF of what was received, by whom it was signed, and what proves it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fpdf import FPDF
from fpdf.fonts import FontFace

from pipeline.text import MINUS, Phrases

_MARGIN, _GAP, _NARROW, _WIDE, _PADDING = 18, 3, 50, 140, 0.6  # millimetres
_SMALL, _TEXT, _HEADING, _TITLE = 9, 11, 13, 20  # points
_LEADING = 0.5  # millimetres between lines for each point


def pdf(
    words: Phrases,
    lang: str,
    content: Mapping[str, Any],
    facts: Sequence[tuple[str, str]],
    answers: Sequence[tuple[str, str]],
) -> bytes:
    """The receipt as a PDF; the same receipt gives the same bytes.

    `content`: a signed receipt; `facts` about the delivery and `answers`, each with its label, as the page shows them.
    """
    receipt = content["receipt"]
    sent = receipt.get("sent_sha256", receipt["sha256"])  # a line of schema 1 has the latter alone
    document = FPDF()
    document.set_creation_date(datetime.fromisoformat(receipt["received_at"]))
    document.set_lang(lang)
    document.set_title(words("receipt.title", n=str(receipt["sequence"])))
    document.set_margins(_MARGIN, _MARGIN)
    document.set_auto_page_break(auto=True, margin=_MARGIN)
    document.add_page()
    _paragraph(document, words("receipt.title", n=str(receipt["sequence"])), _TITLE, bold=True)
    lead = "receipt.lead" if content["signature"] else "receipt.unsigned"
    _paragraph(document, words(lead, year=str(receipt["year"]), version=str(receipt["version"])), _TEXT)
    _rows(document, facts)
    _paragraph(document, words("receipt.proof"), _HEADING, bold=True)
    _rows(
        document,
        [
            (words("receipt.place"), str(receipt["sequence"])),
            (words("receipt.line"), receipt["line"]),
            (words("receipt.previous"), receipt["previous"] or "-"),
            (words("receipt.file"), receipt["sha256"]),
            *([(words("receipt.sent_file"), sent)] if sent != receipt["sha256"] else []),
            (words("receipt.head", n=str(content["head"]["size"])), content["head"]["root"]),
            (words("receipt.key"), content["public_key"]),
            (words("receipt.service"), content["service_signature"]),
        ],
        font="Courier",
    )
    if sent != receipt["sha256"]:
        _paragraph(document, words("receipt.left_out"), _TEXT)
    _paragraph(document, words("receipt.on_paper"), _TEXT)
    _paragraph(document, words("receipt.echo"), _HEADING, bold=True)
    _rows(document, answers, width=_WIDE)
    return bytes(document.output())


def _paragraph(document: FPDF, text: str, size: int, *, bold: bool = False) -> None:
    document.set_font("Helvetica", "B" if bold else "", size)
    document.multi_cell(0, size * _LEADING, _latin(text), new_x="LMARGIN", new_y="NEXT")
    document.ln(_GAP)


def _rows(
    document: FPDF, rows: Sequence[tuple[str, str]], font: str = "Helvetica", width: float = _NARROW
) -> None:
    document.set_font("Helvetica", "", _SMALL)
    with document.table(
        col_widths=(width, document.epw - width),
        borders_layout="HORIZONTAL_LINES",
        first_row_as_headings=False,
        line_height=_SMALL * _LEADING,
        text_align="LEFT",
        padding=_PADDING,
    ) as table:
        for label, text in rows:
            row = table.row()
            row.cell(_latin(label))
            row.cell(_latin(text), style=FontFace(family=font))
    document.ln(_GAP)


def _latin(text: str) -> str:
    """The text in the letters the standard fonts have; another is written as its number, never left out."""
    plain = text.replace(MINUS, "-").replace("–", "-")
    return plain.encode("latin-1", "backslashreplace").decode("latin-1")
