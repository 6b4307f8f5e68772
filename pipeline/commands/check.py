"""`samletall check`."""

from dataclasses import asdict

import typer

from pipeline.commands.terminal import (
    HERE,
    WORDS,
    Files,
    Json,
    Lang,
    Root,
    open_project,
    out,
    print_json,
    say,
    say_refusal,
    warn_of_unsealed_reader,
)
from pipeline.definitions import Definitions
from pipeline.errors import UnreadableFile
from pipeline.model import Finding, Return, Severity
from pipeline.process import finding_text
from pipeline.return_checker import ReturnChecker
from pipeline.text import Phrases, phrases


def check(files: Files, root: Root = HERE, lang: Lang = "nb", as_json: Json = False) -> None:
    """Try before you send: every finding, at its cell; nothing is stored."""
    project, definitions = open_project(root)
    warn_of_unsealed_reader()
    words = phrases(project, lang, WORDS)
    exit_code = 0
    with ReturnChecker(project, definitions) as checker:
        for path in files:
            try:
                checked, findings = checker.check(path.read_bytes(), path.name)
            except UnreadableFile as error:
                exit_code = error.exit_code
                say_refusal(definitions, error, lang, as_json=as_json)
                continue
            if any(finding.severity is Severity.FATAL for finding in findings):
                exit_code = exit_code or 1
            if as_json:
                print_json([_as_json(definitions, finding, lang) for finding in findings])
            else:
                _say_findings(definitions, words, checked, findings)
    if exit_code:
        raise typer.Exit(exit_code)


def _as_json(definitions: Definitions, finding: Finding, lang: str) -> dict[str, object]:
    return {
        **asdict(finding),
        "place": finding_text.location(definitions, finding, lang),
        "sentence": finding_text.sentence(definitions, finding, lang),
    }


def _say_findings(definitions: Definitions, words: Phrases, checked: Return, findings: list[Finding]) -> None:
    out.print(f"{definitions.centres[checked.centre].name}, {checked.year}", style="bold", markup=False)
    if not any(finding.is_open for finding in findings):
        say(words("check.clean"))
    for severity in Severity:
        of_severity = [finding for finding in findings if finding.severity is severity]
        if of_severity:
            out.print(f"\n{words(f'check.{severity}')} ({len(of_severity)})", style="bold", markup=False)
        for finding in of_severity:
            _say_finding(definitions, words, finding)


def _say_finding(definitions: Definitions, words: Phrases, finding: Finding) -> None:
    say(f"  {finding_text.location(definitions, finding, words.lang)}")
    say(f"    {finding_text.sentence(definitions, finding, words.lang)}")
    if finding.offered:
        say(f"    {finding_text.last_year(definitions, finding, words.lang)}")
    if finding.explanation:
        say(f"    {words('check.explained')}: {finding.explanation}")
