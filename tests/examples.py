"""How many made-up cases a property is held against: few every day, many in `make thorough`."""

from hypothesis import settings

MANY = 10  # times as many
THOROUGH = "thorough"


def examples(few: int) -> settings:
    """So many cases, or many times that where the profile asks for it."""
    is_thorough = settings.get_current_profile_name() == THOROUGH
    return settings(max_examples=few * (MANY if is_thorough else 1))
