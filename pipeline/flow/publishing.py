"""The public site, from the released figures of the last finished build and nothing else."""

from functools import partial
from pathlib import Path

from pipeline import editions, provenance
from pipeline.atomic import publish_symlink, write_file
from pipeline.definitions import Definitions
from pipeline.disseminate.downloads import open_data
from pipeline.disseminate.edition_identity import EditionIdentity
from pipeline.disseminate.pages import publishing
from pipeline.disseminate.pages.editions import Released
from pipeline.disseminate.pages.site import LANGUAGES
from pipeline.errors import AlteredFile, PipelineError, PublicationRefused
from pipeline.flow import extent
from pipeline.flow.auditing import audit_summary, built
from pipeline.flow.summary import Progress, Summary
from pipeline.output import Output
from pipeline.project import Project
from pipeline.text import phrases


def publish(project: Project, definitions: Definitions, summary: Summary, progress: Progress) -> Path:
    """The folder of the finished site, to which the pointer is moved; one made of the same is not drawn again."""
    _site_is_there(project)
    reports = _reports(project, definitions)
    pointer = project.cache / f"site-{_key(project)}"  # holds the name the site has by its content
    definitions = extent.to_publish(project, definitions)
    if pointer.exists() and (finished := project.sites / pointer.read_text("utf-8")).exists():
        publish_symlink(project.public_pointer, finished)
        return finished
    with summary.step("publish"):
        released = [_released(project, edition) for edition in editions.released(project)]
        output = Output(project.build / "output.duckdb", extent.final_years(project, definitions))
        _is_of(definitions, output)
        finished = publishing.publish(
            project,
            definitions,
            output,
            partial(progress, "publish"),
            released,
            audit_summary(project),
            reports,
        )
    write_file(pointer, finished.name.encode())
    return finished


def _reports(project: Project, definitions: Definitions) -> dict[str, Path]:
    """The earlier reports that are kept, by their name.

    Raises: AlteredFile naming those that are not there, or are not what the register says.
    """
    kept = {
        report.file: report.sha256 for report in definitions.releases.reports if report.file and report.sha256
    }
    paths = {name: project.reports / name for name in kept}
    faults = [
        f"raw/reports/{name}: this is not the file that schemas/releases.yaml speaks of."
        for name, path in paths.items()
        if not path.is_file() or provenance.digest(path.read_bytes()) != kept[name]
    ]
    if faults:
        raise AlteredFile(faults)
    return paths


def _site_is_there(project: Project) -> None:
    """Passes when the site has all its parts.

    Raises: PipelineError naming those that are not there.
    """
    parts = (project.pages, project.templates, project.locale, project.assets)
    if missing := [str(part.relative_to(project.root)) for part in parts if not part.is_dir()]:
        raise PipelineError(f"{', '.join(missing)}: not there; a site cannot be made without")


def _is_of(definitions: Definitions, output: Output) -> None:
    """Passes when the last build was made for the years that are published now.

    Raises: PublicationRefused.
    """
    last, built_until = definitions.survey.last_year, output.edition()["last_year"]
    if built_until != last:
        raise PublicationRefused(
            f"The last build ends with {built_until}, and {last} is the last year to publish: build again."
        )


def _key(project: Project) -> str:
    return provenance.key(
        __name__,
        build=built(project).name,
        audit=repr(audit_summary(project)),
        is_review=str(project.is_review),
        editions=editions.seals(project),
        definitions=provenance.definitions(project),
        site=provenance.files(project.root, publishing.made_of(project)),
    )


def _released(project: Project, edition: editions.Edition) -> Released:
    return Released(
        edition.id,
        edition.released_at,
        edition.first_year,
        edition.last_year,
        sum(edition.already_disclosed.values()),
        Output(editions.output(project, edition)),
        editions.data(project, edition),
    )


def edition_files(project: Project, definitions: Definitions, id: str, released_at: str) -> dict[str, bytes]:
    """What is to be downloaded of the last finished build as an edition of this name: path → content."""
    covered = extent.to_publish(project, definitions)
    output = Output(project.build / "output.duckdb", covered.years)
    words = {lang: phrases(project, lang) for lang in LANGUAGES}
    return open_data.files(covered, output, words, EditionIdentity(id, released_at, output.fingerprint))
