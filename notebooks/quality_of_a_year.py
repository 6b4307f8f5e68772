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
# # Kvaliteten på et år, og hva som endret seg fra året før
#
# Leser bare de siste ferdige eksportene (`make build`); endrer ingenting. Tallene er fortrolige: de er før skjerming.
# Åpne med Jupyter (`jupytext` viser filen som en notatbok). Utskrifter legges ikke i git.

# %%
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go

ROOT = next(folder for folder in (Path.cwd(), *Path.cwd().parents) if (folder / "schemas").is_dir())
EXPORTS = ROOT / "warehouse" / "current"


def table(name: str) -> pd.DataFrame:
    return pd.read_parquet(EXPORTS / f"{name}.parquet")


YEAR = int(table("meta.year")["year"].max())

# %% [markdown]
# ## Hvem har levert?

# %%
coverage = table("processed.coverage")
coverage[coverage["year"] == YEAR].groupby("state")["centre"].agg(["count", ", ".join])

# %% [markdown]
# ## Hva fant kontrollen?
# En rad for hver regel; antall senter og antall steder.

# %%
findings = table("input.finding")
findings[findings["year"] == YEAR].groupby(["severity", "rule"])["centre"].agg(
    centres="nunique", places="size"
).sort_values(["severity", "places"], ascending=[True, False])

# %%
by_year = findings.pivot_table(index="year", columns="severity", values="rule", aggfunc="size", fill_value=0)
go.Figure(
    [go.Bar(x=by_year.index, y=by_year[severity], name=severity) for severity in by_year],
    layout={"barmode": "stack", "title": "Funn per år", "yaxis": {"title": "funn"}},
)

# %% [markdown]
# ## Hvor mye er ikke telt?
# Andelen av svarene som er «ukjent», for hvert spørsmål.

# %%
answers = table("input.answer")
answers = answers[answers["year"] == YEAR].assign(measure=lambda rows: rows["variable"].str.partition("[")[0])
uncounted = answers.groupby("measure")["state"].agg(lambda states: 100 * (states == "not_counted").mean())
uncounted[uncounted > 0].sort_values(ascending=False).round(1).to_frame("per cent not counted")

# %% [markdown]
# ## Endringer fra året før, landet

# %%
figures = table("statistics.figure")
nation = figures[
    (figures["area_level"] == "nation") & (figures["category"] == "total") & (figures["year"] == YEAR)
].set_index("indicator")
changed = nation["change_pct"].dropna().sort_values()
go.Figure(
    go.Bar(x=changed, y=changed.index, orientation="h"),
    layout={"title": f"Endring fra {YEAR - 1} til {YEAR}, prosent", "xaxis": {"title": "prosent"}},
)

# %% [markdown]
# ## Hvilke senter drar endringen?
# Hvert senters bidrag til endringen i henvendelser. Et senter som ikke rapporterte begge årene, står ikke her.

# %%
centres = figures[
    (figures["area_level"] == "centre")
    & (figures["indicator"] == "contacts")
    & (figures["category"] == "total")
    & (figures["year"] == YEAR)
].dropna(subset="change")
centres = centres.sort_values("change")
go.Figure(
    go.Bar(x=centres["change"], y=centres["area"], orientation="h"),
    layout={"title": "Bidrag til endringen i henvendelser", "xaxis": {"title": "henvendelser"}},
)
