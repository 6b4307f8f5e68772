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
# # Kvaliteten på et år
#
# Leser den siste ferdige byggingen (`samletall build`) og endrer ingenting. Tallene er fortrolige: de er før skjerming.
# Åpnes med `make notebooks`; utskrifter legges ikke i git.

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


YEAR = int(ask("select max(year) as year from returns")["year"][0])

# %% [markdown]
# ## Hvem har levert?

# %%
ask(f"""
    select state, count(*) as n, string_agg(centre_name, ', ' order by centre_name) as centres
    from returns where year = {YEAR} group by state
""")

# %% [markdown]
# ## Hva fant kontrollen?
# En rad for hver regel: hvor mange senter, hvor mange svar, og hvor mange som fortsatt må rettes eller forklares.

# %%
ask(f"""
    select severity, rule, count(distinct centre) as centres, count(*) as answers, count(*) filter (open) as open
    from findings where year = {YEAR} group by all order by severity, answers desc
""")

# %%
by_year = ask("select year, severity, count(*) as n from findings group by all order by year")
go.Figure(
    [go.Bar(x=rows["year"], y=rows["n"], name=severity) for severity, rows in by_year.groupby("severity")],
    layout={"barmode": "stack", "title": "Funn per år", "xaxis": {"dtick": 1}, "yaxis": {"title": "funn"}},
)

# %% [markdown]
# ## Hvor mye er ikke telt?
# Andelen av svarene som er «ukjent», for hvert spørsmål.

# %%
uncounted = ask(f"""
    select split_part(question, ': ', 1) as question, 100 * avg((state = 'not_counted')::int) as per_cent
    from answers where year = {YEAR} group by 1 having per_cent > 0 order by per_cent
""")
go.Figure(
    go.Bar(x=uncounted["per_cent"], y=uncounted["question"], orientation="h"),
    layout={
        "title": f"Svar som er «ukjent», {YEAR}",
        "xaxis": {"title": "prosent av svarene"},
        "yaxis": {"automargin": True},
    },
)

# %% [markdown]
# ## Endringer fra året før, landet
# Uten det som ikke kan sammenlignes med året før.

# %%
changed = ask(f"""
    select indicator_name, change_pct from figures
    where area_level = 'nation' and category = 'total' and year = {YEAR} and change_pct is not null
    order by change_pct
""")
go.Figure(
    go.Bar(x=changed["change_pct"], y=changed["indicator_name"], orientation="h"),
    layout={
        "title": f"Endring fra {YEAR - 1} til {YEAR}",
        "xaxis": {"title": "prosent"},
        "yaxis": {"automargin": True},
        "height": 640,
    },
)
