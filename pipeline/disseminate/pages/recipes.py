"""Lines to copy that fetch the figures into the programs people use, site/templates/recipes.json.

The tests run those that can be run here.
"""

import json
from pathlib import Path
from typing import Any

from pipeline.disseminate.pages.site import Site

FILE = "recipes.json"  # what runs it → the lines, with the address of the data and an indicator in them


def recipes(site: Site, templates: Path) -> dict[str, Any]:
    """Gives each recipe with the statistic's own address in it; where it has none, with a place for one."""
    lines_by_title = json.loads((templates / FILE).read_text("utf-8"))
    address = site.definitions.survey.address or "https://…/"
    indicator = site.key_figures[0] if site.key_figures else site.indicators[0]
    words = {
        "data": f"{address}data/",
        "id": indicator.id,
        "breakdowns": "[" + ", ".join(f'"{name}"' for name in indicator.breakdowns) + "]",
    }
    return {
        "recipes": [
            {"title": title, "code": "\n".join(line.format_map(words) for line in lines)}
            for title, lines in lines_by_title.items()
        ]
    }
