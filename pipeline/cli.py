"""The commands: what a person types, what is said back, and the exit code."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from pipeline import flow
from pipeline.collect import demonstration, instrument
from pipeline.collect.chamber import chamber
from pipeline.collect.edits import Edit, decide
from pipeline.collect.load import latest
from pipeline.collect.receive import opened_ledger, receive
from pipeline.definitions import Definitions, load
from pipeline.errors import PipelineError, UnreadableFile
from pipeline.model import Finding, Severity
from pipeline.output import Output
from pipeline.process import review
from pipeline.project import Project
from pipeline.text import number

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
out = Console(highlight=False, soft_wrap=True)
aside = Console(stderr=True, highlight=False)

Root = Annotated[
    Path, typer.Option("--root", help="The folder that holds schemas/, raw/, warehouse/ and site/.")
]
Lang = Annotated[str, typer.Option("--lang", help="nb, nn or en.")]
Json = Annotated[bool, typer.Option("--json", help="For a machine to read.")]
Files = Annotated[list[Path], typer.Argument(help="Workbooks (.xlsx) or csv files.")]
HERE = Path()


def main() -> None:
    """Runs a command; what a person must mend is said in a sentence, anything else is a bug and shows its traceback."""
    try:
        app()
    except PipelineError as error:
        aside.print(str(error), style="bold", markup=False)
        sys.exit(error.exit_code)


@app.command()
def demo(root: Root = HERE, seed: int = 1, centres: int | None = None) -> None:
    """Demonstration returns into raw/: plainly fictional centres, real national totals."""
    project, definitions = _opened(root)
    with _progress() as progress, opened_ledger(project) as receipts:
        for parcel in demonstration.returns(project, definitions, seed=seed, centres=centres):
            receive(project, definitions, receipts, parcel.content, parcel.received_at)
            progress("demonstration", len(receipts), len(receipts))
    out.print(f"{len(receipts)} demonstrasjonsskjemaer ligger i {project.raw}.", markup=False)


@app.command()
def form(year: int, root: Root = HERE, centre: str | None = None, lang: Lang = "nb") -> None:
    """The workbook a centre fills in, one file for each centre of the year (or the one named)."""
    project, definitions = _opened(root)
    for one in (centre,) if centre else definitions.centres_in(year):
        if one not in definitions.centres_in(year):
            raise PipelineError(f"«{one}» står ikke på listen for {year}.")
        path = Path(f"{one}_p{year}.xlsx")
        last_year = {one.variable: one.text for one in latest(project, definitions, one, year - 1)}
        path.write_bytes(instrument.workbook(definitions, year, one, lang, last_year))
        out.print(str(path), markup=False)


@app.command()
def check(files: Files, root: Root = HERE, lang: Lang = "nb", as_json: Json = False) -> None:
    """Try before you send: every finding, at its cell; nothing is stored."""
    chamber(thorough=True).open()  # it gets ready while the definitions are read
    project, definitions = _opened(root)
    outcome = 0
    for path in files:
        try:
            one, findings = flow.check(project, definitions, path.read_bytes(), path.name)
        except UnreadableFile as error:
            outcome = error.exit_code
            _print_refusal(definitions, error, lang, as_json=as_json)
            continue
        if any(finding.severity is Severity.FATAL for finding in findings):
            outcome = outcome or 1
        if as_json:
            print(
                json.dumps([_as_json(definitions, finding, lang) for finding in findings], ensure_ascii=False)
            )
        else:
            _print_findings(definitions, one.centre, one.year, findings, lang)
    if outcome:
        raise typer.Exit(outcome)


@app.command(name="receive")
def receive_files(files: Files, root: Root = HERE, as_json: Json = False) -> None:
    """Keep the bytes as the next version, with a line in the ledger and a receipt."""
    project, definitions = _opened(root)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    outcome = 0
    with opened_ledger(project) as receipts:
        for path in files:
            try:
                receipt = receive(project, definitions, receipts, path.read_bytes(), at, path.name)
            except UnreadableFile as error:
                outcome = error.exit_code
                _print_refusal(definitions, error, "nb", as_json=as_json)
                continue
            if as_json:
                print(json.dumps(asdict(receipt), ensure_ascii=False))
            else:
                out.print(
                    f"Kvittering {receipt.sequence}: {definitions.centres[receipt.centre].name}, {receipt.year}, "
                    f"versjon {receipt.version}, mottatt {receipt.received_at}. Fingeravtrykk {receipt.line[:16]}.",
                    markup=False,
                )
    if outcome:
        raise typer.Exit(outcome)


@app.command()
def status(
    year: Annotated[int | None, typer.Argument()] = None, root: Root = HERE, as_json: Json = False
) -> None:
    """Who has delivered, who is stuck on what, who is missing."""
    project, definitions = _opened(root)
    year = year or definitions.survey.last_year
    standings = flow.status(project, definitions, year)
    if as_json:
        print(json.dumps({centre: asdict(one) for centre, one in standings.items()}, ensure_ascii=False))
        return
    for centre, one in standings.items():
        aside_note = ", ".join(
            word for word, holds in (("for sent", one.is_late), ("ingen aktivitet", one.is_nil)) if holds
        )
        name = definitions.centres[centre].name
        out.print(f"{name}: {STATES[one.state]}{f' ({aside_note})' if aside_note else ''}", markup=False)
        for finding in one.findings:
            out.print(f"    {review.place(definitions, finding, 'nb')}: {finding.rule}", markup=False)


@app.command()
def answer(
    year: int,
    centre: str,
    cell: str,
    reason: Annotated[str, typer.Option(help="Why, without names of people or places.")],
    by: Annotated[str, typer.Option(help="Who decides.")],
    correct: Annotated[str | None, typer.Option(help="What the answer is corrected to.")] = None,
    explain: Annotated[
        str | None, typer.Option(help="The rule that the answer breaks and is right all the same.")
    ] = None,
    root: Root = HERE,
) -> None:
    """Correct or explain one answer of a centre, at the cell where it stands; '-' for the whole form."""
    project, definitions = _opened(root)
    if (correct is None) == (explain is None):
        raise PipelineError("Bruk enten --correct eller --explain, ett av dem.")
    variable, says = flow.spoken_of(project, definitions, year, centre, cell, explain)
    today = datetime.now(UTC).date()
    path = decide(
        project,
        year,
        Edit(
            centre=centre,
            variable=variable,
            says=says,
            correct=correct,
            explain=explain,
            reason=reason,
            by=by,
            on=today,
        ),
    )
    out.print(f"Skrevet i {path}.", markup=False)


@app.command()
def build(root: Root = HERE) -> None:
    """Load → process → compare → protect; only what changed is read or solved again."""
    project, definitions = _opened(root)
    summary = flow.Summary()
    with _progress() as progress:
        flow.build(project, definitions, summary, progress)
    _print_summary(project, summary)


@app.command()
def publish(root: Root = HERE) -> None:
    """The site, from the released figures only, swapped in at once."""
    project, definitions = _opened(root)
    summary = flow.Summary()
    with _progress() as progress:
        flow.publish(project, definitions, summary, progress)
    _print_summary(project, summary)


@app.command()
def report(root: Root = HERE) -> None:
    """Build and publish: the main job."""
    project, definitions = _opened(root)
    summary = flow.Summary()
    with _progress() as progress:
        flow.build(project, definitions, summary, progress)
        flow.publish(project, definitions, summary, progress)
    _print_summary(project, summary)
    out.print(f"Nettstedet ligger i {project.public / 'index.html'}", markup=False)


@app.command()
def preview(root: Root = HERE, port: int = 8000) -> None:
    """Serve the finished site on this machine only."""
    pages = partial(SimpleHTTPRequestHandler, directory=str(Project.at(root).public))
    out.print(f"http://127.0.0.1:{port}/  (stopp med Ctrl+C)", markup=False)
    with suppress(KeyboardInterrupt), ThreadingHTTPServer(("127.0.0.1", port), pages) as server:
        server.serve_forever()


def _opened(root: Path) -> tuple[Project, Definitions]:
    project = Project.at(root)
    return project, load(project)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Bars on a terminal, silence in a pipe."""
    columns = (TextColumn("{task.description:>14}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=aside, disable=not aside.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step)
            bars.update(tasks[step], completed=done, total=total)

        yield progress


def _print_refusal(definitions: Definitions, error: UnreadableFile, lang: str, *, as_json: bool) -> None:
    sentence = review.refusal(definitions, error, lang)
    if as_json:
        print(
            json.dumps({"rule": error.rule, "facts": error.facts, "sentence": sentence}, ensure_ascii=False)
        )
    else:
        aside.print(sentence, style="bold", markup=False)


def _as_json(definitions: Definitions, finding: Finding, lang: str) -> dict[str, object]:
    return {
        **asdict(finding),
        "place": review.place(definitions, finding, lang),
        "sentence": review.sentence(definitions, finding, lang),
    }


def _print_findings(
    definitions: Definitions, centre: str, year: int, findings: list[Finding], lang: str
) -> None:
    words = WORDS[lang]
    out.print(f"{definitions.centres[centre].name}, {year}", style="bold", markup=False)
    if not any(finding.is_open for finding in findings):
        out.print(words["clean"], markup=False)
    for severity in Severity:
        found = [finding for finding in findings if finding.severity is severity]
        if found:
            out.print(f"\n{words[severity]} ({len(found)})", style="bold", markup=False)
        for finding in found:
            out.print(f"  {review.place(definitions, finding, lang)}", markup=False)
            out.print(f"    {review.sentence(definitions, finding, lang)}", markup=False)
            if finding.explanation:
                out.print(f"    {words['explained']}: {finding.explanation}", markup=False)


STATES = {
    "delivered": "levert",
    "must_explain": "må forklare",
    "rejected": "må rette",
    "missing": "mangler",
}
WORDS = {
    "nb": {
        "explained": "Forklart",
        "clean": "Vi fant ikke noe å rette eller forklare. Skjemaet kan sendes.",
        Severity.FATAL: "Må rettes",
        Severity.QUERY: "Må rettes eller forklares",
        Severity.NOTE: "Til orientering",
    },
    "nn": {
        "explained": "Forklart",
        "clean": "Vi fann ikkje noko å rette eller forklare. Skjemaet kan sendast.",
        Severity.FATAL: "Må rettast",
        Severity.QUERY: "Må rettast eller forklarast",
        Severity.NOTE: "Til orientering",
    },
    "en": {
        "explained": "Explained",
        "clean": "We found nothing to correct or explain. The form can be sent.",
        Severity.FATAL: "Must be corrected",
        Severity.QUERY: "Correct or explain",
        Severity.NOTE: "For information",
    },
}


def _print_summary(project: Project, summary: flow.Summary) -> None:
    edition = Output(project.build / "output.duckdb").edition()
    n = {name: number(edition[f"n_{name}"], "nb") for name in ("received", "refused", "shown", "hidden")}
    out.print(
        f"Lest {n['received']} innrapporteringer; {n['refused']} må rettes. "
        f"Tall vist: {n['shown']}; skjult for å verne personer: {n['hidden']}.",
        markup=False,
    )
    steps = ", ".join(f"{name} {number(seconds, 'nb', 1)} s" for name, seconds in summary.seconds.items())
    out.print(f"Tid: {steps or 'ingenting var endret'}.", markup=False)
