"""The press note of an edition: every indicator's national figure in sentences, to read and for a machine."""

from collections.abc import Iterator
from typing import Any

from pipeline.disseminate.sentences.choice import note
from pipeline.disseminate.sentences.sentence import Sentence
from pipeline.disseminate.sentences.voice import Voice
from pipeline.disseminate.sentences.wording import written


def lines(voice: Voice, year: int) -> Iterator[str]:
    """Gives the note line by line: what it is, then a heading and its sentences for each indicator."""
    definitions, lang = voice.statistic.definitions, voice.phrases.lang
    yield voice.phrases("note.title", year=str(year))
    yield voice.phrases("note.how")
    if voice.statistic.output.edition()["demonstration"]:
        yield definitions.survey.demonstration[lang]
    for paragraph in note(voice, year):
        yield ""
        yield definitions.indicators[paragraph.indicator].label[lang]
        yield " ".join(voice.text(sentence) for sentence in paragraph.sentences)


def facts(voice: Voice, year: int) -> list[dict[str, Any]]:
    """Gives each sentence of the note with its text, which stands alone, its numbers' cells and its span of years."""
    return [_facts(voice, sentence) for paragraph in note(voice, year) for sentence in paragraph.sentences]


def _facts(voice: Voice, sentence: Sentence) -> dict[str, Any]:
    return {
        "kind": sentence.kind,
        "text": voice.text(sentence, alone=True),
        "indicator": sentence.subject.indicator,
        "area": sentence.subject.area,
        "category": sentence.subject.category,
        "year": sentence.year,
        "numbers": [
            {"cell": number.cell.id, "value": number.value, "written": written(number, voice.phrases.lang)}
            for number in sentence.numbers.values()
        ],
        "span": sentence.span,
    }
