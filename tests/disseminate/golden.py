"""What the engine writes of real and of awkward series, in three languages: tests/golden/sentences.txt.

Rewrite it with `python -m tests.disseminate.golden` and read the difference as a reviewer would.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from pipeline.definitions import Definitions, load
from pipeline.disseminate.sentences import choice
from pipeline.disseminate.sentences.sentence import Subject
from pipeline.disseminate.sentences.share import share
from pipeline.disseminate.sentences.statistic import Statistic
from pipeline.disseminate.sentences.voice import FILE, Voice
from pipeline.project import Project
from pipeline.text import NO_BREAK_SPACE, phrases
from tests.disseminate.series import Figures, a_series, a_statistic

HERE = Project.at(Path(__file__).parents[2])
FILED = HERE.root / "tests" / "golden" / "sentences.txt"
LANGUAGES = ("nb", "nn", "en")
CONTACTS = {
    2016: 33446,
    2017: 33574,
    2018: 37234,
    2019: 35968,
    2020: 38359,
    2021: 38701,
    2022: "O",
    2023: 36846,
}


def real(definitions: Definitions) -> Figures:
    """Bufdir's national figures; survivors of 2022 overlap with the other groups (85, 20 and 5 per cent)."""
    nation = definitions.nation.id
    numbers = {year: definitions.centres_in(year) for year in CONTACTS}
    centres = {
        year: (len(centres_of_year), len(centres_of_year)) for year, centres_of_year in numbers.items()
    }
    panels = {
        2017: (22, 128),
        2018: (22, 2900),
        2019: (22, -1190),
        2020: (22, 2391),
        2021: (21, 400),
        2023: (0, None),
    }
    subjects = {
        "contacts": CONTACTS,
        "persons_contacting": {2015: 3674, 2016: "O", 2017: 4510},
        "visitors": {2015: 2565, 2016: 2602, 2017: 3504},
    }
    figures = {Subject("contacts", nation): a_series(
        definitions, Subject("contacts", nation), CONTACTS, centres=centres, panels=panels
    )}  # fmt: skip
    for indicator in ("persons_contacting", "visitors"):
        subject = Subject(indicator, nation)
        figures[subject] = a_series(definitions, subject, subjects[indicator], centres=22)
    return figures


def shares(definitions: Definitions) -> Figures:
    """Visitors by user group through the break of 2021, with the overlapping groups of 2022 as they were published."""
    whole = Subject("visitors", definitions.nation.id)
    values = {
        "total": {2020: 3136, 2021: 3300, 2022: 3474, 2023: 3600},
        "user_group=survivor": {2020: 2509, 2021: 2607, 2022: 2953, 2023: 2808},
        "user_group=relative": {2020: 627, 2021: 561, 2022: 695, 2023: 648},
        "user_group=both": {2020: "M", 2021: 132, 2022: 174, 2023: 144},
    }
    subjects = {name: whole._replace(category=name) for name in values}
    return {
        subject: a_series(definitions, subject, values[name], centres=22)
        for name, subject in subjects.items()
    }


def awkward(definitions: Definitions) -> Figures:
    """One of everything that makes a sentence say something else, in series of their own."""
    nation = definitions.nation.id

    def of(indicator: str, values: dict[int, float | str], area: str = nation, **more: object) -> None:
        subject = Subject(indicator, area, today=bool(more.pop("today", False)))
        figures[subject] = a_series(definitions, subject, values, **more)  # type: ignore[arg-type]

    figures: dict[Subject, dict] = {}  # type: ignore[type-arg]
    full = {2014: (20, 20), 2015: (20, 20), 2016: (19, 20), 2017: (20, 20)}
    of("employees", {2014: 140, 2015: 150, 2016: 141, 2017: 150})
    of("calls", {2014: 500, 2015: 540, 2016: 560, 2017: 600})
    of("groups", {2014: 70, 2015: 65, 2016: 64, 2017: 61})
    of("person_years", {2014: 90.5, 2015: 91.0, 2016: 88.5, 2017: 88.52})
    of("operating_costs", {2014: 9_000_000, 2015: 9_100_000, 2016: 9_200_000, 2017: 9_150_000})
    of("relatives", {2014: 300, 2015: 310, 2016: "Q", 2017: 311})
    of("sessions", {2014: "M", 2015: "M", 2016: "M", 2017: 80})
    of("listeners", {2014: 900, 2015: 950, 2016: "O", 2017: "O"})
    of(
        "visits",
        {2014: 800, 2015: 820, 2016: 700, 2017: 900},
        centres=full,
        most={2016: 150},
        panels={2016: (19, -40, 740), 2017: (19, 41, 700)},
    )
    of(
        "visitors",
        {2016: 700, 2017: 701},
        centres={2016: (20, 20), 2017: (18, 21)},
        panels={2017: (17, 21, 610)},
        most={2017: 64},
    )
    of(
        "user_forms",
        {2016: 700, 2017: 650},
        centres={2016: (20, 20), 2017: (19, 20)},
        panels={2017: (0, None)},
    )
    of("conversations", {2016: 12, 2017: 13}, area="11", centres={2016: (1, 1), 2017: (1, 1)})
    of("participants", {2016: 40, 2017: 50}, area="11", centres={2016: (2, 2), 2017: (2, 2)})
    of("contacts", {2018: 400, 2019: 420, 2020: 700}, area="linerle", centres=1, before={2020: 690})
    of("visits", {2019: 400, 2020: 700}, area="linerle", centres=1, before={2020: 700})
    of("calls", {2020: 70}, area="46", centres=3, asked_since=2009)
    of("calls", {2017: 80, 2018: 82, 2019: 75, 2020: 70}, area="46", centres=3, today=True)
    of("contacts", {2021: 480, 2022: 500, 2023: "O", 2024: 520})
    of("groups", {2017: 8}, area="hassel", centres=1, asked_since=2009)
    of("groups", {2018: 9}, area="03", centres=1, asked_since=2009)
    of("sessions", {2018: 9, 2019: 20}, area="linerle", centres=1)
    of("sessions", {2020: 30}, area="linerle", centres=1, asked_since=2009)
    of("opening_hours", {2014: 30.0, 2015: 25.0, 2016: 26.0, 2017: 30.0}, area="trost", centres=1)
    of(
        "teaching_hours",
        {2014: 30.0, 2015: "O", 2016: 26.0, 2017: 25.0, 2018: 24.5, 2019: 25.0, 2020: 23.0},
        area="trost",
        centres=1,
    )
    of("municipalities", {2017: 12, 2018: 9, 2019: 8, 2020: 9}, area="trost", centres=1)
    of("persons_contacting", {2014: 44, 2015: 30, 2016: 31, 2017: 40}, area="trost", centres=1)
    return figures


def scenes(folder: Path) -> Iterator[tuple[str, Statistic, list[tuple[Subject, int]]]]:
    definitions = load(HERE)
    nation = definitions.nation.id
    statistic = a_statistic(definitions, folder / "real.duckdb", real(definitions))
    yield (
        "Contacts, the real national series",
        statistic,
        [(Subject("contacts", nation), year) for year in CONTACTS],
    )
    three = [Subject(name, nation) for name in ("contacts", "persons_contacting", "visitors")]
    yield "Three units in 2017", statistic, [(subject, 2017) for subject in three]
    statistic = a_statistic(definitions, folder / "awkward.duckdb", awkward(definitions))
    series = [
        (subject, max(statistic.series(subject))) for subject in awkward(definitions) if not subject.today
    ]
    yield "Whatever makes a sentence say something else", statistic, series


def written() -> str:
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, statistic, subjects in scenes(folder):
            for lang in LANGUAGES:
                voice = Voice(statistic, phrases(HERE, lang, FILE))
                lines += [f"# {title} ({lang})", ""]
                for subject, year in subjects:
                    sentences = [
                        voice.text(sentence) for sentence in choice.describe(statistic, subject, year)
                    ]
                    lines += [
                        f"{subject.indicator}, {subject.area}, {year}:",
                        *(f"    {sentence}" for sentence in sentences),
                    ]
                lines.append("")
        lines += _shares(folder)
    return "\n".join(lines).replace(NO_BREAK_SPACE, " ")


def _shares(folder: Path) -> Iterator[str]:
    definitions = load(HERE)
    statistic = a_statistic(definitions, folder / "shares.duckdb", shares(definitions))
    survivors = Subject("visitors", definitions.nation.id, "user_group=survivor")
    for lang in LANGUAGES:
        voice = Voice(statistic, phrases(HERE, lang, FILE))
        yield from (f"# Survivors among visitors through the break of 2021 ({lang})", "")
        for year in range(2020, 2024):
            part = share(statistic, survivors, year)
            sentences = [*([part] if part else []), *choice.beside(statistic, survivors, year)]
            yield from (f"{year}:", *(f"    {voice.text(sentence)}" for sentence in sentences))
        yield ""


if __name__ == "__main__":
    FILED.write_text(written(), "utf-8")
