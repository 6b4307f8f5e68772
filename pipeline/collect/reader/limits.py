"""What a process that reads may use, and how far a sheet may reach before it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """The numbers stand in the definitions; here they are only obeyed."""

    memory: int  # bytes of address space
    seconds_of_work: int
    seconds_of_waiting: int
    longest_answer: int  # bytes
    rows: int
    columns: int
    cells: int  # filled ones
