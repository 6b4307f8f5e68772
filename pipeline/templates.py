"""The language pages are written in: the one place that knows it."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

__all__ = ["Environment", "templates"]


def templates(folder: Path) -> Environment:
    """The templates of a folder: all text is escaped, and a name nobody gave is an error."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
