import pytest

from pipeline.definitions import Definitions
from pipeline.disseminate.pages.typed_numbers import bare_numbers


@pytest.mark.parametrize(
    "text",
    [
        "Det var 36 846 henvendelser.",
        "Det var 36\u00a0846.",
        "To av 3 ringte.",
        "En økning på 4,2 %.",
        "Rundt 2010 henvendelser kom inn.",
        "Om lag 2020 kroner.",
        "Nesten 2000 prosent.",
        "Over 12 sentre.",
        "**7** sentre",
        "| 2023 | 400 |",
        "Se [tallet 5](side.html).",
        "Ring 815 00 000.",
        "<p>9</p>",
        "§ 7 gir 14 dager.",
        "WCAG 2.2 har 86 krav.",
        "34. plass",
    ],
)
def test_a_typed_figure_is_found(text: str, definitions: Definitions) -> None:
    assert {line for line, _ in bare_numbers(definitions, f"Første linje.\n{text}\n")} == {2}


@pytest.mark.parametrize(
    "text",
    [
        "Fra 2009 til 2024, og i perioden 2014–2018.",
        "Loven gjelder fra 1. juni 2024.",
        "Statistikkloven § 7 og § 3-2 gjelder.",
        "Ring 800 57 000, 116 006 eller 112.",
        "Sidene følger WCAG 2.2 og er i UTF-8.",
        "Lisensen er CC-BY-4.0.",
        '<svg width="12" height="3"><circle r="3.5"/></svg>',
        "Se [fylket](fylke/46/).",
        "1. Først\n1. Så",
        "Prisen er gitt i &#8364;.",
        "Sentrene er tre, og ett er nytt.",
    ],
)
def test_what_is_no_figure_may_stand(text: str, definitions: Definitions) -> None:
    assert list(bare_numbers(definitions, text)) == []
