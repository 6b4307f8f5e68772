"""What a file from outside may cost, as a frozen object."""

from pydantic import PositiveInt

from pipeline.definitions.schema_models import Definition


class Reading(Definition):
    """What reading it may cost, in a process of its own."""

    cells: PositiveInt
    memory: PositiveInt
    seconds_of_work: PositiveInt
    seconds_of_waiting: PositiveInt
    seconds_of_starting: PositiveInt
    longest_answer: PositiveInt


class Limits(Definition):
    """What letting it in may cost, and what reading it may."""

    file: PositiveInt
    unpacked: PositiveInt
    ratio: PositiveInt
    parts: PositiveInt
    elements: PositiveInt
    depth: PositiveInt
    texts: PositiveInt
    text: PositiveInt
    token: PositiveInt
    distance: PositiveInt
    strays: PositiveInt
    reading: Reading
