"""When figures come, and what came before them, schemas/releases.yaml, as frozen objects."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from pipeline.definitions.schema_models import Definition, Year

Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]


class Announced(Definition):
    """A day on which the figures for a year will be published."""

    date: Day
    year: Year


class PublishedReport(Definition):
    """Something published before about the same centres; `title` as it was, in Norwegian.

    `file`: its name in raw/reports/, where it is kept to be downloaded, with its checksum; `worked`: the last day its
    address outside was seen to work.
    """

    years: str
    title: str
    published: Day | None = None
    publisher: str | None = None
    language: str | None = None
    pages: Annotated[int, Field(gt=0)] | None = None
    file: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$")] | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    source: str
    worked: Day | None = None

    @model_validator(mode="after")
    def _is_bound_to_its_bytes(self) -> Self:
        if (self.file is None) != (self.sha256 is None):
            raise ValueError("a report that is kept has both `file` and `sha256`")
        return self


class Releases(Definition):
    """The calendar of what comes, and the reports that came before this statistic."""

    final_until: int | None = None
    calendar: tuple[Announced, ...]
    reports: tuple[PublishedReport, ...]
