"""`samletall audit`."""

from pipeline import editions, flow
from pipeline.commands.progress import progress
from pipeline.commands.terminal import HERE, Json, Root, opened, say, tell
from pipeline.disclosure.audit import already_disclosed_lines, refusal
from pipeline.errors import PublicationRefused
from pipeline.text import number


def audit(root: Root = HERE, as_json: Json = False) -> None:
    """Attack everything that would be published; refuses if anything protected can be found."""
    project, definitions = opened(root)
    with progress() as show:
        report = flow.attack(project, definitions, flow.Summary(), show)
    facts = report.facts()
    if as_json:
        tell(facts)
    else:
        n = {name: number(fact, "nb") for name, fact in facts.items()}
        say(
            f"Prøvd {n['n_hidden']} skjulte tall i {n['n_blocks']} blokker. Regning med én sum om gangen avgjorde "
            f"{n['n_by_arithmetic']}; ellers {n['n_linear']} lineære programmer og {n['n_whole']} med hele tall. "
            f"Sentrene prøvde seg {n['n_insiders']} ganger."
        )
        if not report.exposures:
            say(f"Det mest utsatte tallet kan fremdeles være {n['narrowest']} ulike tall.")
        for line in already_disclosed_lines(report, [one.id for one in editions.released(project)]):
            say(line)
        say(f"Tid: {number(report.seconds, 'nb', 1)} s. Minne: {n['megabytes']} MB.")
    if report.exposures:
        raise PublicationRefused(
            refusal(definitions, report, [edition.id for edition in editions.released(project)])
        )
