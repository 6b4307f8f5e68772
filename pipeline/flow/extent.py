"""Which years are to be published: those in the state published, and in a review the one in review too."""

from pipeline import editions
from pipeline.collect.records import years
from pipeline.definitions import Definitions
from pipeline.errors import PublicationRefused
from pipeline.project import Project


def covered(project: Project, definitions: Definitions) -> Definitions | None:
    """The definitions of the years to be published, as if the statistic ended with them; None while there are none.

    What is received of later years is checked and kept, and stands in nothing that is published.
    """
    states = years.states(project, definitions)
    last = years.last_reviewed(states) if project.is_review else years.last_published(states)
    return None if last is None else definitions.until(last)


def to_publish(project: Project, definitions: Definitions) -> Definitions:
    """The same for who cannot do without.

    Raises: PublicationRefused when no year is to be published.
    """
    extent = covered(project, definitions)
    if extent is None:
        raise PublicationRefused(
            f"No year from {definitions.survey.first_year} on is published. See `samletall year`; "
            "`samletall report --review` shows a year in review, `samletall release` publishes it."
        )
    return extent


def left_out(project: Project, definitions: Definitions) -> list[str]:
    """A sentence for each year that is not to be published."""
    extent = covered(project, definitions)
    last = 0 if extent is None else extent.survey.last_year
    return [
        f"{year} is {state}: it stands in nothing that is published."
        for year, state in years.states(project, definitions).items()
        if year > last
    ]


def final_years(project: Project, definitions: Definitions) -> set[int]:
    """The years whose figures are not provisional: those in an edition, and those that were final before editions."""
    before = {year for year in definitions.years if year <= (definitions.releases.final_until or 0)}
    return before.union(
        *(range(edition.first_year, edition.last_year + 1) for edition in editions.released(project))
    )
