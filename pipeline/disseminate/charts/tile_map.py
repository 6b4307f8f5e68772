"""A map of equal tiles, one for each county: where it lies, its name, its figure, and a bar from zero.

The bar tells what a colour would tell, so the map can be read in one ink; every county is as large as any other.
"""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.disseminate.charts.chart_dicts import SIGNS, Frame
from pipeline.output import SHOWN, Figure

_HEIGHT = 78  # pixels a row
_LINE = 14
_LETTERS = 10  # in a line, so that a tile of the narrowest screen holds it
_INSET = 4  # per cent of a tile's width that is left between it and the next


class Tile(NamedTuple):
    """One county on the map: its name, its position from the upper left corner (column, row), and its figure."""

    name: str
    position: tuple[int, int]
    figure: Figure | None


def tile_map(title: str, year: int, tiles: Sequence[Tile], frame: Frame) -> Mapping[str, Any]:
    """Gives what the SVG template needs to draw the map: every text and every place."""
    columns, rows = (max(position) for position in zip(*(tile.position for tile in tiles), strict=True))
    top = max((tile.figure.value or 0 for tile in tiles if tile.figure), default=0) or 1
    return {
        "kind": "tiles",
        "size": "large",
        "title": title,
        "summary": frame.words("tiles.summary", year=str(year)),
        "mark": frame.mark,
        "unit": frame.unit,
        "height": rows * _HEIGHT + 18,
        "tiles": [_tile(tile, columns, top, frame) for tile in tiles],
    }


def _tile(tile: Tile, columns: int, top: float, frame: Frame) -> Mapping[str, Any]:
    column, row = tile.position
    wide = 100 / columns
    y = (row - 1) * _HEIGHT
    names = textwrap.wrap(tile.name, _LETTERS, break_long_words=False)
    shown = tile.figure is not None and tile.figure.status == SHOWN
    value = (tile.figure.value or 0) if tile.figure else 0
    return {
        "x": f"{(column - 1) * wide:g}%",
        "text_x": f"{(column - 1) * wide + _INSET / 2:g}%",
        "y": y,
        "width": f"{wide - _INSET / 2:g}%",
        "height": _HEIGHT - 6,
        "names": [{"text": text, "y": y + 16 + _LINE * line} for line, text in enumerate(names)],
        "text": frame.written(value) if shown else SIGNS[tile.figure.status if tile.figure else "M"],
        "shown": shown,
        "value_y": y + 54,
        "bar_y": y + _HEIGHT - 16,
        "bar": f"{(wide - _INSET * 1.5) * value / top if shown else 0:.2f}%",
        "track": f"{wide - _INSET * 1.5:g}%",
    }
