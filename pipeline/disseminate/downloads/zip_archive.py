"""Files in one zip, the same bytes for the same files, and the text that tells what they are."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from pipeline.definitions import Definitions
from pipeline.disseminate.downloads import metadata
from pipeline.disseminate.edition_identity import EditionIdentity
from pipeline.text import Phrases


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files in one folder, dated as a zip without a clock is."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"samletall/{name}")
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def readme(
    definitions: Definitions,
    marks: Mapping[str, Any],
    words: Mapping[str, Phrases],
    edition: EditionIdentity,
) -> bytes:
    """What the files are, in each language: title, marks, description, edition, licence."""
    parts = []
    for lang, word in words.items():
        survey = definitions.survey
        parts.append(
            "\n\n".join(
                filter(
                    None,
                    [
                        survey.title[lang].upper(),
                        metadata.mark(marks, lang),
                        survey.description[lang],
                        edition.statement(word),
                        word("zip.readme", licence=survey.licence),
                    ],
                )
            )
        )
    return ("\n\n\n".join(parts) + "\n").encode()
