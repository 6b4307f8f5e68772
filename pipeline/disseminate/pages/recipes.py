"""Lines to copy that fetch the figures into the programs people use; the tests run those that can be run here."""

from typing import Any

from pipeline.disseminate.pages.site import Site

_RECIPES = {  # what runs it → the lines, with the address of the data and an indicator in them
    "Python (pandas)": (
        "import pandas as pd\n"
        'figures = pd.read_parquet("{data}{id}.parquet")\n'
        'figures[(figures["area_level"] == "nation") & ~(figures[{breakdowns}] != "total").any(axis=1)]'
    ),
    "R": (
        'figures <- read.csv("{data}{id}.csv", colClasses = c(area = "character"))\n'
        'subset(figures, area_level == "nation")'
    ),
    "DuckDB": "select * from '{data}{id}.parquet' where area_level = 'nation' order by year",
    "Excel (Power Query)": (
        'Table.PromoteHeaders(Csv.Document(Web.Contents("{data}{id}.excel.csv"), '
        '[Delimiter = ";", Encoding = TextEncoding.Utf8]))'
    ),
    "Observable": 'd3.csv("{data}{id}.csv", d3.autoType)',
    "curl": "curl --fail --remote-name {data}samletall.zip --remote-name {data}samletall.bib",
}


def recipes(site: Site) -> dict[str, Any]:
    """Gives each recipe with the statistic's own address in it; where it has none, with a place for one."""
    address = site.definitions.survey.address or "https://…/"
    indicator = site.key_figures[0] if site.key_figures else site.indicators[0]
    words = {
        "data": f"{address}data/",
        "id": indicator.id,
        "breakdowns": "[" + ", ".join(f'"{name}"' for name in indicator.breakdowns) + "]",
    }
    return {
        "recipes": [
            {"title": title, "code": "\n".join(line.format_map(words) for line in code.split("\n"))}
            for title, code in _RECIPES.items()
        ]
    }
