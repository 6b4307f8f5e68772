"""A JSON Schema for each kind of definition file, so that editors help those who write them.

Run as `python -m pipeline.definitions.editors` it writes them into schemas/json/.
"""

import json
from pathlib import Path

from pipeline.definitions import KINDS
from pipeline.definitions.contracts import Contract
from pipeline.definitions.schema_models import Definition
from pipeline.project import Project


def json_schemas() -> dict[str, str]:
    """The schema files: name → content."""
    kinds: list[type[Definition]] = [*KINDS.values(), Contract]
    return {
        f"{kind.__name__.lower()}.json": json.dumps(kind.model_json_schema(), indent=1, ensure_ascii=False)
        + "\n"
        for kind in kinds
    }


def main() -> None:
    """Writes the schema files of this checkout."""
    folder = Project.at(Path.cwd()).schemas / "json"
    folder.mkdir(exist_ok=True)
    for name, content in json_schemas().items():
        (folder / name).write_text(content, "utf-8")


if __name__ == "__main__":
    main()
