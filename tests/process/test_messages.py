"""What a centre is told is plain Norwegian, in both written standards, and says what to do."""

import re

import pytest

from pipeline.definitions.rule_models import Rule
from pipeline.definitions.schema_models import Form
from tests.process.messages import GOLDEN, said, written
from tests.process.scenes import DEFINITIONS, RULES

NORWEGIAN = ("nb", "nn")
RUDE = (
    r"ugyldig\w*|vennligst|ver venleg|beklager|beklagar|ulovlig\w*|ulovleg\w*|"
    r"glemt|gløymt|feilaktig\w*|ikke lov|må dere|må de"
)
ENGLISH = (
    r"the|and|is|are|not|number|numbers|total of|of|please|invalid|error|"
    r"value|row|column|return|centre|year|with|here"
)
# Words that belong to one of the two alone; «de» and «tal» stand in both, in different senses.
ONLY_NYNORSK = (
    r"ikkje|frå|kva|kvar|kvart|kvifor|korleis|nokon|noko|berre|vere|"
    r"vitjingar|førespurnader|dykkar|deltakarar|eit|ein"
)
ONLY_BOKMAAL = (
    r"ikke|fra|hva|hver|hvert|hvorfor|hvordan|noen|noe|bare|være|"
    r"antall|antallet|dere|deltakere|hvis|mye|et|en|jeg|tallene|skjemaer"
)
WHAT_TO_DO = {
    "nb": r"\b(Rett|Skriv|Fjern|Se |Fyll|Fordel|Send|Før|Finn|Vis|Publiser|be |trenger (dere )?ikke gjøre)",
    "nn": r"\b(Rett|Skriv|Fjern|Sjå |Fyll|Fordel|Send|Før|Finn|Vis|Publiser|be |treng (de )?ikkje gjere)",
    "en": r"\b(Correct|Write|Type|Remove|Look|Fill|Divide|Send|Enter|Find|Show|Do not|We read|nothing to do)",
}


def catalogue(languages: tuple[str, ...] = NORWEGIAN) -> list[tuple[Rule, str, str]]:
    return [(rule, lang, rule.say[lang]) for rule in DEFINITIONS.rules for lang in languages]


def containing(pattern: str, languages: tuple[str, ...] = NORWEGIAN) -> list[tuple[str, str, str]]:
    words = re.compile(rf"\b({pattern})\b", re.IGNORECASE)
    unquoted = [
        (rule.id, lang, re.sub(r"«[^»]*»|\{\w+\}", "", text)) for rule, lang, text in catalogue(languages)
    ]
    return [(name, lang, match.group()) for name, lang, text in unquoted if (match := words.search(text))]


def test_the_sentences_are_those_that_were_read_through() -> None:
    """Changed on purpose? `python -m tests.process.messages` writes the file anew; read the difference."""
    assert written() == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RULES)
def test_every_sentence_is_complete_in_every_language(name: str) -> None:
    for lang in DEFINITIONS.survey.languages:
        sentences = said(RULES[name], lang)

        assert sentences
        for sentence in sentences:
            assert not re.search(r"[{}\[\]=_]|nan|None", sentence), sentence
            assert "  " not in sentence, sentence
            assert sentence.endswith((".", "?")), sentence


@pytest.mark.parametrize("name", RULES)
def test_no_sentence_names_an_answer_as_the_program_does(name: str) -> None:
    ids = {item for form in DEFINITIONS.forms.values() for item in names(form) if "_" in item or "[" in item}
    for lang in NORWEGIAN:
        assert not [item for sentence in said(RULES[name], lang) for item in ids if item in sentence]


def names(form: Form) -> set[str]:
    return {
        item
        for variable in form.variables()
        for item in (variable.id, variable.measure, *variable.codes.values())
    }


def test_no_sentence_scolds_or_pleads() -> None:
    assert containing(RUDE) == []


def test_no_norwegian_sentence_speaks_english() -> None:
    assert containing(ENGLISH) == []


def test_bokmaal_and_nynorsk_keep_to_themselves() -> None:
    assert containing(ONLY_NYNORSK, ("nb",)) == []
    assert containing(ONLY_BOKMAAL, ("nn",)) == []
    assert all(rule.say["nb"] != rule.say["nn"] for rule in DEFINITIONS.rules)


def test_every_sentence_says_what_to_do() -> None:
    without = [
        (rule.id, lang)
        for rule, lang, text in catalogue(("nb", "nn", "en"))
        if not re.search(WHAT_TO_DO[lang], text)
    ]

    assert without == []


def test_every_sentence_says_what_stands_there() -> None:
    seen = (
        r"\{(value|left|right|observed|share|other|over|least|most)\w*\}"
        r"|Her står|Spørsmålet|aktivitet|tal frå|tall fra"
    )

    assert [
        (rule.id, lang) for rule, lang, text in catalogue(("nb", "nn")) if not re.search(seen, text)
    ] == []


def test_a_query_can_be_explained_and_a_fatal_finding_cannot() -> None:
    explained = re.compile(r"forklar|fortell|begrunn|stemmer", re.IGNORECASE)
    messages = [rule for rule in DEFINITIONS.rules if rule.audience == "centre"]

    assert [
        rule.id for rule in messages if rule.severity == "query" and not explained.search(rule.say["nb"])
    ] == []
    assert [
        rule.id for rule in messages if rule.severity == "fatal" and explained.search(rule.say["nb"])
    ] == []
