"""What a centre said a year ago, to stand beside what it says now."""

from pipeline.collect.source import answers_of_last_year
from pipeline.portal.services import PortalServices


def last_year(services: PortalServices, year: int, centre: str) -> dict[str, str]:
    """Last year's answers of the centre, with those of centres merged into it; none when nothing was received."""
    return answers_of_last_year(
        services.project, services.definitions, services.results.receipts(), centre, year
    )
