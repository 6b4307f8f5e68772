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
# # Hva en endring er laget av
#
# Hvert senters bidrag, med og uten hjelpetelefonen, og de samme sentrene to år på rad.
# Leser den siste ferdige byggingen (`samletall build`) og endrer ingenting. Tallene er fortrolige: de er før skjerming.

# %%
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio

from pipeline.definitions import load
from pipeline.project import Project
from pipeline.queries import answer

pio.renderers.default = "plotly_mimetype+notebook"  # bildene følger med når notatboken skrives ut som HTML
PROJECT = Project.at(next(at for at in (Path.cwd(), *Path.cwd().parents) if (at / "schemas").is_dir()))


def ask(question: str) -> pd.DataFrame:
    return answer(PROJECT.build / "warehouse.duckdb", question)


DEFINITIONS = load(PROJECT)
INDICATOR = "contacts"  # bytt: ask("select distinct indicator, indicator_name from figures")
YEAR = int(ask("select max(year) as year from returns")["year"][0])
NATION = f"area_level = 'nation' and indicator = '{INDICATOR}'"

# %% [markdown]
# ## Landet, de siste årene

# %%
nation = ask(f"""
    select year, value, change, change_pct, like_change, like_change_pct, n_panel, n_centres, n_expected
    from figures where {NATION} and category = 'total' order by year
""")
nation.tail(5)

# %% [markdown]
# ## Bidragene
# Fra fjorårets tall til årets, senter for senter. Summen av bidragene er endringen.

# %%
parts = ask(f"""
    select centre_name, kind, contribution from contributions
    where indicator = '{INDICATOR}' and year = {YEAR} and contribution <> 0 order by abs(contribution) desc
""")
shown, rest = parts.head(12), parts.iloc[12:]
now, change = float(nation["value"].iloc[-1]), float(parts["contribution"].sum())
go.Figure(
    go.Waterfall(
        x=[str(YEAR - 1), *shown["centre_name"], f"{len(rest)} andre", str(YEAR)],
        y=[now - change, *shown["contribution"], rest["contribution"].sum(), now],
        measure=["absolute", *["relative"] * (len(shown) + 1), "total"],
    ),
    layout={
        "title": f"Fra {YEAR - 1} til {YEAR}",
        "yaxis": {"title": ask(f"select any_value(unit) as unit from figures where {NATION}")["unit"][0]},
    },
)

# %% [markdown]
# ## Med og uten hjelpetelefonen
# Bare der definisjonene skiller den ut.

# %%
apart = DEFINITIONS.indicators[INDICATOR].without_national_service
both = ask(f"""
    select year, category, value from figures where {NATION} and category in ('total', '{apart}') order by year
""")
names = {"total": "i alt", apart: "uten hjelpetelefonen"}
go.Figure(
    [go.Scatter(x=rows["year"], y=rows["value"], name=names[key]) for key, rows in both.groupby("category")],
    layout={
        "title": "I alt og uten hjelpetelefonen",
        "xaxis": {"dtick": 1},
        "yaxis": {"rangemode": "tozero"},
    },
)

# %% [markdown]
# ## Samme senter
# Endringen blant alle, og blant dem som rapporterte begge år. Skiller de seg, er det utvalget som har endret seg.

# %%
pairs = nation.dropna(subset=["change_pct", "like_change_pct"])
go.Figure(
    [
        go.Bar(x=pairs["year"], y=pairs["change_pct"], name="alle senter"),
        go.Bar(x=pairs["year"], y=pairs["like_change_pct"], name="samme senter", customdata=pairs["n_panel"]),
    ],
    layout={"title": "Endring fra året før", "xaxis": {"dtick": 1}, "yaxis": {"title": "prosent"}},
)
