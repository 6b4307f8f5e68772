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
# # Historien og bruddene
#
# Hva som kan sammenlignes med hva, hvor definisjonene har skiftet, og hvordan tallene står mot
# dem andre har publisert.
# Leser den siste ferdige byggingen (`samletall build`) og endrer ingenting. Tallene er fortrolige: de er før skjerming.

# %%
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio

from pipeline.definitions import load
from pipeline.disseminate.edition_identity import identified
from pipeline.disseminate.figures import FigureKind, FigureRequest, chart
from pipeline.disseminate.pages.site import Site
from pipeline.output import Output
from pipeline.project import Project
from pipeline.queries import answer
from pipeline.text import phrases

pio.renderers.default = "plotly_mimetype+notebook"  # bildene følger med når notatboken skrives ut som HTML
PROJECT = Project.at(next(at for at in (Path.cwd(), *Path.cwd().parents) if (at / "schemas").is_dir()))


def ask(question: str) -> pd.DataFrame:
    return answer(PROJECT.build / "warehouse.duckdb", question)


DEFINITIONS = load(PROJECT)
INDICATOR = "contacts"
YEARS = [int(year) for year in ask("select distinct year from returns order by year")["year"]]

# %% [markdown]
# ## Siden når kan hvert tall sammenlignes?
# Årene fra siste brudd, og bruddene.

# %%
indicators = [
    entry for entry in DEFINITIONS.indicators.values() if entry.id in set(ask("from figures")["indicator"])
]
breaks = [
    (entry.label["nb"], known.year, known.kind, known.why["nb"])
    for entry in indicators
    for known in entry.breaks
    if known.breakdown is None
]
go.Figure(
    [
        go.Scatter(
            x=[year for _, year, this, _ in breaks if this == kind],
            y=[label for label, _, this, _ in breaks if this == kind],
            text=[why for *_, this, why in breaks if this == kind],
            mode="markers",
            name=kind,
        )
        for kind in sorted({kind for *_, kind, _ in breaks})
    ],
    layout={"title": "Brudd i seriene", "yaxis": {"automargin": True}, "height": 560},
)

# %% [markdown]
# ## En serie med bruddene i
# Samme bilde som på siden; en linje går aldri over et brudd.

# %%
OUTPUT = Output(PROJECT.build / "output.duckdb")
SITE = Site(DEFINITIONS, OUTPUT, {"nb": phrases(PROJECT, "nb")}, {}, {}, None, identified(OUTPUT))
go.Figure(chart(SITE, FigureRequest(INDICATOR, SITE.nation), FigureKind.LINE, "nb"))

# %% [markdown]
# ## Indeks: 100 i det første sammenlignbare året

# %%
index = ask("""
    select indicator_name, year, index from figures
    where area_level = 'nation' and category = 'total' and index is not null order by year
""")
go.Figure(
    [
        go.Scatter(x=rows["year"], y=rows["index"], name=name)
        for name, rows in index.groupby("indicator_name")
    ],
    layout={"title": "Indeks", "xaxis": {"dtick": 1}, "height": 560},
)

# %% [markdown]
# ## Skjemaene: hva som er spurt om når

# %%
pd.DataFrame(
    {
        form.form: {question.label["nb"]: "●" for question in form.questions}
        for form in DEFINITIONS.forms.values()
    }
).fillna("")

# %% [markdown]
# ## Mot det andre har publisert

# %%
published = OUTPUT.published()
published[published["year"].isin(YEARS)].tail(20)
