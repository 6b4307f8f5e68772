"""When figures come, and what came before them, schemas/releases.yaml, as frozen objects."""

from typing import Annotated

from pydantic import StringConstraints

from pipeline.definitions.schema_models import Definition, Year

Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]


class Announced(Definition):
    """A day on which the figures for a year will be published."""

    date: Day
    year: Year


class PublishedReport(Definition):
    """Something published before about the same centres; `title` as it was, in Norwegian."""

    years: str
    title: str
    published: Day | None = None
    source: str


class Releases(Definition):
    """The calendar of what comes, and the reports that came before this statistic."""

    final_until: int | None = None
    calendar: tuple[Announced, ...]
    reports: tuple[PublishedReport, ...]
