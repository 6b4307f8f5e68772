"""Labels and names are text: markup in them is shown as it was written, in every language, and never obeyed."""

import re
from dataclasses import replace
from html import unescape

import pytest

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Label
from pipeline.disseminate.sentences import choice
from pipeline.disseminate.sentences.sentence import Sentence
from pipeline.disseminate.sentences.statistic import Statistic
from pipeline.disseminate.sentences.voice import FILE, Voice
from pipeline.text import phrases
from tests.disseminate import golden
from tests.disseminate.conftest import HERE
from tests.disseminate.series import a_statistic

OWN_TAG = re.compile(r"</?data\b[^>]*>")
HARMFUL = "<script>x()</script>&amp;"


def _harmful(label: Label) -> Label:
    return Label({lang: f"{text}{HARMFUL}" for lang, text in label.items()})


@pytest.fixture(scope="module")
def statistic(definitions: Definitions, tmp_path_factory: pytest.TempPathFactory) -> Statistic:
    """Every label and name of the register with markup in it."""

    def with_markup(entry: object, *names: str) -> object:
        return entry.model_copy(update={name: _harmful(getattr(entry, name)) for name in names})  # type: ignore[attr-defined]

    register = definitions.register.model_copy(
        update={
            "centres": {
                id: centre.model_copy(update={"name": centre.name + HARMFUL})
                for id, centre in definitions.centres.items()
            }
        }
    )
    codelists = {
        id: codelist.model_copy(
            update={"codes": {code: with_markup(entry, "label") for code, entry in codelist.codes.items()}}
        )
        for id, codelist in definitions.codelists.items()
    }
    marked = replace(
        definitions,
        register=register,
        codelists=codelists,
        counties={code: with_markup(county, "label") for code, county in definitions.counties.items()},
        units={id: with_markup(unit, "one", "many") for id, unit in definitions.units.items()},
        indicators={id: with_markup(entry, "label") for id, entry in definitions.indicators.items()},
    )
    figures = {**golden.awkward(definitions), **golden.shares(definitions)}
    return a_statistic(marked, tmp_path_factory.mktemp("marked") / "output.duckdb", figures)


def _sentences(statistic: Statistic, voice: Voice) -> list[Sentence]:
    sentences = []
    for subject in {**golden.awkward(statistic.definitions), **golden.shares(statistic.definitions)}:
        year = max(statistic.series(subject))
        sentences += choice.describe(statistic, subject, year)
        if subject.category == "total":
            sentences += choice.divided(voice, subject, year)
    return sentences


@pytest.mark.parametrize("lang", golden.LANGUAGES)
def test_markup_in_a_name_is_text(statistic: Statistic, lang: str) -> None:
    voice = Voice(statistic, phrases(HERE, lang, FILE))
    with_markup = 0
    for sentence in _sentences(statistic, voice):
        for alone in (True, False):
            text, html = voice.text(sentence, alone=alone), str(voice.html(sentence, alone=alone))
            words = OWN_TAG.sub("", html)
            assert "<" not in words, html
            assert unescape(words) == text
            with_markup += HARMFUL in text
    assert with_markup > 20
