"""`samletall check`."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from pipeline.commands.terminal import (
    HERE,
    WORDS,
    CommandResult,
    Files,
    Json,
    Lang,
    Root,
    open_project,
    print_results,
    warn_of_unsealed_reader,
)
from pipeline.definitions import Definitions
from pipeline.model import Finding, Return, Severity
from pipeline.process import finding_text
from pipeline.return_checker import ReturnChecker
from pipeline.text import Phrases, phrases


def check(files: Files, root: Root = HERE, lang: Lang = "nb", as_json: Json = False) -> None:
    """Try before you send: every finding, at its cell; nothing is stored."""
    project, definitions = open_project(root)
    warn_of_unsealed_reader()
    words = phrases(project, lang, WORDS)
    with ReturnChecker(project, definitions) as checker:

        def result(path: Path, content: bytes) -> CommandResult:
            checked, findings = checker.check(content, path.name)
            is_fatal = any(finding.severity is Severity.FATAL for finding in findings)
            facts = {
                "centre": checked.centre,
                "year": checked.year,
                "findings": [_facts(definitions, finding, lang) for finding in findings],
            }
            return CommandResult(
                facts, _sentences(definitions, words, path, checked, findings), int(is_fatal)
            )

        print_results(definitions, files, result, lang, as_json=as_json)


def _facts(definitions: Definitions, finding: Finding, lang: str) -> dict[str, object]:
    return {
        **asdict(finding),
        "place": finding_text.location(definitions, finding, lang),
        "sentence": finding_text.sentence(definitions, finding, lang),
    }


def _sentences(
    definitions: Definitions, words: Phrases, path: Path, checked: Return, findings: Sequence[Finding]
) -> Iterator[str]:
    yield f"{path}: {definitions.centres[checked.centre].name}, {checked.year}"
    if not any(finding.is_open for finding in findings):
        yield words("check.clean")
    for severity in Severity:
        of_severity = [finding for finding in findings if finding.severity is severity]
        if of_severity:
            yield f"\n{words(f'check.{severity}')} ({len(of_severity)})"
        for finding in of_severity:
            yield from _about_finding(definitions, words, finding)


def _about_finding(definitions: Definitions, words: Phrases, finding: Finding) -> Iterator[str]:
    yield f"  {finding_text.location(definitions, finding, words.lang)}"
    yield f"    {finding_text.sentence(definitions, finding, words.lang)}"
    if finding.offered:
        yield f"    {finding_text.last_year(definitions, finding, words.lang)}"
    if finding.explanation:
        yield f"    {words('check.explained')}: {finding.explanation}"
