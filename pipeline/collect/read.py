"""A received file becomes a Return: text exactly as it stands, found by the form version the file itself names.

Nothing is interpreted here: «ca. 40» is an answer like any other, and what is wrong with it is a finding later.
What is not one of our forms, or has been rebuilt, cannot be read; the sentence says why and what to do, in the
language of the form where it can be told, and never repeats what somebody wrote.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO

from python_calamine import CalamineError, CalamineWorkbook

from pipeline.collect.instrument import HEADING, NO, SHEET, YES
from pipeline.collect.layout import IDENTITY, IDENTITY_FIELDS, WORDS, Place, as_text, asked, layout
from pipeline.definitions import Definitions
from pipeline.definitions.kinds import Form
from pipeline.errors import UnreadableFile
from pipeline.model import Answer, Return

_REFUSALS = {
    "not_ours": {
        "nb": "Vi kjenner ikke igjen denne filen som skjemaet vårt. Last ned skjemaet for året, før tallene inn i det, "
        "og send det som Excel-arbeidsbok (.xlsx) eller CSV UTF-8 (.csv).",
        "nn": "Vi kjenner ikkje att denne fila som skjemaet vårt. Last ned skjemaet for året, før tala inn i det, "
        "og send det som Excel-arbeidsbok (.xlsx) eller CSV UTF-8 (.csv).",
    },
    "locked": {
        "nb": "Filen er beskyttet med passord eller lagret i et gammelt Excel-format, så vi kan ikke lese den. "
        "Åpne den i Excel, fjern passordet, og lagre den som Excel-arbeidsbok (.xlsx).",
        "nn": "Fila er verna med passord eller lagra i eit gammalt Excel-format, så vi kan ikkje lese ho. "
        "Opne ho i Excel, fjern passordet, og lagre ho som Excel-arbeidsbok (.xlsx).",
    },
    "damaged": {
        "nb": "Vi klarte ikke å åpne filen. Åpne den i Excel, lagre den på nytt, og send den en gang til.",
        "nn": "Vi klarte ikkje å opne fila. Opne ho i Excel, lagre ho på nytt, og send ho ein gong til.",
    },
    "changed": {
        "nb": "Det som står ved «{label}» øverst i skjemaet ({cell}), er endret, så vi vet ikke hva skjemaet gjelder. "
        "Last ned skjemaet på nytt, og før tallene over i det.",
        "nn": "Det som står ved «{label}» øvst i skjemaet ({cell}), er endra, så vi veit ikkje kva skjemaet gjeld. "
        "Last ned skjemaet på nytt, og før tala over i det.",
    },
    "centre": {
        "nb": "Senteret som er oppgitt øverst i skjemaet ({cell}), står ikke i registeret over sentre. Last ned "
        "skjemaet for deres eget senter, og før tallene over i det.",
        "nn": "Senteret som er oppgitt øvst i skjemaet ({cell}), står ikkje i registeret over senter. Last ned "
        "skjemaet for dykkar eige senter, og før tala over i det.",
    },
    "year": {
        "nb": "Året som er oppgitt øverst i skjemaet ({cell}), er ikke et år vi samler inn tall for. Last ned skjemaet "
        "for det året dere skal levere for, og før tallene over i det.",
        "nn": "Året som er oppgitt øvst i skjemaet ({cell}), er ikkje eit år vi samlar inn tal for. Last ned skjemaet "
        "for det året de skal levere for, og før tala over i det.",
    },
    "wrong_form": {
        "nb": "Dette er skjemaet fra {form}, men for {year} brukes skjemaet fra {expected}. Last ned skjemaet for "
        "{year}, og før tallene over i det.",
        "nn": "Dette er skjemaet frå {form}, men for {year} blir skjemaet frå {expected} brukt. Last ned skjemaet for "
        "{year}, og før tala over i det.",
    },
    "moved": {
        "nb": "I {cell} skulle det stå «{label}», men teksten er flyttet eller endret. Last ned skjemaet på nytt, "
        "og før tallene over i det uten å flytte rader eller kolonner.",
        "nn": "I {cell} skulle det stå «{label}», men teksten er flytta eller endra. Last ned skjemaet på nytt, "
        "og før tala over i det utan å flytte rader eller kolonnar.",
    },
    "missing": {
        "nb": "Linjen for «{label}» mangler eller står flere ganger. Last ned skjemaet på nytt, og før tallene over "
        "i det uten å legge til eller ta bort linjer.",
        "nn": "Linja for «{label}» manglar eller står fleire gonger. Last ned skjemaet på nytt, og før tala over "
        "i det utan å leggje til eller ta bort linjer.",
    },
    "shape": {
        "nb": "Linje {line} i filen er ikke en linje fra skjemaet. Lagre som «CSV UTF-8 (semikolondelt)», eller bruk "
        "Excel-skjemaet.",
        "nn": "Linje {line} i fila er ikkje ei linje frå skjemaet. Lagre som «CSV UTF-8 (semikolondelt)», eller bruk "
        "Excel-skjemaet.",
    },
}
_WORKBOOK = b"PK\x03\x04"
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class _About:
    """What a file says about itself, understood."""

    centre: str
    year: int
    form: Form
    revision: int
    language: str
    demonstration: bool


def read_return(content: bytes, definitions: Definitions) -> Return:
    """One centre's return for one year, every answer of its form as text exactly as received.

    Whole numbers of a workbook are written without decimals, others with a comma. An answer's `cell` is its
    address in the workbook (`C14`), or its line in a csv (`L14`).

    Raises: UnreadableFile when the bytes are not a form of ours, name a centre, year or form we do not know,
    are the form of other years, or when words of the form have been moved or changed.
    """
    if content.startswith(_OLD_OR_LOCKED):
        raise _refused("locked")
    about, answers = (_from_workbook if content.startswith(_WORKBOOK) else _from_csv)(content, definitions)
    return Return(
        centre=about.centre,
        year=about.year,
        form=about.form.form,
        revision=about.revision,
        language=about.language,
        demonstration=about.demonstration,
        answers=tuple(answers),
    )


def _refused(reason: str, lang: str = "nb", **slots: object) -> UnreadableFile:
    texts = _REFUSALS[reason]
    return UnreadableFile(texts.get(lang, texts["nb"]).format(**slots))


def _about(said: Mapping[str, str], cells: Mapping[str, str], definitions: Definitions) -> _About:
    """What the form says about itself; `cells` are where it says it."""
    lang = said["målform"]
    form = next((one for one in definitions.forms.values() if str(one.form) == said["skjema"]), None)
    expected_years = range(
        definitions.survey.first_year, definitions.survey.last_year + 2
    )  # and the one now collected
    year = next((one for one in expected_years if str(one) == said["år"]), None)
    unclear = {
        "skjema": form is None,
        "revisjon": not said["revisjon"].isdecimal(),
        "målform": lang not in WORDS["guide"],
        "demonstrasjon": said["demonstrasjon"] not in (YES, NO),
    }
    for key in (key for key, wrong in unclear.items() if wrong):
        raise _refused("changed", lang, label=WORDS[key].get(lang, key), cell=cells[key])
    if said["senter"] not in definitions.centres:
        raise _refused("centre", lang, cell=cells["senter"])
    if year is None:
        raise _refused("year", lang, cell=cells["år"])
    if form is None or form is not definitions.form(year):
        raise _refused(
            "wrong_form", lang, form=said["skjema"], year=year, expected=definitions.form(year).form
        )
    return _About(said["senter"], year, form, int(said["revisjon"]), lang, said["demonstrasjon"] == YES)


def _from_workbook(content: bytes, definitions: Definitions) -> tuple[_About, Iterator[Answer]]:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        rows = (
            book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
            if SHEET in book.sheet_names
            else []
        )
    except (CalamineError, OSError, ValueError):
        raise _refused("damaged") from None

    def text(at: Place) -> str:
        return _text(rows[at.row][at.column]) if at.row < len(rows) and at.column < len(rows[at.row]) else ""

    for key, field in IDENTITY_FIELDS.items():
        if text(field.captions[0].at) not in WORDS[key].values():
            raise _refused("not_ours")
    said = {key: text(field.at) for key, field in IDENTITY_FIELDS.items()}
    about = _about(said, {key: field.at.name for key, field in IDENTITY_FIELDS.items()}, definitions)
    fields = layout(definitions, about.form).fields
    for caption in (caption for field in fields.values() for caption in field.captions):
        if not _same(text(caption.at), label := caption.words[about.language]):
            raise _refused("moved", about.language, cell=caption.at.name, label=label)
    return about, (
        Answer(one.id, fields[one.id].at.name, text(fields[one.id].at)) for one in about.form.variables()
    )


def _from_csv(content: bytes, definitions: Definitions) -> tuple[_About, Iterator[Answer]]:
    lines = list(_lines(content))
    head, body = lines[: len(IDENTITY)], lines[len(IDENTITY) + 1 :]
    if tuple(name for _, (name, *_) in head) != IDENTITY:
        raise _refused("not_ours")
    said = {name: text.strip() for _, (name, _, text) in head}
    about = _about(said, {name: f"L{line}" for line, (name, *_) in head}, definitions)
    fields = layout(definitions, about.form).fields
    labels = {one.id: asked(one, fields[one.id], about.language) for one in about.form.variables()}
    found: dict[str, Answer] = {}
    for line, (name, label, text) in body:
        if name not in labels:
            raise _refused("shape", about.language, line=line)
        if name in found:
            raise _refused("missing", about.language, label=labels[name])
        if label and not _same(label, labels[name]):
            raise _refused("moved", about.language, cell=f"L{line}", label=labels[name])
        found[name] = Answer(name, f"L{line}", text)
    for name in labels.keys() - found.keys():
        raise _refused("missing", about.language, label=labels[name])
    return about, (found[name] for name in labels)


def _lines(content: bytes) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """The filled lines of a csv, each with its number; the first key tells what stands between the columns."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    mark = next(
        (mark for mark in ";,\t" if text.startswith((f"{IDENTITY[0]}{mark}", f'"{IDENTITY[0]}"{mark}'))), None
    )
    if mark is None:
        raise _refused("not_ours")
    reader = csv.reader(StringIO(text, newline=""), delimiter=mark)
    try:
        for row in reader:
            if not any(row):
                continue
            if len(row) < len(HEADING) or any(row[len(HEADING) :]):
                raise _refused("shape", line=reader.line_num)
            yield reader.line_num, (row[0].strip(), row[1], row[2])
    except csv.Error:
        raise _refused("shape", line=reader.line_num) from None


def _text(value: object) -> str:
    """A stored value as text; a truth value as Norwegian Excel shows it."""
    if isinstance(value, bool):
        return "SANN" if value else "USANN"
    return as_text(value) if isinstance(value, int | float) else str(value)


def _same(found: str, expected: str) -> bool:
    return found.split() == expected.split()
