"""Whatever is written where a number belongs, the centre is told in every language, and nothing falls over."""

from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.fuzz.targets import ASKED, told

LIKE_NUMBERS = st.text(alphabet="0123456789 ,.-−–%eEinfa_ukjt", max_size=12)


@examples(20)
@given(st.lists(LIKE_NUMBERS | st.text(max_size=12), min_size=len(ASKED), max_size=len(ASKED)))
def test_any_texts_are_spoken_of(texts: list[str]) -> None:
    assert all("{" not in sentence for sentence in told(texts) if not any("{" in text for text in texts))
