"""What part of its total a category is: only where the categories stand beside each other and make up the total."""

from pipeline.definitions.schema_models import TOTAL
from pipeline.disseminate.sentences.sentence import Sentence, Subject
from pipeline.disseminate.sentences.statistic import Statistic
from pipeline.output import SHOWN
from pipeline.text import rounded


def share(statistic: Statistic, subject: Subject, year: int) -> Sentence | None:
    """Gives `a of b contacts (c %)` for a category of one breakdown; None where it is no share of the total.

    Where the categories overlap, so that they add up to more than the total, the sentence says that instead.
    """
    breakdown, _, code = subject.category.partition("=")
    whole = base(statistic, subject)
    part, total = statistic.number(subject, year, "value"), statistic.number(whole, year, "value")
    per_cent = statistic.share(subject, whole, year)
    parts = dict(statistic.parts(whole, breakdown, year))
    if whole.category != TOTAL:
        parts.pop(str(statistic.indicator(subject).national_service).partition("=")[2], None)
    if part is None or total is None or per_cent is None or code not in parts:
        return None
    if statistic.overlaps(subject, year):
        return Sentence("share", "share.overlap", subject._replace(category=TOTAL), year)
    added = sum(figure.value or 0 for figure in parts.values())
    divided = all(
        figure.status != SHOWN or figure.n_answered == statistic.series(whole)[year].n_answered
        for figure in parts.values()
    )
    all_shown = all(figure.status == SHOWN for figure in parts.values())
    if not divided or (all_shown and rounded(added, part.written) != rounded(total.value, total.written)):
        return None
    if total.written == "count" and total.value < statistic.definitions.claims.percent_of_at_least:
        return None
    numbers = {"part": part, "amount": total, "share": per_cent}
    phrase = "share" if whole.category == TOTAL else "share.without_national_service"
    return Sentence("share", phrase, subject, year, numbers)


def base(statistic: Statistic, subject: Subject) -> Subject:
    """Gives what a category is a share of: all, or all but the national service where that is a category beside it.

    What a national helpline answers came by phone too; a share with it below the line alone would be too small.
    """
    indicator = statistic.indicator(subject)
    breakdown = subject.category.partition("=")[0]
    is_beside = (indicator.national_service or "").startswith(
        f"{breakdown}="
    ) and subject.category != indicator.national_service
    whole = indicator.without_national_service if is_beside and indicator.without_national_service else TOTAL
    return subject._replace(category=whole)
