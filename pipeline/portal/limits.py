"""How much a centre may change and upload: more than a person does, less than a program could."""

from pipeline.portal.auth.rate_limit import DAY
from pipeline.portal.request_body import Refusal
from pipeline.portal.request_context import RequestContext


def limit_changes(context: RequestContext) -> None:
    """Passes while things are not changed faster than a person can, and there is room on the disk.

    Raises: Refusal.
    """
    services = context.services
    services.has_room()
    if not services.rate_limiter.allows("changes", context.session.centre, services.limits.changes_a_minute):
        raise Refusal(429, "refused.often")


def limit_uploads(context: RequestContext) -> None:
    """Passes while the centre does not upload more than it may, and there is room on the disk.

    Raises: Refusal.
    """
    services, centre = context.services, context.session.centre
    services.has_room()
    if not (
        services.rate_limiter.allows("uploads", centre, services.limits.uploads_a_minute)
        and services.rate_limiter.allows("uploads", centre, services.limits.uploads_a_day, DAY)
    ):
        raise Refusal(429, "refused.often")
