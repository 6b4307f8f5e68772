"""Letters to centres as a file for mail merge: a row a centre, each letter in every written form of Norwegian."""

import csv
import io
from collections.abc import Iterable

from starlette.responses import Response

from pipeline.portal.request_context import RequestContext
from pipeline.portal.services import LANGUAGES

_CSV = "text/csv; charset=utf-8"
Letter = tuple[str, str]  # subject and text


def mail_merge_file(
    context: RequestContext, name: str, letters: Iterable[tuple[str, dict[str, Letter]]]
) -> Response:
    """The letters by language, with the name of the centre each goes to; opens in a spreadsheet as it is."""
    header = ["centre", *(f"{column}_{lang}" for lang in LANGUAGES for column in ("subject", "text"))]
    rows = [
        [centre, *(cell for lang in LANGUAGES for cell in by_language[lang])]
        for centre, by_language in letters
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows([header, *rows])
    return context.download(name, text.getvalue().encode("utf-8-sig"), _CSV)
