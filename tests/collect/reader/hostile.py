"""Files that must stay outside, each made from a clean form by one small change; name → maker.

Nothing here is a number, an address or a name of anybody: identity numbers are of test persons (month + 80) or have
wrong check digits.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

Parts = dict[str, bytes]
SHEET, BOOK, STRINGS, TYPES = (
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "xl/sharedStrings.xml",
    "[Content_Types].xml",
)
BOOK_RELATIONS, SHEET_RELATIONS = "xl/_rels/workbook.xml.rels", "xl/worksheets/_rels/sheet1.xml.rels"
CORE, STYLES, THEME = "docProps/core.xml", "xl/styles.xml", "xl/theme/theme1.xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PLANTED = "150385 12345"  # a day of birth and wrong check digits


def parts_of(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def changed(clean: bytes, part: str, old: str, new: str) -> bytes:
    """The workbook with one text of one part replaced; the text must be there."""
    parts = parts_of(clean)
    before = parts[part].decode()
    assert old in before, f"{old} is not in {part}"
    return packed(parts | {part: before.replace(old, new, 1).encode()})


def added(
    clean: bytes, name: str, content: str | bytes = "<x/>", kind: str = "", relation: str = ""
) -> bytes:
    """The workbook with one part more, declared and pointed to as a spreadsheet program would."""
    parts = parts_of(clean)
    data = content.encode() if isinstance(content, str) else content
    parts[name] = data
    if kind:
        override = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
        parts[TYPES] = parts[TYPES].replace(b"</Types>", override.encode())
    if relation:
        relationship = (
            f'<Relationship Id="rId99" Type="{OFFICE}/{relation}" Target="/{name}"/></Relationships>'
        )
        parts[BOOK_RELATIONS] = parts[BOOK_RELATIONS].replace(b"</Relationships>", relationship.encode())
    return packed(parts)


def related(clean: bytes, kind: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
    """The workbook whose sheet points somewhere."""
    relationship = f'<Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return packed(
        parts_of(clean)
        | {SHEET_RELATIONS: f'<Relationships xmlns="{space}">{relationship}</Relationships>'.encode()}
    )


def drawn(clean: bytes, inside: str) -> bytes:
    """The workbook with a drawing as Google Sheets writes it; what is drawn stands `inside`."""
    space = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    sheet = changed(clean, SHEET, "</worksheet>", '<drawing r:id="rId1"/></worksheet>')
    pointed = related(sheet, "drawing", "../drawings/drawing1.xml", "")
    drawing = f'<?xml version="1.0"?><xdr:wsDr xmlns:xdr="{space}">{inside}</xdr:wsDr>'
    kind = "application/vnd.openxmlformats-officedocument.drawing+xml"
    return added(pointed, "xl/drawings/drawing1.xml", drawing, kind)


def with_cell(clean: bytes, cell: str, row: str = "", at: int = 240) -> bytes:
    """The workbook with a row of its own beneath the form; `cell` is the markup of its cells."""
    return changed(clean, SHEET, "</sheetData>", f'<row r="{at}"{row}>{cell}</row></sheetData>')


def in_cell(clean: bytes, text: str) -> bytes:
    return with_cell(clean, f'<c r="B240" t="inlineStr"><is><t>{text}</t></is></c>')


def in_formula(clean: bytes, formula: str) -> bytes:
    return with_cell(clean, f'<c r="B240"><f>{formula}</f><v>0</v></c>')


def in_number(clean: bytes, number: str) -> bytes:
    return with_cell(clean, f'<c r="B240"><v>{number}</v></c>')


def in_names(clean: bytes, attributes: str, formula: str = "Skjema!$A$1") -> bytes:
    return changed(
        clean, BOOK, "<definedNames>", f"<definedNames><definedName {attributes}>{formula}</definedName>"
    )


def declared(clean: bytes, encoding: str, declaration: str, mark: bytes = b"") -> bytes:
    """The workbook whose core properties are written in another encoding, with a document type in it."""
    document = f'<?xml version="1.0" encoding="{declaration}"?><!DOCTYPE x SYSTEM "http://127.0.0.1/x"><x/>'
    return packed(parts_of(clean) | {CORE: mark + document.encode(encoding)})


def laughing(levels: int = 9) -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels))
    return f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "ha">{entities}]><l>&l{levels - 1};</l>'.encode()


# --- the archive, byte by byte


def end_of(content: bytes) -> int:
    return content.rfind(b"PK\5\6")


def entry_of(content: bytes, name: str) -> int:
    """Where the directory speaks of a part."""
    start = struct.unpack_from("<L", content, end_of(content) + 16)[0]
    return content.index(name.encode(), start) - 46


def patched(content: bytes, at: int, form: str, *values: int) -> bytes:
    changed_bytes = bytearray(content)
    struct.pack_into(form, changed_bytes, at, *values)
    return bytes(changed_bytes)


def lying(clean: bytes, part: str, size: int) -> bytes:
    """Directory and header both promise another size."""
    at = entry_of(clean, part)
    header = struct.unpack_from("<L", clean, at + 42)[0]
    return patched(patched(clean, at + 24, "<L", size), header + 22, "<L", size)


def wrong_checksum(clean: bytes, part: str) -> bytes:
    at = entry_of(clean, part)
    header = struct.unpack_from("<L", clean, at + 42)[0]
    return patched(patched(clean, at + 16, "<L", 1), header + 14, "<L", 1)


def renamed(clean: bytes, part: str, name: str) -> bytes:
    """A part under another name of the same length, in both places."""
    assert len(part) == len(name)
    return clean.replace(part.encode(), name.encode())


def twice(clean: bytes, name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in [*parts_of(clean).items(), (name, b"<x/>")]:
            info = zipfile.ZipInfo("0" * len(name) if (part, content) == (name, b"<x/>") else part)
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return out.getvalue().replace(b"0" * len(name), name.encode())


def symlink(clean: bytes) -> bytes:
    return patched(clean, entry_of(clean, THEME) + 38, "<L", (stat.S_IFLNK | 0o777) << 16)


def overlapping(clean: bytes) -> bytes:
    """Two names for the same bytes."""
    first = struct.unpack_from("<L", clean, entry_of(clean, THEME) + 42)[0]
    return patched(clean, entry_of(clean, CORE) + 42, "<L", first)


def zip64_sizes(clean: bytes) -> bytes:
    return patched(clean, entry_of(clean, THEME) + 20, "<2L", 0xFFFFFFFF, 0xFFFFFFFF)


def zip64_end(clean: bytes) -> bytes:
    return patched(clean, end_of(clean) + 8, "<2H2L", 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)


def other_name_inside(clean: bytes) -> bytes:
    header = struct.unpack_from("<L", clean, entry_of(clean, THEME) + 42)[0]
    return clean[: header + 30] + b"xl/theme/theme2.xml" + clean[header + 30 + len(THEME) :]


def locked_entry(clean: bytes) -> bytes:
    at = entry_of(clean, THEME)
    header = struct.unpack_from("<L", clean, at + 42)[0]
    return patched(patched(clean, at + 8, "<H", 1), header + 6, "<H", 1)


def commented(clean: bytes, comment: bytes) -> bytes:
    return patched(clean, end_of(clean) + 20, "<H", len(comment)) + comment


def preceded(clean: bytes, before: bytes) -> bytes:
    """Something before the archive, its addresses put right."""
    out = io.BytesIO(before + b"")
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_of(clean).items():
            archive.writestr(name, content)
    return out.getvalue()


def hidden_between(clean: bytes, hidden: bytes) -> bytes:
    """Bytes between the last part and the directory."""
    end = end_of(clean)
    start = struct.unpack_from("<L", clean, end + 16)[0]
    longer = clean[:start] + hidden + clean[start:]
    return patched(longer, end + len(hidden) + 16, "<L", start + len(hidden))


def extra_field(clean: bytes, extra: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_of(clean).items():
            info = zipfile.ZipInfo(name)
            info.extra = extra
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def leftover(clean: bytes) -> bytes:
    """Bytes after the end of a packed stream, inside its part."""
    data = b"<x/>"
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    stream = squeeze.compress(data) + squeeze.flush() + PLANTED.encode()
    stored = packed(parts_of(clean) | {"xl/theme/theme2.xml": stream}, zipfile.ZIP_STORED)
    at = entry_of(stored, "xl/theme/theme2.xml")
    header = struct.unpack_from("<L", stored, at + 42)[0]
    checksum = zlib.crc32(data)
    stored = patched(stored, at + 10, "<H", zipfile.ZIP_DEFLATED)
    stored = patched(stored, header + 8, "<H", zipfile.ZIP_DEFLATED)
    stored = patched(stored, at + 16, "<3L", checksum, len(stream), len(data))
    return patched(stored, header + 14, "<3L", checksum, len(stream), len(data))


def compound(stream: str) -> bytes:
    """The beginning of a compound file and the name of a stream in it."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(512)


def archive_of(first: str) -> bytes:
    return packed({first: b"application/x", "content.xml": b"<x/>"}, zipfile.ZIP_STORED)


def sheet_of(clean: bytes, inside: bytes) -> bytes:
    return packed(
        parts_of(clean) | {SHEET: b'<worksheet xmlns="x"><sheetData>' + inside + b"</sheetData></worksheet>"}
    )


def rows_of(clean: bytes, count: int, first: int = 300) -> bytes:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>sak {n}</t></is></c></row>'
        for n in range(first, first + count)
    )
    return changed(clean, SHEET, "</sheetData>", rows + "</sheetData>")


def two_sheets(clean: bytes, state: str = "") -> bytes:
    return changed(clean, BOOK, "</sheets>", f'<sheet name="Ark2" sheetId="2"{state} r:id="rId1"/></sheets>')


def typed(clean: bytes, kind: str) -> bytes:
    return changed(
        clean, TYPES, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", kind
    )


def listed(rows: int) -> bytes:
    return b"navn;alder;sted;sak;dato\n" + b"".join(b"a%d;2;x;y;z\n" % n for n in range(rows))


Maker = Callable[[bytes], bytes]
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MICROSOFT = "application/vnd.ms-excel"

# threat → kind → the rule it breaks, and how it is made
BY_THREAT: dict[str, dict[str, tuple[str, Maker]]] = {
    "T01": {  # size
        "file_too_large": ("file_is_small", lambda _: b"x" * 2_000_001),
        "spaces_400_mb": ("file_unpacks_small", lambda c: sheet_of(c, b" " * 400_000_000)),
        "spaces_said_to_be_few": (
            "file_unpacks_small",
            lambda c: lying(sheet_of(c, b" " * 40_000_000), SHEET, 900),
        ),
        "just_under_the_ratio_in_many_parts": (
            "file_unpacks_small",
            lambda c: packed(
                parts_of(c) | {f"xl/theme/theme{n}.xml": _drawn_out(2_500_000) for n in range(2, 11)}
            ),
        ),
        "too_many_parts": (
            "file_unpacks_small",
            lambda c: packed(parts_of(c) | {f"xl/media/image{n}.png": b"" for n in range(200)}),
        ),
        "too_many_elements": ("file_unpacks_small", lambda c: sheet_of(c, _many_cells(300_000))),
        "elements_deep_inside_each_other": (
            "file_unpacks_small",
            lambda c: packed(parts_of(c) | {THEME: b"".join(b"<a%d>" % n for n in range(100_000))}),
        ),
        "endless_tag": (
            "file_unpacks_small",
            lambda c: packed(
                parts_of(c) | {THEME: b"<x " + b"".join(b'a%d="1" ' % n for n in range(100_000)) + b"/>"}
            ),
        ),
        "text_longer_than_a_cell": (
            "file_unpacks_small",
            lambda c: in_cell(c, "".join(f"a{n} " for n in range(9_000))),
        ),
        "archive_inside": (
            "file_holds_no_archive",
            lambda c: packed(parts_of(c) | {THEME: packed({"a.xml": b"<x/>"})}),
        ),
        "archive_beside": (
            "file_holds_no_archive",
            lambda c: added(c, "xl/skjema.zip", packed({"a.xml": b"<x/>"})),
        ),
    },
    "T02": {  # a far corner
        "far_corner": (
            "cell_is_near_the_form",
            lambda c: with_cell(c, '<c r="XFD1048576"><v>1</v></c>', at=1_048_576),
        ),
    },
    "T03": {  # entities that grow
        "billion_laughs": ("file_declares_nothing", lambda c: packed(parts_of(c) | {STYLES: laughing()})),
        "quadratic_entity": (
            "file_declares_nothing",
            lambda c: packed(
                parts_of(c)
                | {STYLES: b'<!DOCTYPE x [<!ENTITY a "' + b"ab" * 900 + b'">]><x>' + b"&a;" * 900 + b"</x>"}
            ),
        ),
    },
    "T04": {  # entities that fetch, and encodings that would hide them
        "external_entity": ("file_declares_nothing", lambda c: declared(c, "utf-8", "UTF-8")),
        "external_entity_in_utf_16": (
            "file_declares_nothing",
            lambda c: declared(c, "utf-16-le", "UTF-16", b"\xff\xfe"),
        ),
        "external_entity_in_utf_16_be": (
            "file_declares_nothing",
            lambda c: declared(c, "utf-16-be", "UTF-16", b"\xfe\xff"),
        ),
        "external_entity_in_utf_7": (
            "file_is_in_unicode",
            lambda c: packed(parts_of(c) | {CORE: _in_utf_7()}),
        ),
        "utf_16_without_mark": ("file_is_in_unicode", lambda c: declared(c, "utf-16-le", "UTF-16")),
        "utf_32": ("file_is_in_unicode", lambda c: declared(c, "utf-32-le", "UTF-32", b"\xff\xfe\0\0")),
        "another_encoding_than_said": ("file_is_in_unicode", lambda c: _said_to_be(c, "UTF-16")),
        "single_byte_encoding": ("file_is_in_unicode", lambda c: _said_to_be(c, "windows-1252")),
        "not_the_utf_8_it_is_said_to_be": (
            "file_is_in_unicode",
            lambda c: packed(parts_of(c) | {CORE: b"<x>\xe6</x>"}),
        ),
    },
    "T06": {  # names and entries
        "parent_folder": ("file_is_plainly_packed", lambda c: added(c, "../../etc/passwd")),
        "absolute_name": ("file_is_plainly_packed", lambda c: added(c, "/etc/passwd")),
        "drive_letter": ("file_is_plainly_packed", lambda c: added(c, "C:x.xml")),
        "backslash": ("file_is_plainly_packed", lambda c: renamed(c, THEME, "xl\\theme/theme1.xml")),
        "nul_in_name": ("file_is_plainly_packed", lambda c: renamed(c, THEME, "xl/theme/theme1.xm\0")),
        "name_twice": ("file_is_plainly_packed", lambda c: twice(c, SHEET)),
        "name_twice_in_other_case": (
            "file_is_plainly_packed",
            lambda c: added(c, "xl/worksheets/Sheet1.xml"),
        ),
        "two_types_for_one_part": (
            "file_is_plainly_packed",
            lambda c: changed(
                c, TYPES, "</Types>", f'<Override PartName="/{BOOK}" ContentType="x/x"/></Types>'
            ),
        ),
        "symlink": ("file_is_plainly_packed", symlink),
        "overlapping_entries": ("file_is_plainly_packed", overlapping),
        "zip64_sizes": ("file_is_plainly_packed", zip64_sizes),
        "zip64_end": ("file_is_plainly_packed", zip64_end),
        "zip64_extra": (
            "file_is_plainly_packed",
            lambda c: extra_field(c, struct.pack("<2H2Q", 1, 16, 9, 9)),
        ),
        "two_names_for_one_part": ("file_is_plainly_packed", other_name_inside),
    },
    "T07": {  # more than one thing, or another
        "pdf_before": ("file_is_workbook_or_csv", lambda c: preceded(c, b"%PDF-1.7\n%%EOF\n")),
        "archive_before": ("file_is_one_thing", lambda c: packed({"a.txt": b"x"}, zipfile.ZIP_STORED) + c),
        "after_the_end": ("file_is_one_thing", lambda c: c + b"\nkort tekst"),
        "comment": ("file_is_one_thing", lambda c: commented(c, PLANTED.encode())),
        "between_parts_and_directory": ("file_is_one_thing", lambda c: hidden_between(c, PLANTED.encode())),
        "pdf_in_extra_field": (
            "file_is_one_thing",
            lambda c: extra_field(c, struct.pack("<2H", 0x7070, 8) + b"%PDF-1.7"),
        ),
        "text_in_growth_hint": (
            "file_is_one_thing",
            lambda c: extra_field(c, struct.pack("<4H", 0xA220, 16, 0xA028, 12) + PLANTED.encode()),
        ),
        "pdf_in_first_part": (
            "file_is_one_thing",
            lambda c: packed(_with_pdf_first(c), zipfile.ZIP_STORED),
        ),
        "leftover_in_part": ("file_is_one_thing", leftover),
        "html": (
            "file_is_workbook_or_csv",
            lambda _: b"<html><table><tr><td>skjema;1;2</td></tr></table></html>",
        ),
        "pdf": ("file_is_workbook_or_csv", lambda _: b"%PDF-1.7\n1 0 obj;<< >>\nendobj\n%%EOF"),
        "program": ("file_is_workbook_or_csv", lambda _: b"MZ\x90\0\x03\0\0\0;" + bytes(100)),
        "picture": ("file_is_workbook_or_csv", lambda _: b"\x89PNG\r\n\x1a\n" + bytes(100)),
        "plain_text": ("file_is_workbook_or_csv", lambda _: b"Hei! Her kommer tallene."),
        "empty": ("file_is_not_empty", lambda _: b" \r\n"),
        "zip_of_a_workbook": (
            "file_is_workbook_or_csv",
            lambda c: packed({"skjema.xlsx": c}, zipfile.ZIP_STORED),
        ),
        "saved_by_libreoffice_as_its_own": (
            "file_is_no_open_document",
            lambda _: packed(
                {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"},
                zipfile.ZIP_STORED,
            ),
        ),
        "saved_by_numbers_as_its_own": (
            "file_is_exported_from_numbers",
            lambda _: packed({"Index/Document.iwa": b"\0", "preview.jpg": b"\0"}, zipfile.ZIP_STORED),
        ),
        "open_document": ("file_is_workbook_or_csv", lambda _: archive_of("mimetype")),
        "text_document": (
            "file_is_workbook_or_csv",
            lambda c: typed(
                c, "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
            ),
        ),
        "template": ("file_is_workbook_or_csv", lambda c: typed(c, f"{_SPREADSHEET}.template.main+xml")),
        "binary_workbook": ("file_is_workbook_or_csv", lambda c: renamed(c, BOOK, "xl/workbook.bin")),
        "old_workbook": ("file_is_of_today", lambda _: compound("Workbook")),
        "old_document": ("file_is_workbook_or_csv", lambda _: compound("WordDocument")),
        "locked_with_password": ("file_is_not_locked", lambda _: compound("EncryptedPackage")),
        "locked_entry": ("file_is_not_locked", locked_entry),
    },
    "T08": {  # damage
        "wrong_checksum": ("file_is_whole", lambda c: wrong_checksum(c, SHEET)),
        "said_to_be_smaller": ("file_is_whole", lambda c: lying(c, SHEET, 900)),
        "said_to_be_larger": ("file_is_whole", lambda c: lying(c, SHEET, 900_000)),
        "cut_short": ("file_is_whole", lambda c: c[: len(c) // 2]),
        "damaged_packing": (
            "file_is_whole",
            lambda c: c.replace(parts_packed(c, SHEET), b"\xff" * len(parts_packed(c, SHEET))),
        ),
        "not_well_formed": ("file_is_whole", lambda c: changed(c, SHEET, "</sheetData>", "")),
    },
    "T09": {  # what runs or reaches out
        "vba_project": (
            "file_has_no_macros",
            lambda c: added(c, "xl/vbaProject.bin", b"x", f"{_MICROSOFT}.vbaProject", "vbaProject"),
        ),
        "macro_enabled": (
            "file_has_no_macros",
            lambda c: typed(c, f"{_MICROSOFT}.sheet.macroEnabled.main+xml"),
        ),
        "macro_sheet": (
            "file_has_no_macros",
            lambda c: added(c, "xl/macrosheets/sheet1.xml", "<x/>", f"{_MICROSOFT}.macrosheet+xml"),
        ),
        "macro_name": ("file_has_no_macros", lambda c: in_names(c, 'name="Kjor" xlm="1" function="1"')),
        "automatic_name": ("file_has_no_macros", lambda c: in_names(c, 'name="_xlnm.Auto_Open" hidden="1"')),
        "embedded_object": (
            "file_has_no_objects",
            lambda c: added(c, "xl/embeddings/oleObject1.bin", b"x", "", "oleObject"),
        ),
        "embedded_workbook": (
            "file_has_no_objects",
            lambda c: added(c, "xl/embeddings/Ark1.xlsx", packed({"a": b""}), "", "package"),
        ),
        "object_in_disguise": (
            "file_has_no_objects",
            lambda c: packed(parts_of(c) | {THEME: compound("Ole")}),
        ),
        "active_x": (
            "file_has_no_objects",
            lambda c: added(c, "xl/activeX/activeX1.xml", "<x/>", f"{_MICROSOFT}.controlproperties+xml"),
        ),
        "form_control": ("file_has_no_objects", lambda c: added(c, "xl/ctrlProps/ctrlProp1.xml")),
        "external_workbook": (
            "file_has_no_links",
            lambda c: added(
                c,
                "xl/externalLinks/externalLink1.xml",
                "<x/>",
                f"{_SPREADSHEET}.externalLink+xml",
                "externalLink",
            ),
        ),
        "external_hyperlink": ("file_has_no_links", lambda c: related(c, "hyperlink", "https://example.org")),
        "external_target": ("file_has_no_links", lambda c: related(c, "worksheet", "file:///x")),
        "address_without_mode": ("file_has_no_links", lambda c: related(c, "worksheet", "//127.0.0.1/x", "")),
        "web_service": (
            "file_has_no_links",
            lambda c: in_formula(c, '_xlfn.WEBSERVICE("http://127.0.0.1/"&amp;A1)'),
        ),
        "formula_of_another_book": ("file_has_no_links", lambda c: in_formula(c, "[1]Ark1!$A$1")),
        "name_of_another_book": ("file_has_no_links", lambda c: in_names(c, 'name="Andre"', "[1]Ark1!$A$1")),
        "dde": ("file_starts_no_program", lambda c: in_formula(c, "cmd|'/c calc'!A0")),
        "dde_in_csv": ("file_starts_no_program", lambda _: b"skjema;Skjema;=cmd|'/c calc'!A0\n"),
        "data_connection": (
            "file_has_no_data_connections",
            lambda c: added(
                c, "xl/connections.xml", "<x/>", f"{_SPREADSHEET}.connections+xml", "connections"
            ),
        ),
        "query_table": ("file_has_no_data_connections", lambda c: added(c, "xl/queryTables/queryTable1.xml")),
        "data_model": ("file_has_no_data_connections", lambda c: added(c, "xl/model/item.data")),
        "custom_menu": ("file_has_no_menus", lambda c: added(c, "customUI/customUI14.xml")),
        "web_extension": ("file_has_no_menus", lambda c: added(c, "xl/webextensions/webextension1.xml")),
        "custom_xml": ("file_has_no_other_data", lambda c: added(c, "customXml/item1.xml")),
        "unknown_part": ("file_has_only_its_parts", lambda c: added(c, "xl/ukjent.xml")),
    },
    "T10": {  # where case data hides
        "pivot_table": ("file_has_no_pivot_tables", lambda c: added(c, "xl/pivotTables/pivotTable1.xml")),
        "pivot_cache": (
            "file_has_no_pivot_tables",
            lambda c: added(c, "xl/pivotCache/pivotCacheRecords1.xml", f"<x>{PLANTED}</x>"),
        ),
        "picture_in_sheet": ("file_has_no_pictures", lambda c: added(c, "xl/media/image1.png", b"\x89PNG")),
        "anchored_drawing": (
            "file_has_no_pictures",
            lambda c: drawn(
                c, "<xdr:oneCellAnchor><xdr:from><xdr:col>0</xdr:col></xdr:from></xdr:oneCellAnchor>"
            ),
        ),
        "words_in_a_drawing": ("file_has_no_pictures", lambda c: drawn(c, "sak 14")),
        "note": (
            "file_has_no_notes",
            lambda c: added(c, "xl/comments1.xml", "<x/>", f"{_SPREADSHEET}.comments+xml"),
        ),
        "threaded_note": (
            "file_has_no_notes",
            lambda c: added(c, "xl/threadedComments/threadedComment1.xml"),
        ),
        "person": ("file_has_no_notes", lambda c: added(c, "xl/persons/person.xml")),
        "revision_log": ("file_has_no_history", lambda c: added(c, "xl/revisions/revisionLog1.xml")),
        "hidden_sheet": ("sheet_is_not_hidden", lambda c: two_sheets(c, ' state="hidden"')),
        "very_hidden_sheet": ("sheet_is_not_hidden", lambda c: two_sheets(c, ' state="veryHidden"')),
        "hidden_window": (
            "sheet_is_not_hidden",
            lambda c: changed(c, BOOK, "<workbookView", '<workbookView visibility="hidden"'),
        ),
        "second_sheet": ("sheet_is_the_only_one", two_sheets),
        "sheet_in_no_list": ("sheet_is_the_only_one", lambda c: added(c, "xl/worksheets/sheet2.xml")),
        "chart_sheet": ("sheet_is_the_only_one", lambda c: added(c, "xl/chartsheets/sheet1.xml")),
        "hidden_row": (
            "row_is_not_hidden",
            lambda c: with_cell(c, '<c r="A240"><v>1</v></c>', ' hidden="1"'),
        ),
        "row_without_height": (
            "row_is_not_hidden",
            lambda c: with_cell(c, '<c r="A240"><v>1</v></c>', ' ht="0" customHeight="1"'),
        ),
        "hidden_column": (
            "column_is_not_hidden",
            lambda c: changed(c, SHEET, "<cols>", '<cols><col min="2" max="2" hidden="true"/>'),
        ),
        "column_without_width": (
            "column_is_not_hidden",
            lambda c: changed(c, SHEET, "<cols>", '<cols><col min="2" max="2" width="0"/>'),
        ),
        "case_list": ("file_is_no_list", lambda c: rows_of(c, 51)),
        "case_list_in_csv": ("file_is_no_list", lambda _: listed(60)),
        # what tells of a person
        "identity_number": ("text_has_no_identity_number", lambda c: in_cell(c, PLANTED)),
        "duf_number": ("text_has_no_duf_number", lambda c: in_cell(c, f"sak {duf('2099123456')}")),
        "email_address": ("text_has_no_email_address", lambda c: in_cell(c, "spør navn@example.org")),
        "phone_number": ("text_has_no_phone_number", lambda c: in_cell(c, "ring 22 33 44 55")),
        "birth_date": ("text_has_no_birth_date", lambda c: in_cell(c, "jente, født 3. mai 2011")),
        "name": ("text_has_no_name", lambda c: in_cell(c, "samtale med Kari Nordmann")),
    },
}
HOSTILE = {kind: maker for kinds in BY_THREAT.values() for kind, maker in kinds.items()}


def duf(ten: str) -> str:
    weights = (4, 6, 3, 2, 4, 6, 3, 2, 7, 5)
    return ten + f"{sum(w * int(d) for w, d in zip(weights, ten, strict=True)) % 11:02d}"


def identity(date: str, number: int = 0) -> str:
    """An identity number whose check digits agree, for a date that is a test person's."""
    for individual in range(number, 1_000):
        nine = f"{date}{individual:03d}"
        first = -sum(w * int(d) for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), nine, strict=True)) % 11
        second = (
            -sum(w * int(d) for w, d in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), f"{nine}{first}", strict=False))
            % 11
        )
        if first < 10 and second < 10:
            return f"{nine}{first}{second}"
    raise AssertionError


def parts_packed(content: bytes, part: str) -> bytes:
    """The packed bytes of a part."""
    at = entry_of(content, part)
    size, header = (
        struct.unpack_from("<L", content, at + 20)[0],
        struct.unpack_from("<L", content, at + 42)[0],
    )
    names = sum(struct.unpack_from("<2H", content, header + 26))
    return content[header + 30 + names : header + 30 + names + size]


def _drawn_out(size: int) -> bytes:
    """Text that shrinks to a fiftieth, so that only the sum gives it away."""
    line = b"".join(b"<a b='%d'/>" % (n * 7919 % 1000) for n in range(400))
    return b"<x>" + line * (size // len(line)) + b"</x>"


def _many_cells(count: int) -> bytes:
    return b'<row r="1">' + b"".join(b'<c s="%d"/>' % (n % 97) for n in range(count)) + b"</row>"


def _in_utf_7() -> bytes:
    document = '<?xml version="1.0" encoding="UTF-7"?>' + "<!DOCTYPE x><x/>".replace("<", "+ADw-").replace(
        "!", "+ACE-"
    )
    return document.encode("ascii")


def _said_to_be(clean: bytes, encoding: str) -> bytes:
    return packed(parts_of(clean) | {CORE: f'<?xml version="1.0" encoding="{encoding}"?><x/>'.encode()})


def _with_pdf_first(clean: bytes) -> Parts:
    parts = parts_of(clean)
    return parts | {TYPES: parts[TYPES].replace(b"</Types>", b"<!--%PDF-1.7 --></Types>")}
