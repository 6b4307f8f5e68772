"""What indicators are called where their name stands alone."""

from pipeline.definitions import Definitions
from pipeline.disseminate import labels


def test_an_indicator_is_named_with_its_unit_and_never_twice(definitions: Definitions) -> None:
    def name(id: str, lang: str) -> str:
        return labels.with_unit(definitions, definitions.indicators[id], lang)

    assert name("operating_costs", "nb") == "Driftskostnader (kroner)"
    assert name("contacts", "nb") == "Henvendelser"
    assert name("contacts", "nn") == "Førespurnader"
