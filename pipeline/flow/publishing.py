"""The public site, from the released figures of the last finished build and nothing else."""

from functools import partial
from pathlib import Path

from pipeline import editions, provenance
from pipeline.atomic import publish_symlink, write_file
from pipeline.definitions import Definitions
from pipeline.disseminate.pages import publishing
from pipeline.disseminate.pages.editions import Released
from pipeline.errors import PipelineError, PublicationRefused
from pipeline.flow import extent
from pipeline.flow.auditing import audit_summary, built
from pipeline.flow.summary import Progress, Summary
from pipeline.output import Output
from pipeline.project import Project


def publish(project: Project, definitions: Definitions, summary: Summary, progress: Progress) -> Path:
    """The folder of the finished site, to which the pointer is moved; one made of the same is not drawn again."""
    _site_is_there(project)
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
            project, definitions, output, partial(progress, "publish"), released, audit_summary(project)
        )
    write_file(pointer, finished.name.encode())
    return finished


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
    )
