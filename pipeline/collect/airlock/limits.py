"""How large a form may be, and what it prints itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What a file may cost to read; a filled-in form takes from a tenth to a thousandth of each."""

    file: int = 2_000_000  # bytes as sent
    unpacked: int = 20_000_000  # bytes that come out of an archive
    ratio: int = 100  # bytes out for each byte in, of one part
    parts: int = 200  # files in an archive
    elements: int = 150_000  # of XML, in all parts
    depth: int = 60  # elements inside each other
    texts: int = 250_000  # characters a person could read, in all parts
    text: int = 32_767  # characters in one cell: what Excel allows
    token: int = 262_144  # bytes of one tag
    distance: int = 10  # times the height or width of the form, to the farthest cell
    strays: int = 50  # rows with something outside the form


@dataclass(frozen=True)
class Outline:
    """How far the form reaches, and the addresses and telephones it prints itself."""

    rows: int = 260
    columns: int = 16
    printed: tuple[str, ...] = ()


LIMITS = Limits()
OUTLINE = Outline()
