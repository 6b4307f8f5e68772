"""An indicator as a PX file: the format of PxWin and of the statistics banks of the Nordic countries.

A PX file is a full matrix: places and categories down, years across. Categories stand in one variable, as most pairs of
breakdowns are never crossed. https://www.scb.se/en/services/statistical-programs-for-px-files/px-file-format/
"""

from collections.abc import Iterable, Iterator, Mapping

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Indicator, category
from pipeline.disseminate import labels
from pipeline.disseminate.downloads.jsonstat import Columns, provisional, published
from pipeline.disseminate.labels import area_key
from pipeline.output import TOTAL
from pipeline.text import Phrases, alphabetical, upper

_SYMBOLS = {
    "M": '"."',
    "O": '".."',
    "Q": '"..."',
}  # the signs a PX file has; DATASYMBOL says what each stands for
_NEVER_MADE = '"...."'
_LONGEST = 200  # characters on a line, well within what readers of the format take


def document(
    indicator: Indicator,
    definitions: Definitions,
    columns: Columns,
    areas: Mapping[str, str],
    words: Phrases,
    mark: str,
    edition: str,
) -> bytes:
    """Gives the file in the first language of the statistic."""
    lang, survey, unit = words.lang, definitions.survey, definitions.units[indicator.unit]
    cells = _cells(indicator, columns)
    categories = _categories(definitions, cells, words)
    years = [str(year) for year in definitions.years]
    area, group, year = words("px.area"), words("px.category"), words("table.year")
    present = [id for id in areas if any((id, name) in cells for name in categories)]
    head = [
        ("CHARSET", ["ANSI"]),
        ("CODEPAGE", ["utf-8"]),
        ("LANGUAGE", ["no"]),
        ("DECIMALS", 1 if unit.type == "decimal" else 0),
        ("MATRIX", [indicator.id]),
        ("SUBJECT-CODE", [indicator.section]),
        ("SUBJECT-AREA", [survey.title[lang]]),
        ("DESCRIPTION", [indicator.label[lang]]),
        ("TITLE", [words("px.title", label=indicator.label[lang])]),
        ("CONTENTS", [indicator.label[lang]]),
        ("UNITS", [unit.many[lang]]),
        ("STUB", [area, group]),
        ("HEADING", [year]),
        (f'VALUES("{area}")', [areas[id] for id in present]),
        (f'VALUES("{group}")', list(categories.values())),
        (f'VALUES("{year}")', years),
        (f'TIMEVAL("{year}")', ["TLIST(A1)", *years]),
        (f'CODES("{area}")', present),
        (f'CODES("{group}")', list(categories)),
        (f'CODES("{year}")', years),
        ("DATASYMBOL1", ["."]),
        ("DATASYMBOL2", [".."]),
        ("DATASYMBOL3", [":"]),
        ("DATASYMBOL4", ["-"]),
        ("SOURCE", [survey.producer[lang]]),
        ("CONTACT", [survey.producer_contact]),
        (
            "NOTE",
            [" ".join(filter(None, [mark, edition, indicator.about[lang], words("px.signs")]))],
        ),
    ]
    head += [
        (f'VALUENOTE("{year}","{open_year}")', [upper(words("sign.P"))])
        for open_year in sorted(provisional(columns))
    ]
    head += [
        (
            f'CELLNOTE("{areas[definitions.nation.id]}","{categories[name]}","{noted}")',
            [words("px.published")],
        )
        for name, noted_years in published(indicator, columns).items()
        for noted in noted_years
    ]
    rows = (
        " ".join(cells.get((id, name), {}).get(number, _NEVER_MADE) for number in definitions.years)
        for id in present
        for name in categories
    )
    return ("\n".join([*(_line(*line) for line in head), "DATA=", *rows]) + ";\n").encode()


def _cells(indicator: Indicator, columns: Columns) -> dict[tuple[str, str], dict[int, str]]:
    """Place and category → year → the cell as it is written."""
    series: dict[tuple[str, str], dict[int, str]] = {}
    names = list(zip(*(columns[name] for name in indicator.breakdowns), strict=True)) or [()] * len(
        columns["year"]
    )
    known = {
        codes: category(
            {name: code for name, code in zip(indicator.breakdowns, codes, strict=True) if code != TOTAL}
        )
        for codes in set(names)
    }
    rows = zip(
        columns["area"],
        columns["area_level"],
        names,
        columns["year"],
        columns["value"],
        columns["status"],
        strict=True,
    )
    for area, level, codes, year, value, status in rows:
        text = _SYMBOLS[status] if value is None else f"{value:.12g}"
        series.setdefault((area_key(area, level), known[codes]), {})[year] = text
    return series


def _categories(definitions: Definitions, cells: Iterable[tuple[str, str]], words: Phrases) -> dict[str, str]:
    """Category → its words, the total first; a value of a PX variable must not stand twice."""
    present = {name for _, name in cells} - {TOTAL}
    named = {name: labels.category(definitions, name, words, lists=True) for name in present}
    ordered = sorted(named, key=lambda name: (name.count(","), alphabetical(named[name])))
    return {TOTAL: words("table.total"), **{name: named[name] for name in ordered}}


def _line(key: str, value: int | list[str]) -> str:
    if isinstance(value, int):
        return f"{key}={value};"
    if value[0].startswith("TLIST"):
        return f"{key}={value[0]},{_texts(value[1:])};"
    return f"{key}={_texts(value)};"


def _texts(values: Iterable[str]) -> str:
    """Texts in quotation marks, a long one on several lines, as the format has it."""
    return ",\n".join("\n".join(_pieces(value)) for value in values)


def _pieces(text: str) -> Iterator[str]:
    text = text.replace('"', "'")
    for start in range(0, max(1, len(text)), _LONGEST):
        yield f'"{text[start : start + _LONGEST]}"'
