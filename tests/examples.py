"""How many made-up cases a property is held against: few every day, many in `make thorough`."""

from collections.abc import Iterable
from typing import TypeVar

from hypothesis import settings

MANY = 10  # times as many in `make thorough`
FEWER = 2  # so many times fewer every day
FEWEST = 3
THOROUGH = "thorough"
Item = TypeVar("Item")


def cases(few: int) -> int:
    """Every day a part of so many, in the thorough profile many times that."""
    if is_thorough():
        return few * MANY
    return max(few // FEWER, min(few, FEWEST))


def sample(items: Iterable[Item], stride: int) -> list[Item]:
    """Each so many every day, all of them in the thorough profile."""
    return list(items)[:: 1 if is_thorough() else stride]


def is_thorough() -> bool:
    """Whether everything is tried that can be."""
    return bool(settings.get_current_profile_name() == THOROUGH)


def examples(few: int) -> settings:
    """So many cases of a property."""
    return settings(max_examples=cases(few))
