"""Honest files as programs and habits leave them: read as people see them, and stored without what nobody sees."""

import io
import re
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from pipeline.collect.reader.return_file import Upload, read_received, read_upload
from pipeline.errors import UnreadableFile
from pipeline.model import Answer
from pipeline.process import finding_text
from tests.collect.reader.crafted import (
    AT,
    DEFINITIONS,
    FORM,
    YEAR,
    edited,
    filled,
    formatted,
    parts,
    with_cell,
)
from tests.collect.reader.hostile import (
    BOOK,
    PLANTED,
    SHEET,
    STYLES,
    TYPES,
    added,
    changed,
    drawn,
    packed,
    parts_of,
    two_sheets,
)

CLEAN = filled({"visits": "41", "person_years": "6,5"})
READ = read_upload(CLEAN, DEFINITIONS)
CUSTOM = "http://schemas.microsoft.com/sharepoint/v3/contenttype/forms"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
GUID = "d8f33418-f3d4-4711-9804-f92283868a29"


def answers(upload: Upload) -> tuple[Answer, ...]:
    return upload.submission.answers


def rules(upload: Upload) -> set[str]:
    return {remark.rule for remark in upload.submission.remarks}


def with_zip64_fields(content: bytes) -> bytes:
    """As Apple Numbers packs it: an empty zip64 field in each header."""
    field = struct.pack("<2H", 1, 16) + bytes(16)
    out, directory, offset = io.BytesIO(), [], 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            data = archive.read(info)
            name = info.filename.encode()
            head = (20, 0, 0, 0, 0x21, info.CRC, len(data), len(data), len(name))
            out.write(struct.pack("<4s5H3L2H", b"PK\3\4", *head, len(field)) + name + field + data)
            directory.append(struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, *head, 0, 0, 0, 0, 0, offset) + name)
            offset = out.tell()
    listed = b"".join(directory)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(directory), len(directory), len(listed), offset, 0)
    return out.getvalue() + listed + end


def streamed(content: bytes) -> bytes:
    """As a program packs that does not know how large a part becomes: sizes in a zip64 field."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts_of(content).items():
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(data)
    return out.getvalue()


def with_folders(content: bytes) -> bytes:
    return packed({"xl/": b"", "xl/worksheets/": b"", **parts_of(content)})


def labelled(content: bytes) -> bytes:
    names = "".join(
        f'<property name="MSIP_Label_{GUID}_{key}"><lpwstr>{value}</lpwstr></property>'
        for key, value in (("Enabled", "true"), ("Owner", "kari@example.org"), ("SiteId", GUID))
    )
    return added(content, "docProps/custom.xml", f"<Properties>{names}</Properties>")


def in_sharepoint(content: bytes) -> bytes:
    item = f'<?mso-contentType?><FormTemplates xmlns="{CUSTOM}"><Display>Document</Display></FormTemplates>'
    properties = (
        '<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"/>'
    )
    return added(
        added(content, "customXml/item1.xml", item, relation="customXml"),
        "customXml/itemProps1.xml",
        properties,
    )


def as_table(content: bytes) -> bytes:
    table = f'<table {MAIN} id="1" name="Tabell1" ref="A1:B9"><tableColumns count="1"/></table>'
    return changed(
        added(content, "xl/tables/table1.xml", table),
        SHEET,
        "</worksheet>",
        '<tableParts count="1"><tablePart r:id="rId7"/></tableParts></worksheet>',
    )


def printed(content: bytes) -> bytes:
    driver = "Driver 0.3.1504.38512 v1.04.20230415".encode("utf-16-le") + bytes(300)
    return added(
        changed(content, SHEET, "<pageSetup ", '<pageSetup r:id="rId8" '),
        "xl/printerSettings/printerSettings1.bin",
        driver,
    )


BLANK = (
    f'<worksheet {MAIN}><dimension ref="A1"/><sheetViews><sheetView workbookViewId="0"/></sheetViews>{{cells}}'
    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>'
)
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def with_second_sheet(
    content: bytes, cells: str = "<sheetData/>", state: str = "", position: int = 1
) -> bytes:
    """As a spreadsheet has it when somebody pressed «+» beside the tab."""
    of_workbook = "xl/_rels/workbook.xml.rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    listed = f'<sheet name="Ark2" sheetId="9"{state} r:id="rId99"/>'
    for part, old, new in (
        (BOOK, *(("</sheets>", f"{listed}</sheets>") if position else ("<sheets>", f"<sheets>{listed}"))),
        (
            of_workbook,
            "</Relationships>",
            f'<Relationship Id="rId99" Type="{kind}" Target="worksheets/sheet2.xml"/></Relationships>',
        ),
        (
            "[Content_Types].xml",
            "</Types>",
            f'<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{SHEET_TYPE}"/></Types>',
        ),
    ):
        content = changed(content, part, old, new)
    return packed({**parts_of(content), "xl/worksheets/sheet2.xml": BLANK.format(cells=cells).encode()})


UNSEEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "numbers' zip64 fields": (with_zip64_fields, "packing"),
    "streamed zip64": (streamed, "packing"),
    "folders": (with_folders, "packing"),
    "thumbnail": (
        lambda c: added(c, "docProps/thumbnail.jpeg", b"\xff\xd8\xff\xe0" + bytes(90)),
        "thumbnail",
    ),
    "google": (lambda c: added(c, "xl/metadata", b"\x0a\x031.0\x12\x02nb\x1a\x0bEurope/Oslo"), "google"),
    "dynamic arrays": (
        lambda c: added(c, "xl/metadata.xml", f"<metadata {MAIN}/>", relation="sheetMetadata"),
        "formulas",
    ),
    "sharepoint": (in_sharepoint, "sharepoint"),
    "printer": (printed, "printer"),
    "label": (labelled, "labels"),
    "label's own part": (
        lambda c: added(c, "docMetadata/LabelInfo.xml", f'<labelList><label id="{{{GUID}}}"/></labelList>'),
        "labels",
    ),
    "no persons": (lambda c: added(c, "xl/persons/person.xml", f"<personList {MAIN}/>"), "persons"),
    "table": (as_table, "table"),
    "empty drawing": (lambda c: drawn(c, ""), "drawing"),
    "empty second sheet": (with_second_sheet, "empty_sheet"),
    "empty second sheet in front": (
        lambda c: changed(with_second_sheet(c), BOOK, "<workbookView ", '<workbookView activeTab="1" '),
        "empty_sheet",
    ),
    "read only": (
        lambda c: changed(
            c,
            BOOK,
            "<workbookPr ",
            '<fileSharing readOnlyRecommended="1" userName="Kari Nordmann"/><workbookPr ',
        ),
        "read_only",
    ),
    "web settings": (
        lambda c: changed(c, BOOK, "</workbook>", '<webPublishing codePage="1252"/></workbook>'),
        "settings",
    ),
    "ole size": (lambda c: changed(c, BOOK, "</workbook>", '<oleSize ref="A1:F9"/></workbook>'), "settings"),
}


@pytest.mark.parametrize("kind", UNSEEN)
def test_what_nobody_sees_is_left_out_and_named(kind: str) -> None:
    make, named = UNSEEN[kind]

    upload = read_upload(make(CLEAN), DEFINITIONS)

    (remark,) = (remark for remark in upload.submission.remarks if remark.rule == "unseen_parts_are_left_out")
    assert named in remark.facts["parts"].split(", ")
    assert answers(upload) == answers(READ)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        (
            {"cells": '<sheetData><row r="1"><c r="A1"><v>7</v></c></row></sheetData>'},
            "sheet_is_the_only_one",
        ),
        ({"cells": '<sheetData/><drawing r:id="rId1"/>'}, "file_is_whole"),
        (
            {"cells": "<sheetData/><headerFooter><oddHeader>Notat</oddHeader></headerFooter>"},
            "sheet_is_the_only_one",
        ),
        ({"state": ' state="hidden"'}, "sheet_is_not_hidden"),
        ({"position": 0}, "sheet_is_the_only_one"),
    ],
)
def test_a_second_sheet_that_holds_anything_or_is_hidden_or_comes_first_is_refused(
    changes: dict[str, Any], rule: str
) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_upload(with_second_sheet(CLEAN, **changes), DEFINITIONS)
    assert caught.value.rule == rule


@pytest.mark.parametrize("kind", UNSEEN)
def test_what_is_stored_holds_nothing_of_it_and_is_read_as_a_plain_form(kind: str) -> None:
    sent = UNSEEN[kind][0](CLEAN)

    stored = read_upload(sent, DEFINITIONS).content

    assert stored == read_upload(sent, DEFINITIONS).content
    assert parts_of(stored).keys() <= parts_of(CLEAN).keys() | {"xl/worksheets/_rels/sheet1.xml.rels"}
    for word in (b"Kari", b"fileSharing", b"webPublishing", b"oleSize", b"tablePart", b"MSIP", b"customXml"):
        assert not any(word in part for part in parts_of(stored).values())
    assert read_received(stored, DEFINITIONS).answers == answers(READ)
    assert read_upload(stored, DEFINITIONS).content == stored


@pytest.mark.parametrize("kind", [kind for kind, (_, named) in UNSEEN.items() if named != "packing"])
def test_a_number_of_a_person_is_refused_there_too(kind: str) -> None:
    content = parts_of(UNSEEN[kind][0](CLEAN))
    (part, *_) = [*(content.keys() - parts_of(CLEAN).keys() - {"xl/worksheets/_rels/sheet1.xml.rels"}), BOOK]
    if part.endswith(".xml"):
        written = re.sub(
            rb"(<\w[^<>?]*?)(/?>)", rb'\1 note="%s"\2' % PLANTED.encode(), content[part], count=1
        )
        content[part] = written
    elif not part.endswith("jpeg"):
        content[part] += PLANTED.encode()

    if part.endswith("jpeg"):  # a picture is not read, and not stored
        assert PLANTED.encode() not in read_upload(packed(content), DEFINITIONS).content
    else:
        with pytest.raises(UnreadableFile, match="text_has_no_identity_number"):
            read_upload(packed(content), DEFINITIONS)


IN_DISGUISE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a query as sharepoint's": (
        lambda: added(
            CLEAN, "customXml/item1.xml", '<DataMashup xmlns="http://schemas.microsoft.com/DataMashup"/>'
        ),
        "file_has_no_other_data",
    ),
    "somebody in the list of persons": (
        lambda: added(
            CLEAN, "xl/persons/person.xml", f'<personList {MAIN}><person displayName="x"/></personList>'
        ),
        "file_has_no_notes",
    ),
    "a table of a query": (
        lambda: added(
            CLEAN, "xl/tables/table1.xml", f'<table {MAIN} tableType="queryTable" connectionId="1"/>'
        ),
        "file_has_no_data_connections",
    ),
    "a program as thumbnail": (
        lambda: added(CLEAN, "docProps/thumbnail.jpeg", b"MZ\x90"),
        "file_has_no_pictures",
    ),
    "a folder with something in it": (
        lambda: packed({"xl/": b"text", **parts_of(CLEAN)}),
        "file_is_plainly_packed",
    ),
    "published items": (
        lambda: changed(CLEAN, BOOK, "</workbook>", "<webPublishObjects/></workbook>"),
        "file_has_no_data_connections",
    ),
}


@pytest.mark.parametrize("kind", IN_DISGUISE)
def test_what_only_looks_harmless_is_refused(kind: str) -> None:
    make, rule = IN_DISGUISE[kind]

    with pytest.raises(UnreadableFile, match=rule):
        read_upload(make(), DEFINITIONS)


def in_runs(*runs: str) -> bytes:
    return with_cell("visits", f'<c r="{{r}}" t="inlineStr"><is>{"".join(runs)}</is></c>')


def struck_cell() -> bytes:
    styled = formatted("0", "41")
    styles = parts(styled)[STYLES]
    number = styles.partition("<fonts")[2].partition("</fonts>")[0].count("<font>")
    return edited(
        styled,
        (STYLES, "</fonts>", '<font><strike/><sz val="11"/></font></fonts>'),
        (STYLES, '<xf numFmtId="900" fontId="0"', f'<xf numFmtId="900" fontId="{number}"'),
    )


RAISED = '<r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r>'
SEEN: dict[str, tuple[Callable[[], bytes], str, dict[str, str]]] = {
    "footnote": (
        lambda: in_runs("<r><t>197</t></r>", RAISED),
        "number_has_no_footnote",
        {"seen": "197¹", "meant": "197"},
    ),
    "lowered": (
        lambda: in_runs("<r><t>15</t></r>", RAISED.replace("super", "sub")),
        "number_has_no_footnote",
        {"seen": "15₁", "meant": "15"},
    ),
    "struck digits": (
        lambda: in_runs("<r><rPr><strike/></rPr><t>12</t></r>", "<r><t>15</t></r>"),
        "number_is_not_struck_out",
        {"seen": "12", "meant": "15"},
    ),
    "a struck cell": (struck_cell, "number_is_not_struck_out", {}),
    "a lost sheet": (
        lambda: with_cell("visits", '<c r="{r}" t="e"><f>#REF!B3</f><v>#REF!</v></c>'),
        "cell_has_lost_its_source",
        {"seen": "#REF!"},
    ),
    "a sign without width": (
        lambda: in_runs("<t>\u200b41</t>"),
        "unseen_signs_are_left_out",
        {},
    ),
}


@pytest.mark.parametrize("kind", SEEN)
def test_what_people_see_is_said_at_the_cell(kind: str) -> None:
    make, rule, facts = SEEN[kind]

    (remark,) = read_upload(make(), DEFINITIONS).submission.remarks

    assert (remark.rule, remark.cell, remark.facts) == (rule, AT, facts)


def test_runs_that_only_differ_in_colour_are_read_as_one_text() -> None:
    content = in_runs("<r><rPr><b/></rPr><t>4</t></r>", '<r><rPr><strike val="0"/></rPr><t>1</t></r>')

    assert not rules(read_upload(content, DEFINITIONS))
    assert (
        answers(read_upload(content, DEFINITIONS))[
            [answer.variable for answer in answers(READ)].index("visits")
        ].text
        == "41"
    )


def test_a_line_ended_in_a_cell_is_no_word() -> None:
    content = in_runs("<t>41_x000D_</t>")
    texts = {answer.variable: answer.text.strip() for answer in answers(read_upload(content, DEFINITIONS))}

    assert texts["visits"] == "41"


def test_a_renamed_tab_is_known_by_what_it_holds() -> None:
    content = changed(changed(CLEAN, BOOK, 'name="Skjema"', 'name="Gran 2024"'), TYPES, "<Types", "<Types")

    assert answers(read_upload(content, DEFINITIONS)) == answers(READ)
    assert rules(read_upload(content, DEFINITIONS)) == {"sheet_has_another_name"}


def test_helper_sheets_are_refused_with_the_advice_that_keeps_the_answers() -> None:
    with pytest.raises(UnreadableFile, match="sheet_is_the_only_one"):
        read_upload(two_sheets(CLEAN), DEFINITIONS)
    for sentence in DEFINITIONS.notices["sheet_is_the_only_one"].say.values():
        assert any(word in sentence for word in ("Verdier", "Verdiar", "Values"))


Cells = dict[tuple[int, int], str]


def ours(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def english(value: float) -> str:
    return str(value) if value in (YEAR, FORM.form) else f"{value:,}"  # a year has no groups


def saved_as_csv(content: bytes = CLEAN, separator: str = ";", number: Callable[[float], str] = ours) -> str:
    """The sheet as a spreadsheet saves it: what each cell shows. Openpyxl reads it, which is not what is tested."""
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    lines = []
    for row in sheet.iter_rows(values_only=True):
        shown = (number(value) if isinstance(value, int | float) else value or "" for value in row)
        lines.append(separator.join(f'"{text}"' if text else "" for text in shown))
    return "\r\n".join(lines)


def test_a_sheet_saved_as_csv_in_english_is_read_by_its_sums() -> None:
    hours = "teaching_hours[audience=kindergarten]"
    given = {"visits": "1234", "teaching_hours": "6,5", hours: "6,5"}
    upload = read_upload(saved_as_csv(filled(given), ";", english).encode(), DEFINITIONS)

    texts = {answer.variable: answer.text for answer in answers(upload)}
    assert {name: texts[name] for name in given} == given
    assert rules(upload) == {"numbers_are_written_in_english"}


def test_a_typed_number_that_may_mean_two_things_is_left_as_it_stands() -> None:
    content = saved_as_csv(filled({"visits": "1,234"}), ";")

    assert {answer.variable: answer.text for answer in answers(read_upload(content.encode(), DEFINITIONS))}[
        "visits"
    ] == "1,234"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850", "mac_roman"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_form_saved_as_csv_is_read(separator: str, encoding: str) -> None:
    upload = read_upload(
        saved_as_csv(CLEAN, separator).encode(encoding, "replace"), DEFINITIONS, "skjema.csv"
    )

    assert (upload.suffix, answers(upload)) == (".csv", answers(READ))


def test_a_list_saved_as_csv_beside_the_form_is_a_list() -> None:
    content = saved_as_csv() + "".join(f"\r\nsak {number};3" for number in range(60))

    with pytest.raises(UnreadableFile, match="file_is_no_list"):
        read_upload(content.encode(), DEFINITIONS)


PROGRAMS = {
    "LibreOffice": lambda c: changed(c, "docProps/app.xml", ">Microsoft Excel<", ">LibreOffice/24.8$Linux<"),
    "Apple Numbers": lambda c: changed(c, "docProps/app.xml", ">Microsoft Excel<", ">Numbers<"),
    "Google": lambda c: changed(
        c, BOOK, "</workbook>", '<extLst><ext uri="GoogleSheetsCustomDataVersion2"/></extLst></workbook>'
    ),
}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
def test_a_refusal_with_menus_of_excel_says_what_is_possible_in_the_program_at_hand(
    program: str, lang: str
) -> None:
    def sentence(content: bytes) -> str:
        with pytest.raises(UnreadableFile) as caught:
            read_upload(content, DEFINITIONS)
        return finding_text.refusal(DEFINITIONS, caught.value, lang)

    in_excel = two_sheets(CLEAN)
    assert sentence(PROGRAMS[program](in_excel)).startswith(f"{sentence(in_excel)} ")
    assert program in sentence(PROGRAMS[program](in_excel))
    assert "Excel" not in sentence(in_excel)
    without_menus = changed(CLEAN, BOOK, "<sheet ", '<sheet state="hidden" ')
    assert sentence(PROGRAMS[program](without_menus)) == sentence(without_menus)
