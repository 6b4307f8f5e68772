"""An indicator as search engines for data read it: a Dataset of schema.org, in the head of its page."""

from typing import Any

from pipeline.definitions.schema_models import Indicator
from pipeline.disseminate.downloads import open_data
from pipeline.disseminate.downloads.metadata import LICENCES
from pipeline.disseminate.pages.site import Site

_MEDIA = {
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "px": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def dataset(site: Site, indicator: Indicator, lang: str) -> dict[str, Any] | None:
    """Gives an indicator as a Dataset of schema.org; None where the statistic has no address of its own."""
    survey = site.definitions.survey
    if survey.address is None:
        return None
    years = site.definitions.years
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{survey.address}id/{indicator.id}",
        "name": indicator.label[lang],
        "description": " ".join(filter(None, [site.mark(lang), indicator.about[lang]])),
        "inLanguage": lang,
        "license": LICENCES.get(survey.licence, ("", survey.licence))[1],
        "creator": {"@type": "Organization", "name": survey.producer[lang]},
        "temporalCoverage": f"{years[0]}/{years[-1]}",
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": _MEDIA[suffix.rpartition(".")[2]],
                "contentUrl": f"{survey.address}{open_data.FOLDER}{indicator.id}.{suffix}",
            }
            for suffix in open_data.FORMATS
        ],
    }
