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
# # Et spørsmål
#
# Ta en kopi av denne, gi den navn etter spørsmålet, og slett det som ikke trengs.
# Leser den siste ferdige byggingen (`samletall build`) og endrer ingenting. Tallene er fortrolige: de er før skjerming.

# %%
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio

from pipeline.project import Project
from pipeline.queries import answer

pio.renderers.default = "plotly_mimetype+notebook"  # bildene følger med når notatboken skrives ut som HTML
PROJECT = Project.at(next(at for at in (Path.cwd(), *Path.cwd().parents) if (at / "schemas").is_dir()))


def ask(question: str) -> pd.DataFrame:
    return answer(PROJECT.build / "warehouse.duckdb", question)


def ask_public(question: str) -> pd.DataFrame:
    return answer(PROJECT.build / "output.duckdb", question)


# %% [markdown]
# ## Hva finnes?
# Visningene er ment for folk; tabellene under dem har kommentar på hver kolonne.

# %%
ask("select view_name, comment from duckdb_views() where not internal")

# %%
ask("""
    select table_name, column_name, comment from duckdb_columns()
    where schema_name = 'statistics' and table_name = 'figure'
""")

# %% [markdown]
# ## Spørsmålet
# Skriv det her, i én setning. Hva ville et svar endre?

# %%
rows = ask("""
    select year, area_name, value, n_centres, n_expected from figures
    where indicator = 'visits' and area_level = 'county' and category = 'total' and value is not null
    order by year, area_name
""")
rows.pivot_table(index="area_name", columns="year", values="value")

# %% [markdown]
# ## Bildet

# %%
go.Figure(
    [go.Scatter(x=part["year"], y=part["value"], name=name) for name, part in rows.groupby("area_name")],
    layout={"title": "Besøk etter fylke", "xaxis": {"dtick": 1}, "yaxis": {"rangemode": "tozero"}},
)

# %% [markdown]
# ## Kan svaret offentliggjøres?
# Det samme av det som er offentlig. Er et tall skjult her, kan det ikke siges ut fra tallene over.

# %%
ask_public("""
    select year, area, value, status from figure
    where indicator = 'visits' and area_level = 'county' and category = 'total' order by year, area
""").pivot_table(index="area", columns="year", values="status", aggfunc="first")
