"""`samletall check`."""

from dataclasses import asdict

import typer

from pipeline.commands.terminal import HERE, Files, Json, Lang, Root, opened, out, say, say_refusal, tell
from pipeline.definitions import Definitions
from pipeline.errors import UnreadableFile
from pipeline.model import Finding, Return, Severity
from pipeline.process import finding_text
from pipeline.return_checker import ReturnChecker


def check(files: Files, root: Root = HERE, lang: Lang = "nb", as_json: Json = False) -> None:
    """Try before you send: every finding, at its cell; nothing is stored."""
    project, definitions = opened(root)
    outcome = 0
    with ReturnChecker(project, definitions) as checker:
        for path in files:
            try:
                one, findings = checker.check(path.read_bytes(), path.name)
            except UnreadableFile as error:
                outcome = error.exit_code
                say_refusal(definitions, error, lang, as_json=as_json)
                continue
            if any(finding.severity is Severity.FATAL for finding in findings):
                outcome = outcome or 1
            if as_json:
                tell([_as_json(definitions, finding, lang) for finding in findings])
            else:
                _say_findings(definitions, one, findings, lang)
    if outcome:
        raise typer.Exit(outcome)


def _as_json(definitions: Definitions, finding: Finding, lang: str) -> dict[str, object]:
    return {
        **asdict(finding),
        "place": finding_text.location(definitions, finding, lang),
        "sentence": finding_text.sentence(definitions, finding, lang),
    }


def _say_findings(definitions: Definitions, one: Return, findings: list[Finding], lang: str) -> None:
    words = WORDS[lang]
    out.print(f"{definitions.centres[one.centre].name}, {one.year}", style="bold", markup=False)
    if not any(finding.is_open for finding in findings):
        say(words["clean"])
    for severity in Severity:
        found = [finding for finding in findings if finding.severity is severity]
        if found:
            out.print(f"\n{words[severity]} ({len(found)})", style="bold", markup=False)
        for finding in found:
            say(f"  {finding_text.location(definitions, finding, lang)}")
            say(f"    {finding_text.sentence(definitions, finding, lang)}")
            if finding.offered:
                say(f"    {finding_text.last_year(definitions, finding, lang)}")
            if finding.explanation:
                say(f"    {words['explained']}: {finding.explanation}")


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
