"""How far a form reaches, and what it prints itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FormExtent:
    """Rows and columns of the largest form, and the addresses and telephones it may print."""

    rows: int
    columns: int
    printed: tuple[str, ...] = ()
