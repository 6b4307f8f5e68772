"""What tells of a person is caught however it is written, and what programs and days write raises no alarm."""

import calendar
import sys
import uuid
from collections.abc import Callable, Iterator
from random import Random

import pytest

from pipeline.collect.reader.personal_data import (
    ABOUT_THE_SENDER,
    WRITTEN_BY_PROGRAMS,
    rule_broken_by,
    rule_broken_by_file_name,
    rule_broken_by_format,
)
from tests.collect.reader.crafted import YEAR
from tests.collect.reader.hostile import duf, identity

DRAWN = 3_000
FORMATS = (
    *(
        "[<=99999999]##\\ ##\\ ##\\ ##",
        "[<=99999999]00 00 00 00;(+00) 00 00 00 00",
        "\\+47\\ 00\\ 00\\ 00\\ 00",
    ),
    *('"(+47) "00000000', "000000\\ 00000", "000000-00000", "[>=40000000]0;[<40000000]00 00 00 00"),
    *("#,##0", "[Red]-0", "0.00%", "[$-414]d. mmmm yyyy", '0" kr"'),
)


def ids() -> Iterator[str]:
    draw = Random(1)
    for _ in range(DRAWN):
        label = uuid.UUID(int=draw.getrandbits(128), version=4)
        yield f"MSIP_Label_{label}_SiteId"
        yield f"{{{str(label).upper()}}}"


def versions() -> Iterator[str]:
    draw = Random(2)
    for _ in range(DRAWN):
        yield f"Driver {draw.randrange(20)}.{draw.randrange(12)}.{draw.randrange(30_000)}.{draw.randrange(30_000)}"
        yield f"v{draw.randrange(9)}.{draw.randrange(60):02}.{draw.randrange(10**8):08}"


def days() -> Iterator[str]:
    for month in range(1, 13):
        for day in range(1, calendar.monthrange(YEAR, month)[1] + 1):
            for written in (
                f"{day:02}{month:02}{YEAR}",
                f"{day:02}.{month:02}.{YEAR}",
                f"{YEAR}{month:02}{day:02}",
                f"{YEAR}-{month:02}-{day:02}",
                f"{day:02}{month:02}{YEAR % 100:02}",
            ):
                yield f"gran_p{YEAR}_{written}.xlsx"


HONEST: dict[str, tuple[Callable[[], Iterator[str]], Callable[[str], str | None]]] = {
    "ids of labels": (ids, rule_broken_by),
    "versions of programs": (versions, lambda text: rule_broken_by(text, ABOUT_THE_SENDER)),
    "versions in attributes": (versions, lambda text: rule_broken_by(text, WRITTEN_BY_PROGRAMS)),
    "days in names of files": (days, rule_broken_by_file_name),
    "formats of numbers": (lambda: iter(FORMATS), rule_broken_by_format),
}


def identities() -> Iterator[str]:
    draw = Random(3)
    for _ in range(DRAWN // 10):
        number = identity(f"{draw.randrange(1, 29):02}{draw.randrange(81, 93)}{draw.randrange(100):02}")
        yield from (number, f"{number[:6]} {number[6:]}", f"sak {number[:6]}-{number[6:]}")
        yield f"{number[:2]}.{number[2:4]}.{number[4:6]} {number[6:]}"


def telephones() -> Iterator[str]:
    draw = Random(4)
    for _ in range(DRAWN // 10):
        number = f"{draw.choice((22, 45, 91, 55))}{draw.randrange(10**6):06}"
        yield from (f"tlf {number}", f"ring {number[:2]} {number[2:4]} {number[4:6]} {number[6:]}")
        yield f"+47 {number[:3]} {number[3:5]} {number[5:]}"


def refugees() -> Iterator[str]:
    draw = Random(5)
    for _ in range(DRAWN // 10):
        yield f"sak {duf(f'20{draw.randrange(99):02}{draw.randrange(10**6):06}')}"


PERSONAL: dict[str, tuple[Callable[[], Iterator[str]], Callable[[str], str | None]]] = {
    "identity numbers": (identities, rule_broken_by),
    "identity numbers where programs write": (
        identities,
        lambda text: rule_broken_by(text, ABOUT_THE_SENDER),
    ),
    "identity numbers in names of files": (identities, rule_broken_by_file_name),
    "identity numbers in formats": (identities, lambda text: rule_broken_by_format(f'"{text}"')),
    "telephones": (telephones, rule_broken_by),
    "telephones in formats": (telephones, lambda text: rule_broken_by_format(f'0 "{text}"')),
    "DUF numbers": (refugees, rule_broken_by),
}


def record(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def alarms(corpus: tuple[Callable[[], Iterator[str]], Callable[[str], str | None]]) -> tuple[int, int]:
    made, judge = corpus
    texts = list(made())
    return sum(judge(text) is not None for text in texts), len(texts)


@pytest.mark.parametrize("kind", HONEST)
def test_what_is_honest_raises_no_alarm(kind: str) -> None:
    raised, of = alarms(HONEST[kind])
    record(f"false alarms, {kind}: {raised} of {of}")

    assert raised == 0


@pytest.mark.parametrize("kind", PERSONAL)
def test_what_tells_of_a_person_is_caught(kind: str) -> None:
    raised, of = alarms(PERSONAL[kind])
    record(f"caught, {kind}: {raised} of {of}")

    assert raised == of
