"""What the demonstration must come to: national figures and shares that somebody has published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import category, codes_of, term


@dataclass(frozen=True)
class Tie:
    """A national figure somebody has published, to be met exactly or (`at_least`) not to fall short of.

    Of one cell or of several added together; with `part_of` it is their share of another cell, in per cent.
    """

    year: int
    measure: str
    cells: tuple[str, ...]
    value: float
    at_least: bool
    part_of: str = ""

    @property
    def category(self) -> str:
        """The one cell it is about; nothing when it is about several, or a share."""
        return "" if self.part_of or len(self.cells) > 1 else self.cells[0]


def ties(definitions: Definitions, published: Iterable[Mapping[str, str]]) -> tuple[Tie, ...]:
    """The published figures of our indicators that the demonstration holds: exact, lower bounds, shares it follows.

    An indicator that adds several answers together ties none of them.
    """
    held = []
    for row in published:
        indicator = definitions.indicators.get(row["indicator"])
        if indicator is None or len(indicator.sources) > 1:
            continue
        used = row["used"] == "yes" and row["kind"] in ("exact", "lower_bound")
        if used or row["used"] == "demonstration":
            measure, codes = term(indicator.sources[0])
            cells = [category(codes | codes_of(cell)) for cell in row["category"].split("+")]
            at_least = row["kind"] == "lower_bound"
            held.append(
                Tie(int(row["year"]), measure, tuple(cells), float(row["value"]), at_least, row["part_of"])
            )
    return tuple(held)
