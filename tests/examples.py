"""How many made-up cases a property is held against: few every day, many in `make thorough`."""

from hypothesis import settings

MANY = 10  # times as many
THOROUGH = "thorough"


def cases(few: int) -> int:
    """So many, or many times that where the profile asks for it."""
    return few * (MANY if settings.get_current_profile_name() == THOROUGH else 1)


def examples(few: int) -> settings:
    """So many cases of a property."""
    return settings(max_examples=cases(few))
