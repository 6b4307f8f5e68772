# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Hva som er skjult, og hva en leser likevel kan regne ut
#
# For hvert skjulte tall gir angrepet det minste og det største det kan være for en som leser alt som er offentlig og
# kjenner skjemaet. Det sanne tallet vises ved siden av: denne notatboken må ikke forlate dem som driver innsamlingen.
# Leser den siste ferdige byggingen (`samletall build`) og endrer ingenting. Tallene er fortrolige: de er før skjerming.

# %%
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio

from pipeline.definitions import load
from pipeline.disclosure.audit.interval_table import interval_table
from pipeline.output import Output
from pipeline.project import Project
from pipeline.queries import answer

pio.renderers.default = "plotly_mimetype+notebook"  # bildene følger med når notatboken skrives ut som HTML
PROJECT = Project.at(next(at for at in (Path.cwd(), *Path.cwd().parents) if (at / "schemas").is_dir()))


def ask(question: str) -> pd.DataFrame:
    return answer(PROJECT.build / "warehouse.duckdb", question)


DEFINITIONS = load(PROJECT)
OUTPUT = Output(PROJECT.build / "output.duckdb")
EDITION = OUTPUT.edition()
INDICATOR, YEAR = "relatives", int(EDITION["last_year"])

# %% [markdown]
# ## Hvor mye er skjult?

# %%
figures = OUTPUT.figures()
told = figures[figures["status"].isin(["A", "Q"])].assign(hidden=lambda rows: rows["status"] == "Q")
by_level = told.groupby("area_level")["hidden"].agg(["size", "sum", "mean"])
by_level.rename(columns={"size": "tall", "sum": "skjult", "mean": "andel"})

# %%
names = {name: indicator.label["nb"] for name, indicator in DEFINITIONS.indicators.items()}
shares = 100 * told[told["year"] == YEAR].groupby("indicator")["hidden"].mean().sort_values()
shares = shares[shares > 0]
go.Figure(
    go.Bar(x=shares, y=[names[name] for name in shares.index], orientation="h"),
    layout={
        "title": f"Andel av tallene som er skjult, {YEAR}",
        "xaxis": {"title": "prosent"},
        "yaxis": {"automargin": True},
    },
)

# %% [markdown]
# ## Angrepets intervaller
# Linjen er alt det skjulte tallet kan være; punktet er det sanne. Et tall som er skjult for sin egen skyld er
# 1–(terskel − 1); de andre er skjult for at det ikke skal kunne regnes ut.

# %%
attacked = interval_table(OUTPUT, DEFINITIONS, INDICATOR, YEAR)
keys = ["year", "area_level", "area", "indicator", "category"]
true = ask(f"select {', '.join(keys)}, area_name, category_name, value from figures where year = {YEAR}")
attacked = attacked.merge(true, on=keys)
attacked["primary"] = attacked["value"].between(1, EDITION["threshold"] - 1)
attacked.groupby(["area_level", "primary"])[["least", "most"]].agg(["min", "median", "max"])

# %%
shown = attacked.sort_values(["area_level", "area", "category"]).head(40)
labels = shown["area_name"] + ": " + shown["category_name"].fillna("i alt")
go.Figure(
    [
        go.Bar(
            base=shown["least"],
            x=(shown["most"] - shown["least"]).clip(upper=50),
            y=labels,
            orientation="h",
            opacity=0.4,
            name="kan være",
        ),
        go.Scatter(x=shown["value"], y=labels, mode="markers", name="er"),
    ],
    layout={
        "title": f"{names[INDICATOR]}, {YEAR}: hva en leser kan slutte seg til",
        "height": 900,
        "xaxis": {"title": "tall (lange intervaller er kuttet ved 50)"},
        "yaxis": {"automargin": True, "autorange": "reversed"},
    },
)

# %% [markdown]
# ## Hvor brede er de?

# %%
width = (attacked["most"] - attacked["least"] + 1).clip(upper=50)
go.Figure(
    [
        go.Histogram(x=width[attacked["primary"]], name="skjult for sin egen skyld"),
        go.Histogram(x=width[~attacked["primary"]], name="skjult for å verne andre"),
    ],
    layout={
        "title": "Så mange tall kan det skjulte være",
        "barmode": "stack",
        "xaxis": {"title": "muligheter"},
    },
)
