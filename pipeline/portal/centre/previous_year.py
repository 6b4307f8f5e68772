"""What a centre said a year ago, to stand beside what it says now."""

from pipeline.collect.records.ledger import versions
from pipeline.collect.records.signatures import values
from pipeline.collect.source import received_return
from pipeline.portal.centre.comparison_view import summed
from pipeline.portal.services import PortalServices


def last_year(services: PortalServices, year: int, centre: str) -> dict[str, str]:
    """Last year's answers of the centre, with those of centres merged into it; none when nothing was received."""
    receipts = services.results.receipts()
    returns = [
        values(received_return(services.project, services.definitions, newest))
        for predecessor in services.definitions.predecessors(year, centre)
        for newest in versions(receipts, year - 1, predecessor)[-1:]
    ]
    return summed(services.definitions.form(year - 1), returns) if returns else {}
