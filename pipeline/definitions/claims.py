"""What sentences may claim of the figures, schemas/claims.yaml, as frozen objects."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.definitions.schema_models import Definition


class Claim(Definition):
    """What a claim about several years must stand on."""

    years: Annotated[int, Field(ge=3)]
    unit_types: tuple[Literal["count", "decimal", "kroner"], ...]


class Superlative(Claim):
    """What «highest» and «lowest» must stand on; `coverage` is the share of the centres in each of the years."""

    coverage: Annotated[float, Field(gt=0, le=1)]


class Headline(Definition):
    """What a total must stand on to be told: shares of the centres, and of the total of the year before.

    Up to `names` centres that nothing was received from are named.
    """

    centres: Annotated[float, Field(gt=0, le=1)]
    volume: Annotated[float, Field(gt=0, le=1)]
    names: Annotated[int, Field(ge=0)]


class NotFigure(Definition):
    """A number that hand-written text may hold although it is no figure of the statistic."""

    what: str
    pattern: str
    example: str


class Claims(Definition):
    """What sentences may claim, and which numbers hand-written text may hold."""

    headline: Headline
    superlative: Superlative
    run: Claim
    percent_of_at_least: int
    not_figures: tuple[NotFigure, ...]
