"""The verbs, in the order of a year: one module each, imported when its verb is used and not before.

`--help` lists them from the table here; what a verb says of itself stands with its function, which has its name.
"""

from importlib import import_module
from keyword import iskeyword
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from pipeline import __version__

VERBS = {  # verb: its module, the line in the list
    "init": (
        "init",
        "A working root in a new folder: definitions, models and site, with the demonstration's register or none.",
    ),
    "doctor": (
        "doctor",
        "What is missing for the work to be done here, each with what to do; nothing is changed.",
    ),
    "demo": ("demo", "Demonstration returns into raw/: plainly fictional centres, real national totals."),
    "year": (
        "year",
        "The state of each year, or a year moved: prepared → open → closed → in review; `release` publishes it.",
    ),
    "form": (
        "form",
        "The workbook a centre fills in, one file for each centre of the year (or the one named).",
    ),
    "check": ("check", "Try before you send: every finding, at its cell; nothing is stored."),
    "receive": (
        "receive",
        "Keep the bytes as the next version, with a line in the ledger and a receipt.",
    ),
    "import": (
        "import_history",
        "Receive years that exist only as a sheet, wide or long, as a mapping file says it is read.",
    ),
    "status": ("status", "Who has delivered, who is stuck on what, who is missing."),
    "queue": ("queue", "What analysts should settle first, and how much what is left can change."),
    "answer": (
        "answer",
        "Correct or explain one answer of a centre, at the cell where it stands ('-': the whole form); check it again.",
    ),
    "build": ("report", "Load → process → compare → protect; only what changed is read or solved again."),
    "audit": (
        "audit",
        "Attack everything that would be published; refuses if anything protected can be found.",
    ),
    "publish": ("report", "The site, from the released figures only, swapped in at once."),
    "report": ("report", "Build, audit and publish: the main job."),
    "release": (
        "release",
        "Build, attack and freeze an edition; refuses what is open about its year unless it is acknowledged.",
    ),
    "verify": (
        "release",
        "Recompute the ledger's chain, what each receipt is for, and the editions' manifests.",
    ),
    "invite": (
        "portal",
        "Give links to the portal, told only once: to the centres that have none, or anew to one of them.",
    ),
    "portal": ("portal", "Serve the portal where centres deliver."),
    "key": ("key", "The public keys that receipts are signed with, and the head of the ledger."),
    "sentences": ("sentences", "The press note of a year, in bokmål, nynorsk or English."),
    "query": ("query", "Ask the last finished build a question in SQL; nothing can be changed."),
    "figure": (
        "figure",
        "A picture of released figures as a Plotly figure: .html for a browser, .png, or .json to draw on.",
    ),
    "preview": ("preview", "Serve the finished site on this machine only."),
}


class Verbs(TyperGroup):
    """The list of verbs; the one that is used takes the place of its line."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Gives the verb that was typed, imported."""
        verb, listed, rest = super().resolve_command(ctx, args)
        return verb, _imported(verb) if listed and verb else listed, rest


def _imported(verb: str) -> Any:
    own = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    own.command(verb)(getattr(import_module(f"{__name__}.{VERBS[verb][0]}"), function_of(verb)))
    return typer.main.get_command(own)


def function_of(verb: str) -> str:
    """The name of the function that is a verb: its own, or with a line after it where Python has the word."""
    return f"{verb}_" if iskeyword(verb) else verb


def _listed() -> None:
    """Stands in the list for a verb that has not been imported."""


app = typer.Typer(cls=Verbs, no_args_is_help=True, pretty_exceptions_enable=False)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        print(f"samletall {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Which version this is."),
    ] = False,
) -> None:
    """Yearly returns of the centres, from a form to a published statistic."""


for _verb, (_, _line) in VERBS.items():
    app.command(_verb, help=_line)(_listed)
