"""Every kind of file that somebody could send to do harm, or by mistake, and what it is answered; by threat.

T01 size · T02 far corners · T03 entities that grow · T04 entities that fetch · T05 names as paths · T06 names in the
archive · T07 two things in one · T08 damage · T09 what runs or reaches out · T10 what tells of a person · T11 counts
that only look so · T24 letters that look like digits or words · T25 dates · T26 numbers hidden by how they are shown
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from tests.collect.reader.crafted import (
    AT,
    BOOK,
    FIELDS,
    SHEET,
    STRINGS,
    beyond_the_form,
    edited,
    filled,
    formatted,
    packed,
    parts,
    with_cell,
)
from tests.collect.reader.hostile import BY_THREAT, PLANTED


def many_cells() -> bytes:
    """As much as the airlock lets in: hundreds of thousands of cells in a small archive."""
    rows = "".join(f"<row>{'<c><v>1</v></c>' * 180}</row>" for _ in range(1_700))
    return edited(filled(), (SHEET, "</sheetData>", f"{rows}</sheetData>"))


def far_without_an_address() -> bytes:
    rows = "<row/>" * 300_000
    return edited(filled(), (SHEET, "</sheetData>", f"{rows}<row><c><v>1</v></c></row></sheetData>"))


def other_book() -> bytes:
    """The readers are pointed at another workbook than the one that was looked through."""
    content = parts(filled())
    content["_rels/.rels"] = content["_rels/.rels"].replace("xl/workbook.xml", "xl/other.xml")
    content["xl/other.xml"] = content[BOOK]
    content["xl/_rels/other.xml.rels"] = content["xl/_rels/workbook.xml.rels"]
    return packed(content)


# What the airlock may let in and the sealed reader refuses: kind → how it is made, the rule it breaks (None: any).
READING = {
    "the far corner": (lambda: beyond_the_form("XFD1048576"), "content_stays_near_the_form"),
    "the far corner, merged": (
        lambda: edited(filled(), (SHEET, "</mergeCells>", '<mergeCell ref="A300:XFD1048576"/></mergeCells>')),
        "content_stays_near_the_form",
    ),
    "a far row without an address": (far_without_an_address, "file_unpacks_small"),
    "hundreds of thousands of cells": (many_cells, "file_unpacks_small"),
    "another workbook": (other_book, "file_is_our_form"),
    "two sheets of the name": (
        lambda: edited(
            filled(), (BOOK, "</sheets>", '<sheet name="Skjema" sheetId="2" r:id="rId1"/></sheets>')
        ),
        "sheet_is_the_only_one",
    ),
    "no sheet data": (lambda: edited(filled(), (SHEET, "</sheetData>", "")), "file_is_whole"),
    "an infinite number": (
        lambda: with_cell("visits", '<c r="{r}"><v>1e999</v></c>'),
        None,
    ),
    "an address that is none": (lambda: with_cell("visits", '<c r="visits"><v>1</v></c>'), "file_is_whole"),
}


def written(text: str) -> bytes:
    """A form with this text in an answer cell."""
    return with_cell("visits", f'<c r="{{r}}" t="inlineStr"><is><t>{text}</t></is></c>')


def with_word(old: str, new: str) -> bytes:
    """A form whose label of an answer is written otherwise."""
    label = FIELDS["visits"].captions[0].words["nb"]
    assert old in label
    return edited(filled(), (STRINGS, f">{label}<", f">{label.replace(old, new, 1)}<"))


class Kind(NamedTuple):
    """One kind of file: the rule that answers it ('' when it is taken as it stands), and the name it is sent under."""

    threat: str
    make: Callable[[], bytes]
    rule: str
    name: str = "skjema.xlsx"


NAMES = {
    "traversal": "../../skjema.xlsx",
    "drive": "C:\\skjema.xlsx",
    "web_address": "http://127.0.0.1/skjema.xlsx",
    "stream_wrapper": "phar://skjema.xlsx",
    "nul": "skjema\0.xlsx",
    "right_to_left": "\u202exslx.amejks.xlsx",
    "formula": "=cmd|'x'.xlsx",
    "device": "CON.xlsx",
    "very_long": "a" * 300 + ".xlsx",
}
NO_NUMBERS = {
    "full_width_digits": "１２",
    "arabic_digits": "٣",
    "underscore": "1_000",
    "not_a_number": "nan",
    "infinity": "-inf",
    "exponent": "1e5",
    "hidden_mark": "\u200b12\u200b3,\u200b",
    "turned_around": "\u202e12 34",
}

KINDS: dict[str, Kind] = {
    **{
        kind: Kind(threat, partial(make, filled()), rule, "")
        for threat, kinds in BY_THREAT.items()
        for kind, (rule, make) in kinds.items()
    },
    **{
        kind: Kind("T02", READING[kind][0], rule)
        for kind, rule in {
            "the far corner": "cell_is_near_the_form",
            "the far corner, merged": "content_stays_near_the_form",
            "a far row without an address": "file_unpacks_small",
            "hundreds of thousands of cells": "file_unpacks_small",
            "an infinite number": "file_is_whole",
        }.items()
    },
    **{f"name: {kind}": Kind("T05", filled, "", name) for kind, name in NAMES.items()},
    "name: program": Kind("T05", filled, "file_is_workbook_or_csv", "skjema.exe"),
    "name: identity number": Kind("T10", filled, "text_has_no_identity_number", f"skjema_{PLANTED}.xlsx"),
    "counts of eight digits": Kind("T11", lambda: filled({"operating_costs": "15038599"}), ""),
    "an amount in groups": Kind("T11", lambda: filled({"operating_costs": "15 038 599"}), ""),
    **{
        f"number: {kind}": Kind("T24", partial(written, text), "answer_is_readable")
        for kind, text in NO_NUMBERS.items()
    },
    "word with a foreign letter": Kind("T24", lambda: with_word("e", "\u0435"), "words_stand_in_place"),
    "turned word": Kind("T24", lambda: with_word("B", "\u202eB"), "words_stand_in_place"),
    "date": Kind("T25", lambda: formatted("d. mmm yyyy", "45000"), "cell_holds_no_date"),
    "time": Kind("T25", lambda: formatted("[h]:mm", "1.5"), "cell_holds_no_date"),
    "date of an old macintosh": Kind(
        "T25",
        lambda: edited(
            formatted("d. mmm yyyy", "45000"), (BOOK, "<workbookPr ", '<workbookPr date1904="1" ')
        ),
        "cell_holds_no_date",
    ),
    "moment": Kind(
        "T25", lambda: with_cell("visits", '<c r="{r}" t="d"><v>2024-05-04</v></c>'), "cell_holds_no_date"
    ),
    "shown as another": Kind("T26", lambda: formatted('"40"', "400"), "number_is_shown_as_stored"),
    "shown as nothing": Kind("T26", lambda: formatted(";;;", "400"), "number_is_shown_as_stored"),
    "shown in thousands": Kind("T26", lambda: formatted("#,##0,", "12000"), "number_is_shown_as_stored"),
    "filtered": Kind(
        "T26",
        lambda: edited(
            filled(),
            (
                SHEET,
                "</sheetData>",
                '</sheetData><autoFilter ref="A1:C9"><filterColumn colId="0"/></autoFilter>',
            ),
        ),
        "filter_is_off",
    ),
    "covered by a merged cell": Kind(
        "T26",
        lambda: edited(filled(), (SHEET, "</mergeCells>", f'<mergeCell ref="A{AT[1:]}:{AT}"/></mergeCells>')),
        "cells_are_apart",
    ),
}
