"""What a centre said a year ago, to stand beside what it says now."""

from pipeline.collect.load import said
from pipeline.collect.receive import versions
from pipeline.collect.signatures import values
from pipeline.portal.office import Office
from pipeline.portal.shown_comparison import summed


def last_year(office: Office, year: int, centre: str) -> dict[str, str]:
    """Last year's answers of the centre, with those of centres merged into it; none when nothing was received."""
    receipts = office.receipts()
    sent = [
        values(said(office.project, office.definitions, newest))
        for one in office.definitions.predecessors(year, centre)
        for newest in versions(receipts, year - 1, one)[-1:]
    ]
    return summed(office.definitions.form(year - 1), sent) if sent else {}
