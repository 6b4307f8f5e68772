"""`samletall figure`."""

from pathlib import Path
from typing import Annotated

import plotly.graph_objects as go
import typer

from pipeline.commands.terminal import HERE, Lang, Root, open_project, say
from pipeline.disseminate.charts.chart_dicts import Chart
from pipeline.disseminate.edition_identity import identified
from pipeline.disseminate.figures import FigureKind, FigureRequest, chart
from pipeline.disseminate.pages.site import Site
from pipeline.errors import PipelineError
from pipeline.flow import extent
from pipeline.output import Output
from pipeline.text import phrases

_SUFFIXES = (".html", ".png", ".json")


def figure(
    indicator: Annotated[str, typer.Argument(help="The indicator, by its id in schemas/indicators/.")],
    root: Root = HERE,
    area: Annotated[str, typer.Option(help="The country, a county or a centre, by its code.")] = "",
    category: Annotated[str, typer.Option(help="A category, as channel=phone.")] = "total",
    kind: Annotated[
        FigureKind, typer.Option(help="The series, its changes, or how a year divides.")
    ] = FigureKind.LINE,
    by: Annotated[str, typer.Option(help="With --kind bars: the breakdown.")] = "",
    year: Annotated[
        int | None, typer.Option(help="With --kind bars: the year; the newest otherwise.")
    ] = None,
    today: Annotated[
        bool, typer.Option("--today", help="A county as its present centres were all years.")
    ] = False,
    lang: Lang = "nb",
    out: Annotated[
        Path | None, typer.Option(help="A file ending in .html, .png or .json; else <indicator>.html.")
    ] = None,
) -> None:
    """A picture of released figures as a Plotly figure: .html for a browser, .png, or .json to draw on."""
    project, definitions = open_project(root)
    definitions = extent.to_publish(project, definitions)
    if lang not in definitions.survey.languages:
        raise PipelineError(f"There are no words in «{lang}»: {', '.join(definitions.survey.languages)}.")
    output = Output(project.build / "output.duckdb", extent.final_years(project, definitions))
    site = Site(definitions, output, {lang: phrases(project, lang)}, {}, {}, None, identified(output))
    request = FigureRequest(indicator, area or site.nation, category, by, year, today)
    path = out or Path(f"{indicator}.html")
    _write(path, chart(site, request, kind, lang))
    say(str(path))


def _write(path: Path, drawn: Chart) -> None:
    """Writes a chart in the format its file is named for. Raises PipelineError for any other, or without a browser."""
    if path.suffix not in _SUFFIXES:
        raise PipelineError(f"{path}: the file must end in {', '.join(_SUFFIXES)}")
    picture = go.Figure(drawn)
    picture.update_layout(template="plotly_white", margin={"t": 90})
    if (
        drawn["layout"]["meta"]["kind"] == FigureKind.CHANGES
    ):  # on a page the words beside it tell the bars apart
        picture.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.08})
    mark = drawn["layout"]["meta"]["mark"]
    if mark:  # stands in the picture, so that it follows wherever the picture is copied
        picture.add_annotation(text=mark, xref="paper", yref="paper", x=1, y=-0.14, showarrow=False)
    if path.suffix == ".html":
        picture.write_html(path)
    elif path.suffix == ".json":
        picture.write_json(path)
    else:
        try:
            picture.write_image(path, width=1000, height=560, scale=2)
        except (ValueError, RuntimeError) as error:
            raise PipelineError(
                f"{path}: a .png needs the package kaleido and a Chrome or Chromium: {error}"
            ) from None
