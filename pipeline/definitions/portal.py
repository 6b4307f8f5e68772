"""The portal where centres deliver, as a frozen object; each field says what the key means."""

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, PositiveInt

from pipeline.definitions.schema_models import Definition, FormLabel, Id


def _is_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"«{name}» is no time zone")
    return name


class PortalLimits(Definition):
    """What may be asked of the portal."""

    uploads_a_minute: PositiveInt
    uploads_a_day: PositiveInt
    changes_a_minute: PositiveInt
    explanations: PositiveInt
    codes_a_minute: PositiveInt
    tries_a_minute: PositiveInt
    waiting: PositiveInt
    readers: PositiveInt
    head_seconds: PositiveInt
    unfinished_an_address: PositiveInt
    request_seconds: PositiveInt
    answer_length: PositiveInt
    free_disk: float = Field(ge=0, lt=1)


class Portal(Definition):
    """Who may sign, how long things last, and what may be asked."""

    roles: dict[Id, FormLabel] = Field(min_length=1)
    zone: Annotated[str, AfterValidator(_is_zone)]
    invitation_days: PositiveInt
    idle_minutes: PositiveInt
    session_hours: PositiveInt
    limits: PortalLimits
