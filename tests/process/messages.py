"""Every sentence a centre or an analyst can be told, as the examples of the catalogue bring it out.

Run as `python -m tests.process.messages` it writes tests/golden/messages.txt, whose changes are read as a diff.
"""

from collections.abc import Iterator

from pipeline.definitions.rule_models import Rule
from pipeline.process import finding_text
from tests.process.scenes import BREAKS, DEFINITIONS, played
from tests.returns import ROOT

GOLDEN = ROOT / "tests" / "golden" / "messages.txt"
HARD_SPACE = "\u00a0"


def said(rule: Rule, lang: str) -> list[str]:
    """What its example makes the rule say, with the place before it."""
    one = played(rule.id, BREAKS)
    if rule.kind == "nation":
        return [finding_text.about_the_nation(DEFINITIONS, row, lang) for row in one.nation]
    return [
        f"{finding_text.location(DEFINITIONS, finding, lang)}: {finding_text.sentence(DEFINITIONS, finding, lang)}"
        for finding in one.findings
        if finding.rule == rule.id
    ]


def written() -> str:
    """The whole catalogue of sentences, bokmål and nynorsk."""
    return "\n".join(_paragraphs())


def _paragraphs() -> Iterator[str]:
    for rule in DEFINITIONS.rules:
        yield f"{rule.id} · {rule.stage} · {rule.severity} · {rule.audience}"
        for lang in ("nb", "nn"):
            yield f"  {lang}  {said(rule, lang)[0].replace(HARD_SPACE, ' ')}"
        yield ""


if __name__ == "__main__":
    GOLDEN.write_text(written(), encoding="utf-8")
