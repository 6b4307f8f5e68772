"""The JSON Schemas that editors use are those of the program."""

from pathlib import Path

from pipeline.definitions import KINDS
from pipeline.definitions.editors import json_schemas

FOLDER = Path(__file__).parents[2] / "schemas" / "json"


def test_every_schema_for_editors_is_the_one_the_program_loads_by() -> None:
    written = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.json")}

    assert written == json_schemas(), "run `make schemas`"


def test_every_definition_file_names_its_schema() -> None:
    files = [path for pattern in KINDS for path in sorted(FOLDER.parent.glob(pattern))]

    unnamed = [
        path.name
        for path in files
        if not (path.parent / path.read_text("utf-8").partition("$schema=")[2].partition("\n")[0]).is_file()
    ]

    assert len(files) > 40
    assert not unnamed
