"""What is hostile, damaged or tells of a person stays outside; what is a form comes in."""

import io
import pickle
import re
import shutil
import subprocess
import traceback
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from pipeline.collect.form.writer import csv_form, workbook
from pipeline.collect.reader.client import SandboxedReader, sandboxed_reader
from pipeline.collect.reader.definitions import reading_limits
from pipeline.definitions import load
from pipeline.errors import UnreadableFile
from pipeline.model import Remark
from pipeline.project import Project
from tests.collect.reader.crafted import read_return
from tests.collect.reader.hostile import (
    BOOK,
    CORE,
    HOSTILE,
    OFFICE,
    PLANTED,
    SHEET,
    SHEET_RELATIONS,
    STRINGS,
    STYLES,
    TYPES,
    added,
    changed,
    declared,
    drawn,
    duf,
    extra_field,
    identity,
    in_cell,
    in_formula,
    in_names,
    in_number,
    packed,
    parts_of,
    related,
    rows_of,
    sheet_of,
    two_sheets,
    with_cell,
)
from tests.returns import ROOT

DEFINITIONS = load(Project.at(ROOT))
FORMS = sorted(DEFINITIONS.forms)
RULES = [notice for notice in DEFINITIONS.reading if notice.breaks]


def form_of(year: int, lang: str = "nb") -> bytes:
    """A form filled in, last year's values beside the answers."""
    variables = DEFINITIONS.form(year).variables()
    answers = {variable.id: str(number * 7919 % 9_999_999) for number, variable in enumerate(variables)}
    return workbook(DEFINITIONS, year, DEFINITIONS.centres_in(year)[0], lang, answers, answers)


CLEAN = form_of(FORMS[-1])
LIMITS = reading_limits(DEFINITIONS)
FARTHEST = LIMITS.last_row
SUFFIXES = {"workbook": ".xlsx", "csv": ".csv"}


def saved_by_openpyxl(content: bytes) -> bytes:
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(content)).save(out)
    return out.getvalue()


@cache
def made(name: str) -> bytes:
    """A hostile file, made once."""
    return HOSTILE[name][1](CLEAN)


def admitted(content: bytes, name: str = "", **other: int | tuple[str, ...]) -> str:
    """The kind of file that is let in; `other` are limits other than those defined."""
    if not other:
        return SUFFIXES[sandboxed_reader(LIMITS, thorough=True).read(content, name).kind]
    with SandboxedReader(replace(LIMITS, **other), thorough=True) as reader:  # type: ignore[arg-type]
        return SUFFIXES[reader.read(content, name).kind]


def refusal(content: bytes, name: str = "", **other: int) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        admitted(content, name, **other)
    return caught.value


# --- what comes in


@pytest.mark.parametrize("lang", ["nb", "nn"])
@pytest.mark.parametrize("year", FORMS)
def test_every_form_comes_in_as_sent_and_as_saved_again(year: int, lang: str) -> None:
    content = form_of(year, lang)

    assert admitted(content, f"Skjema {year} - Senter Furu (1).xlsx") == ".xlsx"
    assert admitted(saved_by_openpyxl(content)) == ".xlsx"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_every_form_comes_in_as_saved_by_libreoffice(tmp_path: Path) -> None:
    for year in FORMS:
        (tmp_path / f"{year}.xlsx").write_bytes(form_of(year))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    kind = "xlsx:Calc MS Excel 2007 XML"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path / "saved")]
    subprocess.run([*command, *sorted(tmp_path.glob("*.xlsx"))], check=True, capture_output=True)

    saved = sorted((tmp_path / "saved").glob("*.xlsx"))
    assert [admitted(path.read_bytes()) for path in saved] == [".xlsx"] * len(FORMS)


@pytest.mark.parametrize("year", FORMS)
def test_every_form_comes_in_as_csv_whatever_it_is_written_in(year: int) -> None:
    content = csv_form(
        DEFINITIONS, year, DEFINITIONS.centres_in(year)[0], "nn", {"operating_costs": "12345678"}
    )
    text = content.decode("utf-8-sig")

    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert admitted(text.encode(encoding), "skjema.csv") == ".csv"
    assert admitted(text.replace(";", "\t").encode()) == ".csv"


def test_a_form_of_the_strict_kind_comes_in() -> None:
    parts = parts_of(CLEAN)
    spaces = (
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        (OFFICE.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
    )
    for old, new in spaces:
        parts = {name: content.replace(old, new) for name, content in parts.items()}

    assert admitted(packed(parts)) == ".xlsx"


def test_a_part_in_utf_16_that_says_so_comes_in() -> None:
    document = '<?xml version="1.0" encoding="UTF-16"?><x/>'

    assert admitted(packed(parts_of(CLEAN) | {CORE: document.encode("utf-16")})) == ".xlsx"


def test_what_excel_itself_adds_comes_in() -> None:
    room = (0xA220).to_bytes(2, "little") + (12).to_bytes(2, "little") + b"\x28\xa0\x08\0" + bytes(8)
    saved_at = (
        '<x15:absPath url="C:\\Users\\Kari Nordmann\\Skjema\\"/><xr:revisionPtr documentId="13_ncr:1_'
        '{11150385-1234-4123-8123-150385123456}" xr10:uidLastSave="{00000000-0000-0000-0000-000000000000}"/><bookViews>'
    )
    sheet = changed(CLEAN, SHEET, "<pageSetup ", '<pageSetup r:id="rId1" ')
    sheet = changed(
        sheet, SHEET, "<cols>", '<cols><col min="30" max="30" width="110.85546875" customWidth="1"/>'
    )
    named = changed(
        sheet, BOOK, "<bookViews>", saved_at.replace("x15:", "").replace("xr10:", "").replace("xr:", "")
    )
    parts = parts_of(named) | {
        "xl/calcChain.xml": b'<calcChain xmlns="x"><c r="B1" i="1"/></calcChain>',
        "xl/printerSettings/printerSettings1.bin": "Skriver 3 i andre etasje".encode("utf-16-le")
        + bytes(900),
        "docMetadata/LabelInfo.xml": b'<l id="{7626c862-2a13-11e5-b345-feff819cdc9f}" enabled="1"/>',
        "docProps/custom.xml": b'<x><property name="MSIP_Label_Owner"><lpwstr>kari@example.org</lpwstr></property></x>',
        CORE: b"<x><creator>Kari Nordmann</creator><lastModifiedBy>kari@example.org</lastModifiedBy></x>",
    }
    printed = related(packed(parts), "printerSettings", "../printerSettings/printerSettings1.bin", "")

    assert admitted(extra_field(printed, room)) == ".xlsx"


def test_a_form_saved_by_google_sheets_comes_in_with_the_empty_drawing_it_adds() -> None:
    saved = drawn(CLEAN, "")

    assert admitted(saved) == ".xlsx"
    drawing = Remark("unseen_parts_are_left_out", facts={"parts": "drawing"})
    clean = read_return(CLEAN, DEFINITIONS)
    assert read_return(saved, DEFINITIONS) == replace(clean, remarks=(*clean.remarks, drawing))


def test_an_archive_described_after_its_parts_comes_in() -> None:
    class Pipe(io.RawIOBase):
        """What is written here cannot be gone back to, as when a program saves straight to the web."""

        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, block: object) -> int:
            self.written += bytes(block)  # type: ignore[call-overload]
            return len(bytes(block))  # type: ignore[call-overload]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_of(CLEAN).items():
            archive.writestr(name, content)

    assert admitted(bytes(pipe.written)) == ".xlsx"


def test_hidden_rows_and_columns_with_nothing_in_them_come_in() -> None:
    hidden = changed(CLEAN, SHEET, "</sheetData>", '<row r="1048576" hidden="1"/></sheetData>')

    assert (
        admitted(changed(hidden, SHEET, "</cols>", '<col min="20" max="16384" hidden="1"/></cols>'))
        == ".xlsx"
    )


def test_addresses_and_telephones_the_form_prints_itself_come_in() -> None:
    contact = in_cell(CLEAN, "Spørsmål: post@samletall.example, 22 33 44 55")

    assert refusal(contact).rule == "text_has_no_phone_number"
    assert admitted(contact, printed=(*LIMITS.printed, "22 33 44 55")) == ".xlsx"


@pytest.mark.parametrize(
    "text",
    [
        "12345678901234", "12 345 678", "999 999 999", "5 400 000,50", "800 57 000", "116 006", "ca. 40", "–", "ukjent",
        "kl. 10.15–14.30", "2009–2024", "Se rapport 2023/2024 side 12-14", "Senter Bjørk", "Nordre Follo", "Per april",
        "Alder 18-23, 24-29, 30-39", "Lov 19. juni 2009 nr. 44", "12 10 15 20 25 30 40", "org.nr. 987 654 321",
    ],
)  # fmt: skip
def test_ordinary_words_and_numbers_come_in(text: str) -> None:
    assert admitted(in_cell(CLEAN, text)) == ".xlsx"


@pytest.mark.parametrize(
    "name",
    [
        "", "skjema.xlsx", "SKJEMA.XLSX", "skjema_p2024_v2.xlsx", "Skjema 20250115.xlsx",
        "skjema 2025-01-15 103045.xlsx",
        "Samletal 2024 – Senter Furu (kopi 2).xlsx", "../../skjema.xlsx", "C:\\skjema.xlsx", "http://127.0.0.1/skjema.xlsx",
        "phar://skjema.xlsx", "skjema\x00.xlsx", "\u202exslx.amejks.xlsx", "=cmd|'x'.xlsx", "CON.xlsx", "a" * 300,
    ],
)  # fmt: skip
def test_the_name_is_a_label_and_opens_nothing(name: str) -> None:
    assert admitted(CLEAN, name) == ".xlsx"


# --- what stays outside


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_is_refused_by_its_own_rule(name: str) -> None:
    assert refusal(made(name)).rule == HOSTILE[name][0]


def test_every_way_to_be_refused_has_its_sentence_and_its_example() -> None:
    assert {rule.id for rule in RULES} == {rule for rule, _ in HOSTILE.values()}
    for rule in RULES:
        assert HOSTILE[rule.breaks["file"]][0] == rule.id
        assert rule.say["nb"] != rule.say["nn"]
        assert "gyldig" not in rule.say["nb"] + rule.say["nn"]


@pytest.mark.parametrize("name", ["skjema.csv", "skjema.xlsm", "skjema.xls", "skjema.zip", "skjema.exe"])
def test_a_name_of_another_kind_than_the_content_is_refused(name: str) -> None:
    assert refusal(CLEAN, name).rule == "file_is_workbook_or_csv"


@pytest.mark.parametrize(
    ("limit", "cost"),
    [
        ("file", len(CLEAN)),
        ("unpacked", sum(map(len, parts_of(CLEAN).values()))),
        ("parts", len(parts_of(CLEAN))),
    ],
)
def test_what_a_file_may_cost_is_exact(limit: str, cost: int) -> None:
    assert admitted(CLEAN, **{limit: cost + 1}) == ".xlsx"
    assert admitted(CLEAN, **{limit: cost}) == ".xlsx"
    assert refusal(CLEAN, **{limit: cost - 1}).rule in (
        "file_is_small",
        "file_unpacks_small",
    )


def test_elements_and_text_may_be_as_many_as_said_and_no_more() -> None:
    elements = sum(len(re.findall(rb"<[A-Za-z]", content)) for content in parts_of(CLEAN).values())

    assert admitted(CLEAN, elements=elements + 1) == ".xlsx"
    assert admitted(CLEAN, elements=elements) == ".xlsx"
    assert refusal(CLEAN, elements=elements - 1).rule == "file_unpacks_small"
    assert admitted(in_cell(CLEAN, "a" * 399), text=400) == ".xlsx"
    assert admitted(in_cell(CLEAN, "a" * 400), text=400) == ".xlsx"
    assert refusal(in_cell(CLEAN, "a" * 401), text=400).rule == "file_unpacks_small"


@pytest.mark.parametrize(("rows", "comes_in"), [(49, True), (50, True), (51, False)])
def test_fifty_rows_beside_the_form_are_notes_and_one_more_is_a_list(rows: int, *, comes_in: bool) -> None:
    content = rows_of(CLEAN, rows)

    if comes_in:
        assert admitted(content) == ".xlsx"
    else:
        assert refusal(content).rule == "file_is_no_list"


@pytest.mark.parametrize(("row", "comes_in"), [(FARTHEST - 1, True), (FARTHEST, True), (FARTHEST + 1, False)])
def test_what_stands_far_from_the_form_is_refused(row: int, *, comes_in: bool) -> None:
    content = with_cell(CLEAN, f'<c r="A{row}"><v>1</v></c>', at=row)

    if comes_in:
        assert admitted(content) == ".xlsx"
    else:
        assert refusal(content).facts["cell"] == f"A{row}"


# --- what tells of a person

SEVERAL_PLACES: dict[str, Callable[[str], bytes]] = {
    "shared text": lambda text: changed(CLEAN, STRINGS, "<si>", f"<si><t>{text}</t></si><si>"),
    "unused shared text": lambda text: changed(CLEAN, STRINGS, "</sst>", f"<si><t>{text}</t></si></sst>"),
    "text in runs": lambda text: with_cell(
        CLEAN,
        f'<c r="B240" t="inlineStr"><is><r><t>{text[:5]}</t></r><r><rPr/><t>{text[5:]}</t></r></is></c>',
    ),
    "text of a formula": lambda text: in_formula(CLEAN, f'"{text}"'),
    "result of a formula": lambda text: with_cell(CLEAN, f'<c r="B240" t="str"><f>A1</f><v>{text}</v></c>'),
    "number": lambda text: in_number(CLEAN, text.replace(" ", "")),
    "pivot cache": lambda text: added(CLEAN, "xl/pivotCache/pivotCacheRecords1.xml", f"<x>{text}</x>"),
    "core properties": lambda text: changed(CLEAN, CORE, "<dc:creator>", f"<dc:creator>{text}"),
    "custom properties": lambda text: added(CLEAN, "docProps/custom.xml", f"<x><lpwstr>{text}</lpwstr></x>"),
    "persons": lambda text: added(CLEAN, "xl/persons/person.xml", f'<x displayName="{text}"/>'),
    "comment": lambda text: added(CLEAN, "xl/comments1.xml", f"<x>{text}</x>"),
    "defined name": lambda text: in_names(CLEAN, 'name="Sak"', f'"{text}"'),
    "name of a defined name": lambda text: in_names(CLEAN, f'name="Sak_{text.replace(" ", "")}"'),
    "footer": lambda text: changed(CLEAN, SHEET, "<oddFooter>", f"<oddFooter>&amp;L&amp;8 {text}"),
    "validation list": lambda text: changed(CLEAN, SHEET, "<formula1>", f'<formula1>"{text},andre"&amp;'),
    "validation message": lambda text: changed(CLEAN, SHEET, 'errorTitle="', f'errorTitle="{text} '),
    "sheet name": lambda text: changed(CLEAN, BOOK, 'name="Skjema"', f'name="{text}"'),
    "picture text": lambda text: added(CLEAN, "xl/drawings/drawing1.xml", f'<x descr="{text}"/>'),
    "hyperlink text": lambda text: changed(
        CLEAN,
        SHEET,
        "<pageMargins",
        f'<hyperlinks><hyperlink ref="A1" tooltip="{text}"/></hyperlinks><pageMargins',
    ),
    "number format": lambda text: changed(CLEAN, STYLES, 'formatCode="', f'formatCode="{text}'),
    "comment in the markup": lambda text: changed(CLEAN, STYLES, "<fonts", f"<!-- {text} --><fonts"),
    "content types": lambda text: changed(
        CLEAN, TYPES, "<Default", f'<Default Extension="{text}" ContentType="x/x"/><Default'
    ),
    "printer settings": lambda text: added(
        CLEAN, "xl/printerSettings/printerSettings1.bin", b"\1" + text.encode("utf-16-le")
    ),
    "name of a part": lambda text: added(CLEAN, f"xl/{text}.xml"),
    "hidden sheet": lambda text: two_sheets(CLEAN, f' state="hidden" title="{text}"'),
    "custom xml": lambda text: added(CLEAN, "customXml/item1.xml", f"<x>{text}</x>"),
    "revision log": lambda text: added(CLEAN, "xl/revisions/revisionLog1.xml", f"<x>{text}</x>"),
    "external link": lambda text: added(CLEAN, "xl/externalLinks/externalLink1.xml", f"<x>{text}</x>"),
    "address pointed to": lambda text: related(CLEAN, "hyperlink", f"https://127.0.0.1/{text}"),
    "csv": lambda text: f"skjema;Skjema;2\ncontacts;Henvendelser;{text}\n".encode(),
    "csv, words": lambda text: f"skjema;Skjema;2\ncontacts;{text};12\n".encode("cp1252"),
}


@pytest.mark.parametrize("location", SEVERAL_PLACES)
def test_an_identity_number_is_found_wherever_it_stands_and_never_repeated(location: str) -> None:
    refused = refusal(SEVERAL_PLACES[location](PLANTED))

    texts = (
        f"{refused} {refused!r} {refused.args} {refused.facts} {''.join(traceback.format_exception(refused))}"
    )
    assert not any(piece in texts for piece in (PLANTED, PLANTED.replace(" ", ""), *PLANTED.split()))


def test_an_identity_number_in_the_name_of_the_file_is_refused() -> None:
    refused = refusal(CLEAN, f"skjema_{PLANTED}.xlsx")

    assert (refused.rule, refused.facts) == ("text_has_no_identity_number", {"place": "file_name"})


def test_the_cell_is_named_also_when_its_text_is_shared() -> None:
    cell = '<c r="C240" t="s"><v>0</v></c>'
    shared = changed(with_cell(CLEAN, cell), STRINGS, "<si>", f"<si><t>{PLANTED}</t></si><si>")

    refused = refusal(sheet_of(shared, f'<row r="240">{cell}</row>'.encode()))

    assert (refused.facts["cell"], refused.facts["place"]) == ("C240", "cell")


@pytest.mark.parametrize(
    "text",
    [
        "15038512345", "150385-12345", "15.03.85 12345", "15 03 85 123 45", "fnr15038512345", "nr 1: 15038512345",
        "1. 15038512345", "15038512345 og 16038512345", "550385 12345", "150385 00100", "150385 00200", "150385 99999",
        "１５０３８５１２３４５", "150385\u00a012345", "1503\u200b8512345", "150385–12345", "15\u00ad0385 12345",
        identity("154385"), identity("158385"), identity("156885"), "0" + identity("018385")[1:],
    ],
)  # fmt: skip
def test_identity_numbers_are_found_however_they_are_written(text: str) -> None:
    assert refusal(in_cell(CLEAN, text)).rule == "text_has_no_identity_number"


@pytest.mark.parametrize(
    "number", ["15038512345", "15038512345.0", "1.5038512345E10", identity("018385")[1:]]
)
def test_identity_numbers_are_found_in_cells_of_numbers(number: str) -> None:
    assert refusal(in_number(CLEAN, number)).rule == "text_has_no_identity_number"


@pytest.mark.parametrize(
    "number", ["99999999", "0.15038512345", "32139912345", "15138512345", "1.5E300", "1503851234567"]
)
def test_other_numbers_are_numbers(number: str) -> None:
    assert admitted(in_number(CLEAN, number)) == ".xlsx"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (duf("2099123456"), "text_has_no_duf_number"),
        ("DUF 209912345699", "text_has_no_duf_number"),
        ("2099 123456 " + duf("2099123456")[-2:], "text_has_no_duf_number"),
        ("<navn>", None),
        ("navn@example.org", "text_has_no_email_address"),
        ("navn.navnesen+sak@post.example.org", "text_has_no_email_address"),
        ("tlf. 22334455", "text_has_no_phone_number"),
        ("+47 223 34 455", "text_has_no_phone_number"),
        ("0047 45 67 89 01", "text_has_no_phone_number"),
        ("456 78 901", "text_has_no_phone_number"),
        ("45678901/45678902", "text_has_no_phone_number"),
        ("født 3.5.2011", "text_has_no_birth_date"),
        ("f. 03.05.11", "text_has_no_birth_date"),
        ("fødd 030511", "text_has_no_birth_date"),
        ("2011-05-03 (født)", "text_has_no_birth_date"),
        ("Fødselsdato: 3/5-2011", "text_has_no_birth_date"),
        ("Kari Nordmann", "text_has_no_name"),
        ("NORDMANN, Kari", "text_has_no_name"),
        ("KARI NORDMANN", "text_has_no_name"),
        ("Samtale med Anne-Lise Berg", "text_has_no_name"),
        ("Mohammed  Ali", "text_has_no_name"),
        ("Kari og Ola", None),
        ("Maria", None),
        ("12.03.2024", None),
    ],
)
def test_what_tells_of_a_person_is_told_apart(text: str, rule: str | None) -> None:
    content = in_cell(CLEAN, text.replace("<", "&lt;"))

    if rule:
        assert refusal(content).rule == rule
    else:
        assert admitted(content) == ".xlsx"


def test_nothing_is_written_while_a_file_is_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    for name in HOSTILE:
        refusal(made(name), f"{PLANTED}.xlsx")

    assert list(tmp_path.rglob("*")) == []


def test_a_refusal_crosses_to_another_process_whole() -> None:
    refused = refusal(declared(CLEAN, "utf-8", "UTF-8"))
    crossed = pickle.loads(pickle.dumps(refused))  # noqa: S301 (our own)

    assert (crossed.rule, crossed.facts, str(crossed)) == (refused.rule, refused.facts, str(refused))
    assert SHEET_RELATIONS not in refused.facts.values()
