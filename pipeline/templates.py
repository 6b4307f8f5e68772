"""The language pages are written in: the one place that knows it."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def templates(folder: Path) -> Environment:
    """The templates of a folder: all text is escaped, and a name nobody gave is an error."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def printed(source: str) -> str:
    """A template's own words, line by line: what it fetches is left out, but not a number or text it prints itself."""
    pieces, depth, is_printing = [], 0, False
    for _, kind, value in Environment(autoescape=True).lex(source):
        is_printing = kind == "variable_begin" or (is_printing and kind != "variable_end")
        depth += (value in "([{") - (value in ")]}") if kind == "operator" else 0
        prints = kind == "data" or (is_printing and not depth and kind in ("string", "integer", "float"))
        pieces.append(value if prints else "\n" * value.count("\n") if kind != "variable_begin" else "…")
    return "".join(pieces)
