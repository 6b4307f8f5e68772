"""An output.duckdb made from the project's own definitions and constructed numbers, to publish from."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from pipeline.definitions import Definitions
from pipeline.definitions.schema_models import Indicator, category, term, variable
from pipeline.project import Project
from tests.site.comparisons import compared

SMALL = 5
COLUMNS = [
    "year",
    "area_level",
    "area",
    "indicator",
    "category",
    "value",
    "status",
    "n_centres",
    "n_expected",
]


def made(root: Path, source: Project) -> Project:
    """A project in a folder of its own with the real definitions and the real face, nothing built."""
    (root / "site").mkdir(parents=True)
    for name in (
        "schemas",
        "node_modules",
        *(f"site/{room}" for room in ("pages", "templates", "assets", "locale")),
    ):
        (root / name).symlink_to(source.root / name)
    return Project.at(root)


def release(definitions: Definitions, path: Path) -> Path:
    """Writes an output.duckdb of constructed figures in the form `analyse.protect` writes it."""
    coverage = pd.DataFrame(_coverage(definitions), columns=["year", "centre", "county", "state"])
    observed: dict[tuple[str, str, int, str], float] = {}
    figures = pd.DataFrame(list(_figures(definitions, coverage, observed)), columns=COLUMNS)
    figures["value"] = pd.array(figures["value"], dtype="Float64")
    tables = {
        "figure": compared(definitions, figures, observed),
        "rate": _rates(definitions, figures),
        "coverage": coverage,
        "published": _published(figures),
        "edition": _edition(definitions, figures, coverage),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        for name, frame in tables.items():
            connection.register("frame", frame)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")  # noqa: S608
            connection.unregister("frame")
    return path


def _draw(*key: object) -> int:
    return zlib.crc32("/".join(map(str, key)).encode())


def _coverage(definitions: Definitions) -> Iterator[tuple[int, str, str, str]]:
    for year in definitions.years:
        for centre in definitions.centres_in(year):
            drawn = _draw("coverage", year, centre) % 60
            state = {0: "missing", 1: "rejected"}.get(drawn, "delivered")
            yield year, centre, definitions.centres[centre].county_in(year), state


def _categories(
    definitions: Definitions, indicator: Indicator, year: int, level: str
) -> dict[str, list[str]]:
    """Category → the cells it adds up: `total`, each code, and for the nation each crossing."""
    pairs = [(name,) for name in indicator.breakdowns]
    pairs += list(indicator.crossed) if level == "nation" else []
    categories = {"total": ["total"]}
    for names in pairs:
        for codes in _products(definitions, names):
            measure, narrowed = term(indicator.sources[0])
            variables = definitions.answers(
                definitions.form(year), variable(measure, category({**narrowed, **codes}))
            )
            if variables:
                categories[category(codes)] = sorted({variable_asked.id for variable_asked in variables})
    return categories


def _products(definitions: Definitions, names: tuple[str, ...]) -> list[dict[str, str]]:
    combinations: list[dict[str, str]] = [{}]
    for name in names:
        codes = [code for code, entry in definitions.codelists[name].codes.items() if entry.becomes is None]
        combinations = [{**combination, name: code} for combination in combinations for code in codes]
    return combinations


def _value(definitions: Definitions, indicator: Indicator, year: int, centre: str, name: str) -> float:
    kind = definitions.units[indicator.unit].type
    size = {"count": 40, "decimal": 9, "kroner": 900_000}[kind]
    if indicator.protect == "events":
        size = 500
    if indicator.protect == "persons" and _draw("small", indicator.id, name, centre, year) % 12 == 0:
        return float(_draw("few", indicator.id, name, centre, year) % SMALL)
    share = 1 if name == "total" else 6 * (1 + name.count(","))
    wave = 1 + 0.03 * (year - definitions.years[0]) + (_draw(indicator.id, name, centre, year) % 100) / 250
    base = (_draw(indicator.id, name, centre) % 100) / 100
    value = size * (0.4 + base) * wave / share
    return round(value, 1) if kind == "decimal" else float(int(value))


def _figures(
    definitions: Definitions, coverage: pd.DataFrame, observed: dict[tuple[str, str, int, str], float]
) -> Iterator[tuple[Any, ...]]:
    """The rows; what each centre reported is kept in `observed`."""
    states = {
        (year, centre): (county, state) for year, centre, county, state in coverage.itertuples(index=False)
    }
    every = {
        indicator.id: {
            name for year in definitions.years for name in _categories(definitions, indicator, year, "nation")
        }
        for indicator in definitions.indicators.values()
    }
    for indicator in definitions.indicators.values():
        for year in definitions.years:
            centres = definitions.centres_in(year)
            national = _categories(definitions, indicator, year, "nation")
            areas = [("nation", definitions.nation.id, list(centres))]
            areas += [
                ("county", code, inside)
                for code in definitions.counties_in(year)
                if (inside := [centre for centre in centres if states[year, centre][0] == code])
            ]
            today = {centre: definitions.present_county(centre) for centre in centres}
            areas += [
                ("county_today", code, [centre for centre in centres if today[centre] == code])
                for code in sorted(set(today.values()))
            ]
            areas += [("centre", centre, [centre]) for centre in centres]
            for level, area, inside in areas:
                given = [centre for centre in inside if states[year, centre][1] == "delivered"]
                categories = (
                    national if level == "nation" else _categories(definitions, indicator, year, level)
                )
                for name in categories:
                    values = {centre: _value(definitions, indicator, year, centre, name) for centre in given}
                    observed.update(
                        {(indicator.id, name, year, centre): had for centre, had in values.items()}
                    )
                    value = sum(values.values())
                    yield (
                        year,
                        level,
                        area,
                        indicator.id,
                        name,
                        *_judged(indicator, value, len(given)),
                        len(given),
                        len(inside),
                    )
            for name in sorted(every[indicator.id] - set(national)):
                yield (
                    year,
                    "nation",
                    definitions.nation.id,
                    indicator.id,
                    name,
                    None,
                    "M",
                    0,
                    len(centres),
                )


def _judged(indicator: Indicator, value: float, given: int) -> tuple[float | None, str]:
    if given == 0:
        return None, "O"
    if indicator.protect != "open" and 0 < value < SMALL:
        return None, "Q"
    return value, "A"


def _rates(definitions: Definitions, figures: pd.DataFrame) -> pd.DataFrame:
    """Totals per 10,000 inhabitants, of counties without the helpline, worked out plainly."""
    population = definitions.population
    rows = []
    for row in figures.to_dict("records"):
        indicator = definitions.indicators[row["indicator"]]
        apart = indicator.without_national_service
        places = {
            "nation": ({definitions.nation.id: population.nation}, {"total", apart}),
            "county": (population.counties, {apart or "total"}),
            "county_today": (population.today, {apart or "total"}),
        }
        inhabitants, categories = places.get(row["area_level"], ({}, set()))
        if indicator.per_inhabitants and row["category"] in categories:
            people = inhabitants[row["area"]][row["year"]]
            exact = None if row["status"] != "A" else int(10_000 * row["value"] / people * 10 + 0.5) / 10
            key = {name: row[name] for name in ("year", "area_level", "area", "indicator", "category")}
            rows.append({**key, "per_10000": exact, "status": row["status"], "population": people})
    return pd.DataFrame(rows).astype({"per_10000": "Float64"})


def _published(figures: pd.DataFrame) -> pd.DataFrame:
    nation = figures[
        (figures["area_level"] == "nation") & (figures["category"] == "total") & (figures["status"] == "A")
    ]
    rows = nation.groupby("indicator").tail(2).head(12)
    return pd.DataFrame(
        {
            "year": rows["year"].to_list(),
            "indicator": rows["indicator"].to_list(),
            "category": rows["category"].to_list(),
            "part_of": "",
            "base": "",
            "published": rows["value"].to_list(),
            "lowest": rows["value"].to_list(),
            "highest": rows["value"].to_list(),
            "ours": rows["value"].to_list(),
            "used": [position % 3 > 0 for position in range(len(rows))],
            "reason": ["constructed"] * len(rows),
            "source_title": ["Ei kjelde <script>alert(1)</script>"] * len(rows),
            "source_url": ["https://example.org/tall"] * len(rows),
        }
    )


def _edition(definitions: Definitions, figures: pd.DataFrame, coverage: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "demonstration": definitions.register.demonstration,
                "first_year": definitions.years[0],
                "last_year": definitions.years[-1],
                "ledger_head": "c0ffee" * 10,
                "ledger_size": len(coverage),
                "ledger_root": "c0ffee" * 10,
                "receipt_keys": "ab" * 32,
                "n_received": len(coverage),
                "n_refused": int((coverage["state"] == "rejected").sum()),
                "n_hidden": int((figures["status"] == "Q").sum()),
                "n_shown": int((figures["status"] == "A").sum()),
                "threshold": SMALL,
            }
        ]
    )
