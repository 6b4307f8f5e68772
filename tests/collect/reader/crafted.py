"""Returns as programs and people really leave them: a workbook of ours with some of its XML written otherwise."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from pipeline.collect.form.layout import FormCell, layout
from pipeline.collect.form.writer import workbook
from pipeline.collect.reader.return_file import read_upload
from pipeline.definitions import Definitions, load
from pipeline.model import Return
from pipeline.project import Project
from tests.returns import ROOT

DEFINITIONS = load(Project.at(ROOT))
YEAR = DEFINITIONS.survey.last_year
CENTRE = DEFINITIONS.centres_in(YEAR)[0]
FORM = DEFINITIONS.form(YEAR)
LAYOUT = layout(DEFINITIONS, FORM)
FIELDS = LAYOUT.fields
AT = FIELDS["visits"].at.name
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
STYLES, STRINGS = "xl/styles.xml", "xl/sharedStrings.xml"

# Everything the number grammar knows, as it is written in a cell; what cannot be a number stays as it is.
GRAMMAR = (
    *("0", "7", "1234", "9999999", "6,5", "0,125", "–", "-", "—", "ukjent", "ukjend", ""),
    *(
        "1 234",
        "1\u00a0234",
        "1\u202f234",
        "1\u2009234",
        "−3",
        "-3",
        "12,50",
        "1.234",
        "007",
        "1e5",
        " 12",
        "ca. 40",
    ),
    *("１２", "=1+1", "1_000", "nan", "SANN", "(12)", "4.5.", "12 34", "٣", "\u200b5"),
)
GRAMMAR_WRITTEN = dict(zip((variable.id for variable in FORM.variables()), GRAMMAR, strict=False))


def filled(answers: Mapping[str, str] | None = None) -> bytes:
    zeros = {variable.id: "0" for variable in FORM.variables()}
    return workbook(DEFINITIONS, YEAR, CENTRE, "nb", None, zeros | dict(answers or {}))


def read_return(content: bytes, definitions: Definitions = DEFINITIONS) -> Return:
    """The return in a file that comes from outside."""
    return read_upload(content, definitions).submission


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def packed(content: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return out.getvalue()


def edited(content: bytes, *changes: tuple[str, str, str]) -> bytes:
    """The workbook with text of its parts replaced, once each: part, old, new."""
    by_name = parts(content)
    for part, old, new in changes:
        assert old in by_name[part], old
        by_name[part] = by_name[part].replace(old, new, 1)
    return packed(by_name)


def with_cell(
    name: str, cell: str, answers: Mapping[str, str] | None = None, *more: tuple[str, str, str]
) -> bytes:
    """The workbook with another cell element where an answer stands; `{r}` in it is its address."""
    at = FIELDS[name].at.name
    content = filled(answers)
    sheet = parts(content)[SHEET]
    start = sheet.index(f'<c r="{at}"')
    end = min(position + len(tag) for tag in ("/>", "</c>") if (position := sheet.find(tag, start)) > 0)
    return edited(content, (SHEET, sheet[start:end], cell.format(r=at)), *more)


def formatted(code: str, value: str, name: str = "visits") -> bytes:
    """An answer stored as this value in a cell of this number format."""
    style = '<xf numFmtId="900" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    styles = parts(filled())[STYLES]
    number = styles.partition("<cellXfs")[2].partition("</cellXfs>")[0].count("<xf ")
    own = f'<numFmt numFmtId="900" formatCode={quoteattr(code)}/></numFmts>'
    return with_cell(
        name,
        f'<c r="{{r}}" s="{number}"><v>{value}</v></c>',
        None,
        (STYLES, "</cellXfs>", style),
        (STYLES, "</numFmts>", own),
    )


def beyond_the_form(cell: str, value: str = "1") -> bytes:
    """The workbook with a number far away."""
    row = "".join(mark for mark in cell if mark.isdigit())
    extra = f'<row r="{row}"><c r="{cell}"><v>{value}</v></c></row></sheetData>'
    return edited(filled(), (SHEET, "</sheetData>", extra))


def strict() -> bytes:
    """The workbook with a number of visits, as «Strict Open XML»."""
    ordinary, own = "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"
    content = {
        name: text.replace(f"{ordinary}spreadsheetml/2006/main", f"{own}spreadsheetml/main")
        .replace(f"{ordinary}officeDocument/2006/", f"{own}officeDocument/")
        .replace(f"{ordinary}drawingml/2006/main", f"{own}drawingml/main")
        for name, text in parts(filled({"visits": "41"})).items()
    }
    return packed(content)


def answer(content: bytes, name: str = "visits") -> str:
    """What is read where an answer stands."""
    return next(answer.text for answer in read_return(content).answers if answer.variable == name)


def address(row: int, column: int) -> str:
    return FormCell(row, column).name
